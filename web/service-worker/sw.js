// Keeps the site for when there is no network: a copy of this very version's files, by their hashes. It never answers
// with another version's file, never takes over from an older version unless the user asks for it, and leaves alone
// whatever it does not know: models, other origins, other paths of this one.

// Filled in by the build: the version, the hashes of its `files`, of those kept once they are used (`later`), and the
// names of those that a host may change (`fresh`).
const SITE = "{{site}}";

const files = new Map(Object.entries(SITE.files));
const later = new Map(Object.entries(SITE.later));
const scope = self.registration.scope;
// The scope is part of the name: several copies of the site may lie below one origin.
const family = `peek-site ${scope} `;
const mine = family + SITE.version;

const address = (file) => new URL(file, scope).href;
// A file that has not changed has the same key in the next version's cache, and is taken over from there.
const key = (file, hash) => `${address(file)}?sha256=${hash}`;

async function download(file, hash) {
  // `no-cache`: a file of the version before may still be in the browser's own cache, which then asks.
  const response = await fetch(address(file), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${file}: status ${response.status}`);
  const bytes = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== hash) throw new Error(`${file} is not the one of this version`);
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.set("content-length", String(bytes.byteLength));
  // A new response: one that was redirected may not answer a navigation.
  return new Response(bytes, { headers });
}

async function keep(file, hash) {
  const cache = await caches.open(mine);
  if (await cache.match(key(file, hash))) return;
  await cache.put(key(file, hash), (await caches.match(key(file, hash))) ?? (await download(file, hash)));
}

async function refresh(file) {
  // A network that is there and silent must not hold up the page.
  const response = await fetch(address(file), { cache: "no-cache", signal: AbortSignal.timeout(4000) });
  if (response.ok) await (await caches.open(mine)).put(address(file), response.clone());
  return response;
}

async function answer(file, hash) {
  const found = await caches.match(key(file, hash), { cacheName: mine });
  if (found) return found;
  // Another version's file is no answer: page and engine would not understand each other.
  const response = await download(file, hash);
  try {
    await (await caches.open(mine)).put(key(file, hash), response.clone());
  } catch {
    // No room: it is fetched again when it is needed again.
  }
  return response;
}

async function answerFresh(request, file) {
  try {
    return await refresh(file);
  } catch {
    return (await caches.match(address(file), { cacheName: mine })) ?? fetch(request);
  }
}

// The file of this site that a request asks for, or nothing.
function asked(request) {
  const url = new URL(request.url);
  if (request.method !== "GET" || request.headers.has("range")) return undefined;
  const place = url.origin + url.pathname;
  return place.startsWith(scope) ? decodeURIComponent(place.slice(scope.length)) || "index.html" : undefined;
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const file = asked(request);
  if (file === undefined) return;
  const hash = files.get(file) ?? later.get(file);
  if (hash !== undefined) event.respondWith(answer(file, hash));
  else if (SITE.fresh.includes(file)) event.respondWith(answerFresh(request, file));
});

// All or nothing: a version that is not whole is not installed, and tried again on the next visit.
self.addEventListener("install", (event) => {
  const all = [...files].map(([file, hash]) => keep(file, hash));
  // What the version before has kept because it was used goes on to be kept, if it can be had.
  const used = [...later].map(async ([file, hash]) => {
    if (await caches.match(address(file), { ignoreSearch: true })) await keep(file, hash);
  });
  const extras = [...used, ...SITE.fresh.map(refresh)];
  event.waitUntil(Promise.all([...all, Promise.allSettled(extras)]));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(family) && name !== mine;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))));
});

self.addEventListener("message", (event) => {
  // The user's click on the page's announcement.
  if (event.data === "take over") self.skipWaiting();
  const folder = event.data?.keep;
  if (typeof folder === "string") {
    const used = [...later].filter(([file]) => file.startsWith(folder));
    // Not kept is not lost: it is fetched when it is needed again.
    event.waitUntil(Promise.allSettled(used.map(([file, hash]) => keep(file, hash))));
  }
});
