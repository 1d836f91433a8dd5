import { existsSync } from 'node:fs';
import type { Browser } from 'puppeteer';
import { browserVariables, chromeArguments, findBrowser } from '../browser.js';
import { UnavailableError } from '../exit.js';
import type { AdapterChoice } from '../host/adapter.js';
import type { PageCall, PageReply } from '../host/page.js';
import type { AnswerOf } from '../host.js';
import { hostFile } from '../package.js';
import type { Progress, ReportProgress } from '../progress.js';
import { errorFrom, type Runtime } from './runtime.js';
import { HostServer } from './server.js';

/** WebGPU in headless Chrome. `auto` takes the machine's GPU, and SwiftShader where Chrome finds none. */
export async function openChrome(choice: AdapterChoice): Promise<Runtime> {
  if (choice !== 'auto') return openWith(choice);
  const hardware = await openWith('hardware').catch((error) => {
    if (error instanceof UnavailableError) return undefined;
    throw error;
  });
  return hardware ?? openWith('swiftshader');
}

async function openWith(choice: 'hardware' | 'swiftshader'): Promise<Runtime> {
  const server = new HostServer(builtHost());
  let browser: Browser | undefined;
  const close = async () => {
    server.close();
    await browser?.close();
  };
  try {
    browser = await startBrowser(choice);
    const runtime = await openPage(browser, choice, server, close);
    // Fails here where there is no such adapter.
    await runtime.call('info', {});
    return runtime;
  } catch (error) {
    await close();
    throw error;
  }
}

async function startBrowser(choice: 'hardware' | 'swiftshader'): Promise<Browser> {
  const { launch } = await importPuppeteer();
  const executablePath = browserPath();
  // Puppeteer itself ends the browser on SIGINT, SIGTERM, SIGHUP and when this process exits.
  const options = {
    executablePath,
    headless: true,
    // Without the developer features Chrome rounds GPU timestamps to 100 µs.
    args: [...chromeArguments(choice), '--enable-webgpu-developer-features'],
    // No limit on a call: a survey of every activation takes minutes.
    protocolTimeout: 0,
  };
  return launch(options).catch((error: Error) => {
    throw new UnavailableError(`the browser ${executablePath} does not start: ${error.message}`);
  });
}

async function openPage(
  browser: Browser,
  choice: AdapterChoice,
  server: HostServer,
  close: () => Promise<void>,
): Promise<Runtime> {
  const page = await browser.newPage();
  const broken = new Promise<never>((_, reject) => {
    page.on('error', (error) => reject(new Error(`the browser's page crashed: ${error.message}`)));
    page.on('pageerror', (error) => reject(new Error(`error in the browser's page: ${(error as Error).message}`)));
    browser.on('disconnected', () => reject(new Error('the browser closed')));
  });
  // It closes in the end, when nobody waits any more.
  broken.catch(() => undefined);
  let report: ReportProgress = () => undefined;
  await page.exposeFunction('reportProgress', (progress: Progress) => report(progress));
  await page.goto(await server.listen());
  await Promise.race([page.waitForFunction('globalThis.callHost'), broken]);
  return {
    name: await browser.version(),
    close,
    serve: (name, folder) => server.serve(name, folder),
    async call(name, request, { arrays = {}, report: listen = () => undefined } = {}) {
      report = listen;
      server.given = arrays;
      const lengths = Object.fromEntries(Object.entries(arrays).map(([array, { length }]) => [array, length]));
      const call: PageCall = { choice, name, request, arrays: lengths };
      const reply = await Promise.race([
        page.evaluate((given) => (globalThis as unknown as PageGlobals).callHost(given), call),
        broken,
      ]);
      if (reply.error) throw errorFrom(reply.error);
      return { answer: reply.answer as AnswerOf<typeof name>, arrays: server.take(reply.arrays) };
    },
  };
}

interface PageGlobals {
  callHost(call: PageCall): Promise<PageReply>;
}

async function importPuppeteer(): Promise<typeof import('puppeteer')> {
  try {
    return await import('puppeteer');
  } catch (error) {
    throw new UnavailableError(
      'headless Chrome needs the npm package puppeteer: npm install puppeteer, or use --runtime node' +
        ` (${(error as Error).message.split('\n')[0]})`,
    );
  }
}

function browserPath(): string {
  const [variable] = browserVariables;
  try {
    const path = findBrowser();
    if (path) return path;
  } catch (error) {
    throw new UnavailableError((error as Error).message);
  }
  throw new UnavailableError(
    `no Chrome or Chromium found: install one, run npx puppeteer browsers install chrome, or set ${variable} to its path; ` +
      'or use --runtime node',
  );
}

function builtHost(): string {
  const file = hostFile();
  if (!existsSync(file)) throw new UnavailableError(`${file} is missing: npm run build`);
  return file;
}
