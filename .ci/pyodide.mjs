// Run Python on WebAssembly: PYODIDE=FOLDER node .ci/pyodide.mjs PATHS -m MODULE ARGUMENTS...
//
// The current folder and PATHS, separated by ":", are mounted under their own names; PATHS go to the front of `sys.path`.
// The exit status is that of Python. There are neither threads nor processes.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { isMainThread, Worker } from "node:worker_threads";

async function run([paths, ...command]) {
  const { loadPyodide } = await import(pathToFileURL(`${process.env.PYODIDE}/pyodide.mjs`).href);
  const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONDONTWRITEBYTECODE: "1" } });
  python.setStdin({ error: true });
  python.setStdout({ write: (bytes) => writeSync(1, bytes) }); // a thread has no descriptors of its own
  python.setStderr({ write: (bytes) => writeSync(2, bytes) });
  for (const folder of [process.cwd(), ...paths.split(":")]) {
    python.FS.mkdirTree(folder);
    python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, folder);
  }
  python.globals.set("given", python.toPy({ command, folder: process.cwd(), paths: paths.split(":") }));
  return python.runPython(`
import os, runpy, sys

os.chdir(given["folder"])
sys.path[:0] = given["paths"]
_, module, *sys.argv[1:] = given["command"]
try:
    runpy.run_module(module, run_name="__main__", alter_sys=True)
    status = 0
except SystemExit as exit:
    status = int(exit.code or 0)
status
`);
}

if (isMainThread) {
  // In a thread of its own, whose stack is as deep as Python's recursion needs.
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2), resourceLimits: { stackSizeMb: 200 } });
  worker.on("error", (error) => { console.error(error); process.exit(70); });
  worker.on("exit", (status) => process.exit(status));
} else {
  process.exit(await run(process.argv.slice(2)));
}
