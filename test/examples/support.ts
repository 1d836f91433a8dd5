/** The examples as their readers run them: beside the packed package, in headless Chrome. */
import { cpSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { type Browser, launch } from 'puppeteer';
import { createServer } from 'vite';
import { afterAll, beforeAll, expect } from 'vitest';
import { chromeArguments, findBrowser } from '../../src/cli/browser.js';
import { createFolderServer } from '../../src/cli/static.js';
import { createProject, root } from '../pack/project.js';

const SECOND = 1000;

export const project = createProject();
cpSync(join(root, 'examples'), project.folder, { recursive: true });

/** A package that is installed here, as a link: what it needs is found beside it. */
export function link(...names: readonly string[]): void {
  for (const name of names) {
    const path = join(project.folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(realpathSync(join(root, 'node_modules', name)), path, 'junction');
  }
}

export interface Site {
  readonly url: string;
  close(): Promise<void>;
}

/** A server of static files. */
export async function serve(folder: string): Promise<Site> {
  const server = createFolderServer(folder);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** `npx vite` in the folder of an example. */
export async function serveByVite(name: string): Promise<Site> {
  const server = await createServer({
    root: join(project.folder, name),
    cacheDir: join(project.folder, name, '.vite'),
    logLevel: 'error',
    server: { host: '127.0.0.1', port: 0, hmr: false, fs: { allow: [project.folder, root] } },
  });
  await server.listen();
  return { url: server.resolvedUrls!.local[0]!, close: () => server.close() };
}

let browser: Browser;

/** One browser for a file of tests. */
export function useBrowser(): void {
  beforeAll(async () => {
    const adapter = process.env.WEBGPU_ADAPTER === 'hardware' ? 'hardware' : 'swiftshader';
    browser = await launch({ executablePath: findBrowser()!, headless: true, args: chromeArguments(adapter) });
  });
  afterAll(() => browser?.close());
}

/** What the page has printed once it matches `last`. Anything on its console, but for plain logs, fails the test. */
export async function outputOf(site: Site, path: string, last: RegExp, seconds = 60): Promise<string> {
  const context = await browser.createBrowserContext();
  const messages: string[] = [];
  let text = '';
  try {
    const page = await context.newPage();
    page.on('console', (message) => {
      const isPlain = ['log', 'info', 'debug'].includes(message.type());
      // every browser asks for an icon, and no example has one
      const isOfIcon = message.location().url?.endsWith('/favicon.ico');
      if (!isPlain && !isOfIcon) messages.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.goto(new URL(path, site.url).href);
    const end = Date.now() + seconds * SECOND;
    while (!last.test(text) && !messages.length && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      // a page that loads again has no document for a moment
      text = await page.$eval('pre', (element) => element.innerText).catch(() => text);
    }
    expect({ text, messages }).toEqual({ text: expect.stringMatching(last), messages: [] });
    return text;
  } finally {
    await context.close();
    await site.close();
  }
}

/** The numbers of a line that begins with a label. */
export function numbersOf(text: string, label: string): number[] {
  const line = text.split('\n').find((one) => one.startsWith(`${label} `));
  return (line ?? '').slice(label.length).trim().split(/\s+/).map(Number);
}

/** Float32 results beside float64, four ULP apart at most unless given. */
export function expectClose(got: readonly number[], expected: readonly number[], ulp = 4): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((value, index) => {
    const exact = expected[index]!;
    // a result below the normal numbers may be flushed
    const allowed = ulp * 2 ** -23 * Math.abs(exact) + 2 ** -126;
    expect(Math.abs(value - exact), `${index}: ${value}, exactly ${exact}`).toBeLessThanOrEqual(allowed);
  });
}
