/** What `serve` and the browser's own server answer, and to whom. */
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HostServer } from '../../src/cli/runtimes/server.js';
import { createFolderServer } from '../../src/cli/static.js';

const script = `export const text = ${JSON.stringify('activation '.repeat(500))};\n`;
let folder: string;
let server: Server;
let port: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'static-'));
  await mkdir(join(folder, 'site/assets'), { recursive: true });
  const write = (name: string, content: string) => writeFile(join(folder, name), content);
  await write('secret.txt', 'secret');
  await write('site/index.html', '<!doctype html>');
  await write('site/script.js', script);
  await write('site/program.wasm', '\0asm'.repeat(1000));
  await write('site/picture.png', 'p'.repeat(5000));
  await write('site/with space.txt', 'space');
  await write('site/assets/index-xn3b11EG.js', script);
  await write('site/assets/plain.js', script);
  await symlink(join(folder, 'secret.txt'), join(folder, 'site/link.txt'));
  await symlink(folder, join(folder, 'site/up'));
  await mkdir(join(folder, 'sites'));
  await write('sites/secret.txt', 'secret');
  await symlink(join(folder, 'sites'), join(folder, 'site/beside'));
  await symlink(join(folder, 'site/script.js'), join(folder, 'site/inside.js'));
  [server, port] = await listening();
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function listening(host?: string): Promise<[Server, number]> {
  const created = createFolderServer(join(folder, 'site'), host);
  await new Promise<void>((resolve) => created.listen(0, '127.0.0.1', resolve));
  return [created, (created.address() as AddressInfo).port];
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Without the help of fetch, which forbids Host and tidies paths. */
function ask(path: string, { method = 'GET', headers = {}, at = port } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port: at, path, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(pieces) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

describe('who gets an answer', () => {
  test.each(['localhost', 'LOCALHOST:1234', '127.0.0.1:80', '[::1]', '[::1]:8420'])('Host: %s', async (host) => {
    expect((await ask('/', { headers: { host } })).status).toBe(200);
  });

  test.each([
    ...['evil.example', 'evil.example:8420', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost@evil'],
    ...['192.168.0.7', '[::2]', '[::1', '::1', 'localhost:80:80', 'localhost:port'],
  ])('not Host: %s', async (host) => {
    const { status, body } = await ask('/', { headers: { host } });
    expect(status).toBe(403);
    expect(body.toString()).toBe('expected the address that the server was started with\n');
  });

  test('nobody without a Host', async () => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    const text = await new Promise((resolve) => socket.once('data', (data) => resolve(String(data))));
    expect(text).toMatch(/^HTTP\/1.1 403/);
  });

  test('the address that was given, and on every interface every number, but no name', async () => {
    const [own, ownPort] = await listening('192.168.0.7');
    expect((await ask('/', { at: ownPort, headers: { host: '192.168.0.7:1' } })).status).toBe(200);
    expect((await ask('/', { at: ownPort, headers: { host: '192.168.0.8' } })).status).toBe(403);
    own.close();
    const [every, everyPort] = await listening('0.0.0.0');
    expect((await ask('/', { at: everyPort, headers: { host: '192.168.0.8' } })).status).toBe(200);
    expect((await ask('/', { at: everyPort, headers: { host: '[fe80::1]:8420' } })).status).toBe(200);
    expect((await ask('/', { at: everyPort, headers: { host: 'evil.example' } })).status).toBe(403);
    every.close();
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('no %s', async (method) => {
    const { status, headers } = await ask('/script.js', { method });
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD']);
  });

  test('no page of another origin', async () => {
    const { headers } = await ask('/script.js');
    expect(headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('which files', () => {
  test.each([
    ['/', 'text/html; charset=utf-8'],
    ['/index.html?query#hash', 'text/html; charset=utf-8'],
    ['/script.js', 'text/javascript'],
    ['/%73cript.js', 'text/javascript'],
    ['/inside.js', 'text/javascript'],
    ['/program.wasm', 'application/wasm'],
    ['/with%20space.txt', 'application/octet-stream'],
    ['/assets/../script.js', 'text/javascript'],
    ['http://localhost/script.js', 'text/javascript'],
  ])('%s', async (path, type) => {
    const { status, headers } = await ask(path);
    expect([status, headers['content-type']]).toEqual([200, type]);
  });

  test.each([
    ...[
      '/none.js',
      '/assets',
      '/assets/',
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/..%2fsecret.txt',
      '/%2e%2e%2fsecret.txt',
    ],
    ...['/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt', '/%', '/%ff', '/script.js%00', '/script.js/'],
    ...[
      '/link.txt',
      '/beside/secret.txt',
      '/up/secret.txt',
      '/up/site/script.js/x',
      '/%2fetc%2fpasswd',
      '/index.html/..%2f..%2fsecret.txt',
    ],
  ])('not %s', async (path) => {
    const { status, body } = await ask(path);
    expect([status, body.toString()]).toEqual([404, 'not found\n']);
    expect((await ask(path, { method: 'HEAD' })).status).toBe(204);
  });

  test('an address that is none', async () => {
    expect((await ask('http://[')).status).toBe(400);
  });
});

describe('how much is sent', () => {
  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip;q=1.0, br;q=0.5', 'br', brotliDecompressSync],
    ['gzip, br;q=0', 'gzip', gunzipSync],
    ['GZIP', 'gzip', gunzipSync],
  ])('Accept-Encoding: %s', async (accepted, encoding, decompress) => {
    const { headers, body } = await ask('/script.js', { headers: { 'accept-encoding': accepted } });
    expect(headers).toMatchObject({ 'content-encoding': encoding, vary: 'Accept-Encoding' });
    expect(headers['content-length']).toBeUndefined();
    expect(body.length).toBeLessThan(script.length / 10);
    expect(decompress(body).toString()).toBe(script);
  });

  test.each([
    ['/script.js', 'identity'],
    ['/script.js', 'deflate, br;q=0.0'],
    ['/picture.png', 'br'],
    ['/index.html', 'br'],
  ])('%s as it is where %s is accepted, or nothing is gained', async (path, accepted) => {
    const { headers, body } = await ask(path, { headers: { 'accept-encoding': accepted } });
    expect(headers['content-encoding']).toBeUndefined();
    expect(Number(headers['content-length'])).toBe(body.length);
  });

  test('WebAssembly is compressed too', async () => {
    const { headers } = await ask('/program.wasm', { headers: { 'accept-encoding': 'br' } });
    expect(headers['content-encoding']).toBe('br');
  });

  test('HEAD sends the same headers and no more', async () => {
    const { status, headers, body } = await ask('/script.js', { method: 'HEAD' });
    expect([status, body.length, headers['content-length']]).toEqual([200, 0, String(script.length)]);
    expect(headers.etag).toBe((await ask('/script.js')).headers.etag);
  });

  test('nothing where the asker has it, and all of it once it has changed', async () => {
    const { headers } = await ask('/script.js');
    const known = { 'if-none-match': headers.etag! };
    const since = { 'if-modified-since': headers['last-modified']! };
    for (const given of [known, since, { 'if-none-match': `"other", ${headers.etag}` }, { 'if-none-match': '*' }]) {
      const { status, body, headers: again } = await ask('/script.js', { headers: given });
      expect([status, body.length]).toEqual([304, 0]);
      expect(again.etag).toBe(headers.etag);
    }
    const early = { 'if-modified-since': new Date(Date.parse(headers['last-modified']!) - 1000).toUTCString() };
    for (const given of [{ 'if-none-match': '"other"' }, { ...since, 'if-none-match': '"other"' }, early])
      expect((await ask('/script.js', { headers: given })).status).toBe(200);
    const later = new Date(Date.now() + 5000);
    await utimes(join(folder, 'site/script.js'), later, later);
    for (const given of [known, since]) expect((await ask('/script.js', { headers: given })).status).toBe(200);
  });

  test('names with a hash are kept for good, others asked for again', async () => {
    const cacheOf = async (path: string) => (await ask(path)).headers['cache-control'];
    expect(await cacheOf('/assets/index-xn3b11EG.js')).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/script.js', '/assets/plain.js']) expect(await cacheOf(path)).toBe('no-cache');
  });
});

describe('the browser’s own server', () => {
  let host: HostServer;
  let at: number;
  beforeAll(async () => {
    host = new HostServer(join(folder, 'site/script.js'));
    at = Number(new URL(await host.listen()).port);
  });
  afterAll(() => host.close());

  test('has the page, the program and what is beside it, and the folders it was given', async () => {
    expect(host.serve('module0', join(folder, 'site/assets'))).toBe('/files/module0/');
    for (const path of ['/', '/host.js', '/dist/script.js', '/files/module0/plain.js'])
      expect((await ask(path, { at })).status, path).toBe(200);
    expect((await ask('/', { at })).body.toString()).toContain('"webgpu-activations":"/dist/index.js"');
    for (const path of [
      '/dist/link.txt',
      '/files/module1/plain.js',
      '/files/module0/..%2fscript.js',
      '/none',
      '/arrays/x',
    ])
      expect((await ask(path, { at })).status, path).toBe(404);
  });

  test('takes arrays and nothing else, and answers no other name', async () => {
    expect((await ask('/host.js', { at, method: 'PUT' })).status).toBe(405);
    expect((await ask('/arrays/x', { at, method: 'DELETE' })).status).toBe(405);
    expect((await ask('/arrays/constructor', { at })).status).toBe(404);
    for (const path of ['/', '/host.js', '/arrays/x'])
      expect((await ask(path, { at, headers: { host: 'evil.example' } })).status).toBe(403);
  });
});
