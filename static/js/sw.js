// Keeps the member's card (/my-card/...) and what that page is made of, for a phone without a network. Nothing else of
// this site passes through here. Newest first: what is kept is shown only when no answer comes.
const KEPT = "my-card-1";
const PATIENCE = 4000; // ms

const isCard = (url) => /^\/my-card\/[^/]+$/.test(url.pathname);
const isPart = (url) => url.pathname.startsWith("/static/");

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", ({ data }) => {
  for (const address of data?.keep ?? []) fetchAndKeep(new Request(address, { credentials: "same-origin" })).catch(() => {});
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (isCard(url) || isPart(url)) event.respondWith(newest(event.request));
});

async function fetchAndKeep(request) {
  const answer = await fetch(request);
  const cache = await caches.open(KEPT);
  if (answer.ok && !answer.redirected) await cache.put(request.url, answer.clone());
  else if (answer.status < 500) await cache.delete(request.url); // moved to another phone, or ended
  return answer;
}

async function newest(request) {
  const kept = await caches.match(request.url, { cacheName: KEPT });
  const asked = fetchAndKeep(request);
  if (!kept) return asked;
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, kept.clone()));
  return Promise.race([asked.catch(() => kept.clone()), late]);
}
