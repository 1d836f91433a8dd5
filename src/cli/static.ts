/** Files of a folder over HTTP. */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** A page runs scripts and streams WebAssembly only under their own types. */
export const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Isolation gives a page the fine clock and shared memory. */
export function isolate(response: ServerResponse): void {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
}

export function createFolderServer(folder: string): Server {
  return createServer((request, response) => {
    send(folder, request, response).catch((error: Error) => response.destroy(error));
  });
}

async function send(folder: string, { url, method }: IncomingMessage, response: ServerResponse): Promise<void> {
  isolate(response);
  // names with a hash in them are few enough to ask for again: a rebuilt page is seen at once
  response.setHeader('Cache-Control', 'no-cache');
  const file = fileOf(folder, url!);
  // a browser puts a 404 on its console even where a page only asks whether there is a file
  if (!file && method === 'HEAD') return void response.writeHead(204).end();
  if (!file) return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found\n');
  response.setHeader('Content-Type', contentTypes[extname(file)] ?? 'application/octet-stream');
  response.setHeader('Content-Length', statSync(file).size);
  if (method === 'HEAD') return void response.end();
  return pipeline(createReadStream(file), response);
}

/** The file of a folder that an address names; none outside it. */
export function fileOf(folder: string, url: string): string | undefined {
  const { pathname } = new URL(url, 'http://localhost');
  let parts: string[];
  try {
    parts = pathname.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  // The address was normalised when it was parsed, but an encoded slash could still climb.
  if (parts.some((part) => /[\\/]|^\.\.$/.test(part))) return undefined;
  const file = join(folder, ...parts, pathname.endsWith('/') ? 'index.html' : '');
  return existsSync(file) && statSync(file).isFile() ? file : undefined;
}
