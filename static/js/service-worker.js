// Keeps the roll call that a leader has opened, so that it works without network. Nothing else is ever kept:
// pages hold names, so a kept one goes after 48 hours, once it was sent, and when somebody signs in or out.
"use strict";

const SHELF = "roll-call-1";
const KEPT_MS = 48 * 60 * 60 * 1000;
const PAGE = /^\/activities\/\d+\/roll-call$/;
const ENTRANCE = /^\/(sign-out|sign-in)$/;
const PATIENCE_MS = 4000; // a network that hardly answers is none

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim().then(sweep)));

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && ENTRANCE.test(address.pathname)) {
    event.waitUntil(caches.delete(SHELF));
  } else if (request.method === "GET" && request.mode === "navigate" && PAGE.test(address.pathname)) {
    event.respondWith(page(request, address.pathname));
  } else if (request.method === "GET" && address.pathname.startsWith("/static/")) {
    event.respondWith(fetch(request).catch(() => asset(request)));
  }
});

// The page asks to be kept, with all that it shows; every opening of it brings this up to date.
self.addEventListener("message", (event) => {
  const { keep, assets } = event.data || {};
  if (typeof keep !== "string" || !PAGE.test(keep)) return;
  event.waitUntil(put(keep, assets || []).then(
    () => event.source && event.source.postMessage({ kept: keep }),
    () => event.source && event.source.postMessage({ notKept: keep }),
  ));
});

async function put(path, assets) {
  const answer = await fetch(path, { credentials: "same-origin", redirect: "manual" });
  if (!answer.ok) throw new Error("not a page to keep");
  const shelf = await caches.open(SHELF);
  const stamped = new Headers(answer.headers);
  stamped.set("X-Kept-At", String(Date.now()));
  await shelf.put(path, new Response(await answer.blob(), { status: 200, headers: stamped }));
  const own = assets.filter((one) => new URL(one, self.location).pathname.startsWith("/static/"));
  await Promise.all(own.map(async (one) => {
    const found = await fetch(one);
    if (found.ok) await shelf.put(one, found);
  }));
}

async function page(request, path) {
  const kept = await fresh(path);
  if (!kept) return fetch(request);
  try {
    const answer = await Promise.race([fetch(request), rest()]);
    if (!answer.ok) await forget(path); // recorded, signed out or gone: what was kept is true no more
    return answer;
  } catch {
    return kept;
  }
}

const rest = () => new Promise((_resolve, reject) => { setTimeout(reject, PATIENCE_MS); });

async function fresh(path) {
  await sweep();
  if (!(await caches.has(SHELF))) return undefined;
  return (await caches.open(SHELF)).match(path);
}

async function asset(request) {
  const kept = await caches.has(SHELF) && await (await caches.open(SHELF)).match(request);
  return kept || Response.error();
}

async function forget(path) {
  await (await caches.open(SHELF)).delete(path);
  await sweep();
}

// What is too old goes; without a page left, the rest is of no use either.
async function sweep() {
  if (!(await caches.has(SHELF))) return;
  const shelf = await caches.open(SHELF);
  let pages = 0;
  for (const request of await shelf.keys()) {
    if (!PAGE.test(new URL(request.url).pathname)) continue;
    const answer = await shelf.match(request);
    const at = Number(answer && answer.headers.get("X-Kept-At"));
    if (Date.now() - at < KEPT_MS) pages += 1;
    else await shelf.delete(request);
  }
  if (!pages) await caches.delete(SHELF);
}
