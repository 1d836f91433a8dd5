import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Arrays } from '../host/call.js';
import { importsOf } from '../package.js';
import { fileOf, isolate, refuse, sendFile } from '../static.js';

/** Bytes per write; one write of gigabytes would be copied whole. */
const pieceByteLength = 2 ** 20;

/** A module of the user's may import this package by its name; it is served beside the host's program. */
const imports = importsOf((file) => `/dist/${file}`);

const page = `<!doctype html><meta charset="utf-8"><title>webgpu-activations</title>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
  import { createRemoteHost } from '/host.js';
  const report = (progress) => globalThis.reportProgress(progress);
  globalThis.callHost = createRemoteHost({ gpu: navigator.gpu, address: location.href, report });
</script>`;

/** Serves the host's page to the local browser, and carries its arrays both ways. */
export class HostServer {
  /** What the page may fetch. */
  given: Arrays = {};
  /** What the page has sent; emptied by `take`. */
  #received = new Map<string, Float32Array>();
  /** Name → folder, whose files the page may load. */
  readonly #folders = new Map<string, string>();
  readonly #server;

  constructor(readonly hostFile: string) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  /** @returns the page's address */
  async listen(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** @returns the folder's address */
  serve(name: string, folder: string): string {
    this.#folders.set(name, folder);
    return `/files/${name}/`;
  }

  /** The arrays the page has sent, by the lengths it tells of them: an empty one is never sent. */
  take(lengths: Readonly<Record<string, number>>): Arrays {
    const arrays = Object.entries(lengths).map(([name, length]) => [
      name,
      this.#received.get(name) ?? new Float32Array(length),
    ]);
    this.#received.clear();
    return Object.fromEntries(arrays);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (refuse(request, response, ['GET', 'HEAD', 'PUT'])) return;
    const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
    isolate(response);
    response.setHeader('Cache-Control', 'no-store');
    if (pathname.startsWith('/arrays/'))
      return this.#carry(pathname.slice('/arrays/'.length), searchParams, request, response);
    if (request.method === 'PUT') return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    if (pathname === '/') return void response.setHeader('Content-Type', 'text/html').end(page);
    const file = this.#fileOf(pathname);
    return file ? sendFile(file, request, response, 'no-store') : void response.writeHead(404).end();
  }

  /** An array to the page, or a piece of one from it. */
  async #carry(
    name: string,
    searchParams: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (request.method === 'PUT') {
      await this.#receive(name, Number(searchParams.get('offset')), Number(searchParams.get('size')), request);
      return void response.end();
    }
    const array = Object.hasOwn(this.given, name) ? this.given[name] : undefined;
    if (array)
      return pipeline(Readable.from(pieces(array)), response.setHeader('Content-Type', 'application/octet-stream'));
    response.writeHead(404).end();
  }

  #fileOf(pathname: string): string | undefined {
    if (pathname === '/host.js') return this.hostFile;
    const [, place, name, ...path] = pathname.split('/');
    if (place === 'dist') return fileOf(dirname(this.hostFile), pathname.slice('/dist'.length));
    const folder = place === 'files' ? this.#folders.get(name!) : undefined;
    return folder && fileOf(folder, `/${path.join('/')}`);
  }

  async #receive(name: string, start: number, byteLength: number, body: AsyncIterable<Buffer>): Promise<void> {
    const array = this.#received.get(name) ?? new Float32Array(byteLength / 4);
    this.#received.set(name, array);
    const bytes = new Uint8Array(array.buffer);
    let offset = start;
    for await (const piece of body) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
  }
}

function* pieces({ buffer, byteOffset, byteLength }: Float32Array): Generator<Uint8Array> {
  for (let offset = 0; offset < byteLength; offset += pieceByteLength)
    yield new Uint8Array(buffer, byteOffset + offset, Math.min(pieceByteLength, byteLength - offset));
}
