-- Opens a plugin in Neovim with the language server of pluginkit, and writes what the editor then knows of it.
local folder, python, output = os.getenv('PROJECT'), os.getenv('PYTHON'), os.getenv('OUTPUT')
vim.cmd('edit ' .. folder .. '/plugin.py')
local client = vim.lsp.start_client({ name = 'pluginkit', cmd = { python, '-m', 'pluginkit', 'lsp' }, root_dir = folder })
vim.lsp.buf_attach_client(0, client)
local function wait(condition) return vim.wait(20000, condition, 50) end
local result = {}
wait(function() return #vim.diagnostic.get(0) > 0 end)
local found = vim.diagnostic.get(0)[1]
result.red = { found.lnum, found.col, found.end_lnum, found.end_col }
local range = { start = { line = found.lnum, character = found.col },
                ['end'] = { line = found.end_lnum, character = found.end_col } }
local document = { uri = vim.uri_from_bufnr(0) }
local asked = { textDocument = document, range = range, context = { diagnostics = {} } }
local actions = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', asked, 20000)[client].result
vim.lsp.util.apply_workspace_edit(actions[1].edit, 'utf-16')
result.fixed = vim.api.nvim_buf_get_lines(0, found.lnum, found.lnum + 1, false)[1]
result.clean = wait(function() return #vim.diagnostic.get(0) == 0 end)
local hooks = { textDocument = { uri = vim.uri_from_fname(folder .. '/hooks.py') } }
local lenses = vim.lsp.buf_request_sync(0, 'textDocument/codeLens', hooks, 20000)[client].result
result.lens = lenses[1].command.title
local file = io.open(output, 'w')
file:write(vim.fn.json_encode(result))
file:close()
vim.cmd('qall!')
