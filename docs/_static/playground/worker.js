// Python for the playground, in a thread of its own. It is told files and a command, and tells what Python prints.
const FOLDER = "/facts";
const PACKAGES = "/packages";
const here = (name) => new URL(name, import.meta.url).href;
const tell = (kind, text = "") => postMessage({ kind, text });

async function load(name) {
  const response = await fetch(here(name));
  if (!response.ok) throw new Error("this copy of the site was built without it");
  return response;
}

async function start() {
  await load("../pyodide/pyodide.mjs");
  const { loadPyodide } = await import(here("../pyodide/pyodide.mjs"));
  const python = await loadPyodide({ env: { HOME: "/home/pyodide", PYTHONDONTWRITEBYTECODE: "1", NO_COLOR: "1" } });
  python.unpackArchive(await (await load("../pyodide/pluginkit.zip")).arrayBuffer(), "zip", { extractDir: PACKAGES });
  python.FS.mkdirTree(FOLDER);
  python.setStdin({ error: true });
  for (const stream of ["setStdout", "setStderr"]) python[stream](new Printer());
  await python.runPythonAsync(await (await load("commands.py")).text(), { filename: "commands.py" });
  python.globals.get("prepare")(PACKAGES, FOLDER);
  return python;
}

// Paths are shown as the documentation shows them: relative to the folder of the files.
class Printer {
  decoder = new TextDecoder();
  write(bytes) {
    tell("text", this.decoder.decode(bytes, { stream: true }).replaceAll(`${FOLDER}/`, ""));
    return bytes.length;
  }
}

// Run a command, and return the files as they then are: `pluginkit lint --fix` changes them.
function run(python, { files, command }) {
  for (const [name, text] of files) python.FS.writeFile(`${FOLDER}/${name}`, text);
  python.globals.get("run")(command);
  return new Map([...files.keys()].map((name) => [name, python.FS.readFile(`${FOLDER}/${name}`, { encoding: "utf8" })]));
}

try {
  const python = await start();
  onmessage = ({ data }) => {
    postMessage({ kind: "done", files: run(python, data) });
  };
  tell("ready");
} catch (error) {
  tell("failed", error.message);
}
