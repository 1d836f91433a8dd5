/** Files of a folder over HTTP, for this machine's own browser: nobody else gets an answer, and nothing outside the folder. */
import { createReadStream, realpathSync, type Stats, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { isIP } from 'node:net';
import { extname, join, sep } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';

/** A page runs scripts and streams WebAssembly only under their own types. */
const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const compressible = /^(text\/|image\/svg|application\/(json|manifest\+json|wasm))/;
/** Shorter answers fit into a packet or two as they are. */
const COMPRESSION_MINIMUM_BYTES = 1024;
/** Of 0 to 11: from 6 on Brotli takes longer than a local network saves. */
const BROTLI_QUALITY = 5;
/** The bundler's names with a hash in them: another content has another name. */
const hashed = /\/assets\/[^/]+-[\w-]{8}\.\w+$/;
const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** @param host the address that the server listens on, as its user gave it; beside it this machine's own names are answered */
export function createFolderServer(folder: string, host = '127.0.0.1'): Server {
  return createServer((request, response) => {
    if (refuse(request, response, ['GET', 'HEAD'], host)) return;
    isolate(response);
    const file = fileOf(folder, request.url!);
    if (file)
      return void sendFile(file, request, response, hashed.test(file) ? 'immutable' : 'no-cache').catch(
        // Between the question and the answer it was removed.
        (error: Error) => response.destroy(error),
      );
    // a browser puts a 404 on its console even where a page only asks whether there is a file
    if (request.method === 'HEAD') response.writeHead(204).end();
    else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
  });
}

/** Isolation gives a page the fine clock and shared memory; and no page from elsewhere gets the answers. */
export function isolate(response: ServerResponse): void {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('X-Content-Type-Options', 'nosniff');
}

/** Answers a request that must not be answered otherwise, and tells whether it has. */
export function refuse(
  { method, url, headers }: IncomingMessage,
  response: ServerResponse,
  methods: readonly string[],
  host = '127.0.0.1',
): boolean {
  const answer = (status: number, text: string): true => {
    response.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close' }).end(`${text}\n`);
    return true;
  };
  if (!isOwnHost(headers.host, host)) return answer(403, 'expected the address that the server was started with');
  if (!methods.includes(method!)) {
    response.setHeader('Allow', methods.join(', '));
    return answer(405, `expected ${methods.join(' or ')}`);
  }
  return URL.canParse(url!, 'http://localhost') ? false : answer(400, 'expected the path of a file');
}

/**
 * A page of another origin can make its own name point at this machine, and then read what is served here: such requests
 * carry that name (DNS rebinding). A server for every interface is asked by addresses nobody can list; a number is never a name.
 */
function isOwnHost(header: string | undefined, host: string): boolean {
  const [name] = /^(\[[^\]]*\]|[^:]*)(?=:\d*$|$)/.exec(header?.toLowerCase() ?? '') ?? [];
  if (!name) return false;
  const given = host.toLowerCase();
  const address = name.replace(/^\[|\]$/g, '');
  if (['localhost', '127.0.0.1', '::1', given].includes(address)) return true;
  return ['0.0.0.0', '::'].includes(given) && isIP(address) !== 0;
}

/** A file as it is wanted: nothing where the asker has it, compressed where it may be. */
export async function sendFile(
  file: string,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  cache: 'immutable' | 'no-cache' | 'no-store',
): Promise<void> {
  const stats = statSync(file);
  const type = contentTypes[extname(file)] ?? 'application/octet-stream';
  const modified = stats.mtime.toUTCString();
  // Weak, because the same file may come in several encodings.
  const tag = `W/"${stats.size.toString(36)}-${Math.trunc(stats.mtimeMs).toString(36)}"`;
  const isCompressible = compressible.test(type) && stats.size >= COMPRESSION_MINIMUM_BYTES;
  response.setHeader('Content-Type', type);
  response.setHeader('Cache-Control', cache === 'immutable' ? `public, max-age=${YEAR_SECONDS}, immutable` : cache);
  response.setHeader('ETag', tag);
  response.setHeader('Last-Modified', modified);
  if (isCompressible) response.setHeader('Vary', 'Accept-Encoding');
  if (isKnown(headers, tag, stats)) return void response.writeHead(304).end();
  const encoding = isCompressible ? encodingFor(String(headers['accept-encoding'] ?? '')) : undefined;
  if (encoding) response.setHeader('Content-Encoding', encoding);
  else response.setHeader('Content-Length', stats.size);
  if (method === 'HEAD') return void response.end();
  const source = createReadStream(file);
  const sent = encoding ? pipeline(source, compressor(encoding, stats.size), response) : pipeline(source, response);
  // The asker left, or the file cannot be read: it has got less than it was promised.
  await sent.catch((error: Error) => response.destroy(error));
}

function isKnown(headers: IncomingMessage['headers'], tag: string, { mtimeMs }: Stats): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return tags.split(',').some((one) => ['*', tag, tag.slice(2)].includes(one.trim()));
  const since = Date.parse(headers['if-modified-since'] ?? '');
  // the header counts in seconds
  return Math.trunc(mtimeMs / 1000) * 1000 <= since;
}

/** The shortest of the encodings that the asker takes. */
function encodingFor(accepted: string): 'br' | 'gzip' | undefined {
  const names = accepted.split(',').flatMap((part) => {
    const [name, ...parameters] = part.split(';').map((word) => word.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    return weight && !(Number(weight.slice(2)) > 0) ? [] : [name];
  });
  return (['br', 'gzip'] as const).find((encoding) => names.includes(encoding));
}

function compressor(encoding: 'br' | 'gzip', size: number): Transform {
  if (encoding === 'gzip') return createGzip();
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return createBrotliCompress({ params: { [BROTLI_PARAM_QUALITY]: BROTLI_QUALITY, [BROTLI_PARAM_SIZE_HINT]: size } });
}

/** The file of a folder that an address names; none outside it, whatever links there are. */
export function fileOf(folder: string, url: string): string | undefined {
  const { pathname } = new URL(url, 'http://localhost');
  try {
    const parts = pathname.split('/').map(decodeURIComponent);
    // The address was normalised when it was parsed, but an encoded slash could still climb.
    if (parts.some((part) => /[\\/\0]|^\.\.?$/.test(part))) return undefined;
    const file = realpathSync(join(folder, ...parts, pathname.endsWith('/') ? 'index.html' : ''));
    const isInside = file.startsWith(join(realpathSync(folder), sep));
    return isInside && statSync(file).isFile() ? file : undefined;
  } catch {
    // Nothing of that name, or a name that is none.
    return undefined;
  }
}
