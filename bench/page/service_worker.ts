/** Keeps the page for use without a network. The build fills in the two constants. */
interface WaitingEvent extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface FetchEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
}

// The compiler's DOM library has pages, but no service workers.
const worker = globalThis as unknown as EventTarget & {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
};

const FILES = 'LIST OF FILES' as unknown as readonly string[];
const VERSION = 'VERSION OF FILES';
const { scope } = worker.registration;
const CACHE = `${scope} ${VERSION}`;

worker.addEventListener('install', (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll(['./', ...FILES].map((file) => new URL(file, scope).href));
    await worker.skipWaiting();
  };
  (event as WaitingEvent).waitUntil(keep());
});

worker.addEventListener('activate', (event) => {
  const dropOthers = async () => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith(scope) && name !== CACHE).map((name) => caches.delete(name)),
    );
    await worker.clients.claim();
  };
  (event as WaitingEvent).waitUntil(dropOthers());
});

worker.addEventListener('fetch', (event) => {
  const { request } = event as FetchEvent;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  (event as FetchEvent).respondWith(answer(request));
});

/** The document comes from the network where there is one, so that a new version is seen at once; everything else has its
 *  contents' hash or its library's version in its name. */
async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request, { ignoreSearch: true });
  const isDocument = request.mode === 'navigate';
  if (kept && !isDocument) return kept;
  try {
    const response = await fetch(request);
    if (response.ok && !request.headers.has('range')) await cache.put(request, response.clone());
    return response;
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}
