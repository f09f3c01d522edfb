// The playground: files of the tutorial that can be changed, commands, and what they print. worker.js runs Python.
const form = document.querySelector("form.playground");
const { step, start, reset, command, run, stop } = form.elements;
const files = form.querySelector(".files");
const screen = form.querySelector("output");
const changed = new Map(); // what the reader has written, by the name of the file
const RUNNABLE = /^(python|pluginkit) /;
let steps = [];
let worker = null;

// Each section of the tutorial is a step: it has the files that are written up to there, and its commands.
function stepsOf(page) {
  const written = new Map();
  const found = [];
  for (const section of page.querySelectorAll("article section section")) {
    const own = [];
    for (const block of section.querySelectorAll("div.highlight-python pre")) {
      const name = /^# (\S+\.py)\n/.exec(block.textContent)?.[1];
      if (!name) continue;
      written.set(name, block.textContent);
      own.push(name);
    }
    const consoles = [...section.querySelectorAll("div.highlight-console pre")].map((block) => block.textContent);
    const typed = consoles.flatMap((text) => text.split("\n")).filter((line) => line.startsWith("$ "));
    const commands = typed.map((line) => line.slice(2)).filter((line) => RUNNABLE.test(line));
    const title = section.querySelector("h2").firstChild.textContent;
    if (commands.length) found.push({ title, commands, own, files: new Map(written) });
  }
  return found;
}

function show(chosen) {
  command.value = chosen.commands[0];
  document.getElementById("playground-commands").replaceChildren(...chosen.commands.map((line) => new Option(line)));
  files.replaceChildren(...[...chosen.files].map(([name, text]) => editor(name, text, name === chosen.own[0])));
}

function editor(name, text, open) {
  const details = document.createElement("details");
  details.open = open;
  const summary = document.createElement("summary");
  summary.textContent = name;
  const area = document.createElement("textarea");
  Object.assign(area, { name, value: changed.get(name) ?? text, spellcheck: false, autocapitalize: "off" });
  area.setAttribute("aria-label", name);
  area.rows = area.value.split("\n").length;
  area.addEventListener("input", () => keep(area));
  area.addEventListener("keydown", typed);
  details.append(summary, area);
  return details;
}

function keep(area) {
  changed.set(area.name, area.value);
  area.rows = area.value.split("\n").length;
}

// Enter keeps the indentation. Tab leaves the field, as elsewhere: everything can be reached from a keyboard.
function typed(event) {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  if (event.ctrlKey || event.metaKey) {
    form.requestSubmit();
    return;
  }
  const area = event.target;
  const line = area.value.slice(0, area.selectionStart).split("\n").pop();
  const indent = /^ */.exec(line)[0] + (line.trimEnd().endsWith(":") ? "    " : "");
  area.setRangeText(`\n${indent}`, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input"));
}

// "idle" before Python is started, "starting", "ready", "running".
function become(state) {
  form.dataset.state = state;
  start.hidden = state !== "idle";
  run.hidden = stop.hidden = state === "idle";
  run.disabled = state !== "ready";
  stop.disabled = state !== "running";
}

function say(text) {
  screen.textContent += text;
}

async function startPython() {
  become("starting");
  screen.textContent = "Python is starting ...\n";
  await keepForOffline();
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => hear(data);
  worker.onerror = () => fail("it could not be loaded");
}

function fail(reason) {
  worker?.terminate();
  worker = null;
  become("idle");
  screen.textContent = `Python cannot be started: ${reason}.\n`;
}

function hear({ kind, text, files: texts }) {
  if (kind === "text") say(text);
  if (kind === "failed") fail(text);
  if (kind === "ready") {
    become("ready");
    form.requestSubmit();
  }
  if (kind === "done") {
    for (const area of files.querySelectorAll("textarea")) {
      if (area.value === (texts.get(area.name) ?? area.value)) continue;
      area.value = texts.get(area.name);
      keep(area);
    }
    become("ready");
  }
}

// The page works without a network from then on: what it has loaded is kept, and so is what Python loads.
async function keepForOffline() {
  if (!navigator.serviceWorker) return; // on plain http, for example; the page works, but needs the network
  await navigator.serviceWorker.register(new URL("../../playground-offline.js", import.meta.url));
  const { active } = await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  const own = [location.href.split("#")[0], ...loaded].filter((address) => address.startsWith(location.origin));
  await new Promise((done) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = done;
    active.postMessage(own, [channel.port2]);
  });
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (form.dataset.state !== "ready") return;
  become("running");
  screen.textContent = `$ ${command.value}\n`;
  const texts = new Map(steps[step.selectedIndex].files);
  for (const area of files.querySelectorAll("textarea")) texts.set(area.name, area.value);
  worker.postMessage({ files: texts, command: command.value });
});
start.addEventListener("click", startPython);
stop.addEventListener("click", () => {
  worker.terminate();
  say("\nstopped\n");
  become("idle");
});
step.addEventListener("change", () => {
  show(steps[step.selectedIndex]);
  form.requestSubmit();
});
reset.addEventListener("click", () => {
  changed.clear();
  show(steps[step.selectedIndex]);
});

const tutorial = await fetch(form.dataset.tutorial);
steps = stepsOf(new DOMParser().parseFromString(await tutorial.text(), "text/html"));
step.replaceChildren(...steps.map(({ title }) => new Option(title)));
step.selectedIndex = Math.max(0, steps.findIndex(({ own }) => own.includes(form.dataset.first)));
show(steps[step.selectedIndex]);
become("idle");
form.hidden = false;
