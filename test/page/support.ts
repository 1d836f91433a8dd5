/** The built page in headless Chrome, from a folder below the server's root and with the built library beside it. */
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type ElementHandle, launch, type Page } from 'puppeteer';
import { afterAll, beforeAll, expect } from 'vitest';
import { chromeArguments, findBrowser } from '../../src/cli/browser.js';
import { createFolderServer } from '../../src/cli/static.js';

export const distributed = fileURLToPath(new URL('../../dist', import.meta.url));

export interface Site {
  /** With a final slash. */
  readonly url: string;
  close(): Promise<void>;
}

export interface Sent {
  readonly path: string;
  /** Over the wire, heads included. */
  bytes: number;
}

/** A site that tells what it has sent. */
export async function openCountedSite(): Promise<{ site: Site; sent: Sent[] }> {
  const sent: Sent[] = [];
  const site = await openSite((server) => {
    server.on('request', ({ url, socket }, response) => {
      const record: Sent = { path: url!, bytes: 0 };
      sent.push(record);
      const before = socket.bytesWritten;
      response.on('close', () => {
        record.bytes = socket.bytesWritten - before;
      });
    });
  });
  return { site, sent };
}

export async function openSite(watch?: (server: Server) => void): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'page-'));
  await cp(join(distributed, 'page'), join(folder, 'nested'), { recursive: true });
  await cp(distributed, join(folder, 'library'), { recursive: true });
  const server: Server = createFolderServer(folder);
  watch?.(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/nested/`,
    async close() {
      server.close();
      server.closeAllConnections();
      await rm(folder, { recursive: true });
    },
  };
}

export interface Held {
  browser: Browser;
  site: Site;
  downloads: string;
}

/** One browser and one server for a file of tests. */
export function useBrowser(): Held {
  const held = {} as Held;
  beforeAll(async () => {
    const adapter = process.env.WEBGPU_ADAPTER === 'hardware' ? 'hardware' : 'swiftshader';
    held.browser = await launch({ executablePath: findBrowser()!, headless: true, args: chromeArguments(adapter) });
    held.site = await openSite();
    held.downloads = await mkdtemp(join(tmpdir(), 'downloads-'));
  });
  afterAll(async () => {
    await held.browser?.close();
    await held.site?.close();
    await rm(held.downloads, { recursive: true });
  });
  return held;
}

export interface PageOptions {
  /** A script that runs before the page's own. */
  readonly before?: string;
}

/** A visitor's page: nothing is left of earlier ones. Whatever reaches the console, but for plain logs, fails the test. */
export async function withPage<Result>(
  { browser, site, downloads }: Held,
  hash: string,
  use: (page: Page) => Promise<Result>,
  { before }: PageOptions = {},
): Promise<Result> {
  const context = await browser.createBrowserContext({
    downloadBehavior: { policy: 'allow', downloadPath: downloads },
  });
  const messages: string[] = [];
  try {
    const page = await context.newPage();
    page.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.setViewport({ width: 1280, height: 900 });
    if (before) await page.evaluateOnNewDocument(before);
    await page.goto(site.url + hash);
    await page.waitForSelector('main > h2');
    const result = await use(page);
    expect(messages).toEqual([]);
    return result;
  } finally {
    await context.close();
  }
}

export async function click(page: Page, text: string): Promise<void> {
  const button = await page.waitForSelector(`::-p-xpath(//button[normalize-space()="${text}"])`);
  await button!.click();
}

/** Empty where there is no such element yet. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(
    (wanted) => (document.querySelector<HTMLElement>(wanted)?.innerText ?? '').replaceAll('\u00a0', ' '),
    selector,
  );

/** A table's cells, row by row, heads included. */
export const tableOf = (page: Page, label: string): Promise<string[][]> =>
  page.$$eval(`section[aria-label="${label}"] tr`, (rows) =>
    rows.map((row) => [...row.children].map((cell) => cell.textContent ?? '')),
  );

/** Waits until the predicate, run here, holds for what `read` gives. */
export async function until<T>(read: () => Promise<T>, holds: (value: T) => boolean, seconds = 30): Promise<T> {
  const end = Date.now() + 1000 * seconds;
  for (;;) {
    const value = await read();
    if (holds(value)) return value;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(value)} after ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Makes the window this wide: when charts have followed, nothing sticks out. */
export async function fitsInto(page: Page, width: number): Promise<void> {
  await page.setViewport({ width, height: 900 });
  await until(
    () => page.evaluate('document.documentElement.scrollWidth') as Promise<number>,
    (scrollWidth) => scrollWidth <= width,
    10,
  );
}

export async function setField(page: Page, label: string, value: string): Promise<void> {
  const field = (await page.waitForSelector(`input[aria-label="${label}"]`)) as ElementHandle<HTMLInputElement>;
  await field.focus();
  await field.evaluate((input) => input.select());
  await field.type(value);
  await field.press('Enter');
  await field.press('Tab');
}

/** The one file that the use of the page downloads. */
export async function downloaded(held: Held, name: RegExp, start: () => Promise<void>): Promise<string> {
  const { readdir } = await import('node:fs/promises');
  const before = new Set(await readdir(held.downloads));
  await start();
  const files = await until(
    async () => (await readdir(held.downloads)).filter((file) => !before.has(file)),
    (found) => found.length > 0 && found.every((file) => !file.endsWith('.crdownload')),
  );
  expect(files).toHaveLength(1);
  expect(files[0]).toMatch(name);
  const path = join(held.downloads, files[0]!);
  expect(existsSync(path)).toBe(true);
  return /\.png$/.test(path) ? (await readFile(path)).toString('latin1') : readFile(path, 'utf8');
}
