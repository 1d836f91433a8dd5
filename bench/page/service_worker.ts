/** Keeps what the visitor has opened for use without a network; nothing else. The build fills in the constant. */
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

const VERSION = 'VERSION OF FILES';
const { scope } = worker.registration;
const CACHE = `${scope} ${VERSION}`;

worker.addEventListener('install', (event) => (event as WaitingEvent).waitUntil(worker.skipWaiting()));

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

/** The first page loads before it has a worker, and tells what it has loaded: that is in the browser's own cache. */
worker.addEventListener('message', (event) => {
  const keep = async (urls: readonly string[]) => {
    const cache = await caches.open(CACHE);
    for (const url of new Set(urls)) {
      if (!url.startsWith(scope) || (await cache.match(url))) continue;
      const response = await fetch(url, { cache: 'force-cache' });
      if (response.ok) await cache.put(url, response);
    }
  };
  (event as WaitingEvent).waitUntil(keep((event as MessageEvent<readonly string[]>).data));
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
