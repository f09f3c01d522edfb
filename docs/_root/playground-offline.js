// Keeps what the playground needs, so that it works without a network. It is registered when a reader starts Python.
//
// The network comes first: what is kept is only used where there is none, so no page is ever shown that is out of date.
const KEPT = "playground";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

addEventListener("message", (event) => {
  const adding = caches.open(KEPT).then((kept) => kept.addAll(event.data));
  event.waitUntil(adding.finally(() => event.ports[0].postMessage("kept")).catch(() => undefined));
});

addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(registration.scope))
    event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const response = await fetch(request);
    if (response.ok && request.url.includes("/_static/")) await kept.put(request, response.clone());
    return response;
  } catch (error) {
    const found = await kept.match(request, { ignoreSearch: request.mode === "navigate" });
    if (found) return found;
    throw error;
  }
}
