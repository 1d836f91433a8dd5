import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, LaunchOptions } from 'puppeteer';
import { findProgram, programVariables } from '../browser.js';
import { MissingError, RuntimeError } from '../exit.js';
import type { HostCall, HostReply } from '../host/remote.js';
import type { Progress } from '../progress.js';
import type { Setting, Started } from './runtime.js';
import { within } from './waiting.js';

/** Less than a signal waits for. */
const closeSeconds = 2.5;

/** WebGPU is behind preferences where Firefox is not sure of it. */
const firefoxPreferences = {
  'dom.webgpu.enabled': true,
  'dom.webgpu.workers.enabled': true,
  'gfx.webgpu.ignore-blocklist': true,
};

/** The host in a page of a headless browser. */
export async function startBrowser(kind: 'chrome' | 'firefox', setting: Setting): Promise<Started> {
  const { way, address, listen } = setting;
  const browser = await launch(kind, setting);
  const page = await browser.newPage();
  const broken = new Promise<never>((_, reject) => {
    const fail = (what: string) => reject(new RuntimeError(`${what}: ${way.advice}`));
    page.on('error', ({ message }) => fail(`the page in ${way.program} crashed (${message})`));
    page.on('pageerror', (error) => fail(`an error in the page in ${way.program} (${(error as Error).message})`));
    page.on('close', () => fail(`the page in ${way.program} closed`));
    browser.on('disconnected', () => fail(`${way.program} ended`));
  });
  broken.catch(() => undefined);
  await page.exposeFunction('reportProgress', (progress: Progress | null) => listen(progress));
  await page.goto(address);
  await Promise.race([page.waitForFunction('globalThis.callHost'), broken]);
  return {
    name: await browser.version(),
    isPage: true,
    broken,
    call: (call) =>
      page
        .evaluate((given) => (globalThis as unknown as PageGlobals).callHost(given), call)
        .catch((error: Error) => {
          throw new RuntimeError(`${way.program} stopped answering (${error.message}): ${way.advice}`);
        }),
  };
}

interface PageGlobals {
  callHost(call: HostCall): Promise<HostReply>;
}

async function launch(kind: 'chrome' | 'firefox', { way, onClose }: Setting): Promise<Browser> {
  const { launch } = await importPuppeteer(way.program);
  const executablePath = programPath(kind, way.program);
  const force = new AbortController();
  // puppeteer's own is left behind by a Firefox that is stopped while it starts
  const profile = kind === 'firefox' ? await mkdtemp(join(tmpdir(), 'webgpu-activations-')) : undefined;
  const options: LaunchOptions = {
    browser: kind,
    ...(profile && { userDataDir: profile }),
    executablePath,
    headless: true,
    // Without the developer features Chrome rounds GPU timestamps to 100 µs.
    args: [...way.flags, ...(kind === 'chrome' ? ['--enable-webgpu-developer-features'] : [])],
    extraPrefsFirefox: firefoxPreferences,
    env: { ...process.env, ...way.variables },
    signal: force.signal,
    // On a signal the browser is closed before the process ends, see signals.ts.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    // The limits are the runtime's: a survey of every activation takes minutes.
    protocolTimeout: 0,
    timeout: 0,
  };
  const launching = launch(options);
  let browser: Browser | undefined;
  onClose(async () => {
    // One that is still starting cleans up behind itself only once it runs.
    const closed = launching.then((started) => started.close());
    await within(closed, closeSeconds, 'the browser to close', '').catch(() => undefined);
    // A browser that does not start, or does not close.
    force.abort();
    if (browser) endGroup(browser);
    if (profile)
      await rm(profile, { recursive: true, force: true, maxRetries: 4, retryDelay: 50 }).catch(() => undefined);
  });
  try {
    browser = await launching;
    return browser;
  } catch (error) {
    throw new RuntimeError(`${way.program} (${executablePath}) does not start: ${(error as Error).message}`);
  }
}

/** Ends what a browser leaves behind, such as a GPU process that hangs: it would hold the pipes that Node waits for. */
function endGroup(browser: Browser): void {
  const program = browser.process();
  for (const pipe of [program?.stdout, program?.stderr]) pipe?.destroy();
  if (program?.pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-program.pid, 'SIGKILL');
  } catch {
    // The usual case: nothing is left.
  }
}

async function importPuppeteer(program: string): Promise<typeof import('puppeteer')> {
  try {
    return await import('puppeteer');
  } catch (error) {
    throw new MissingError(
      `headless ${program} needs the npm package puppeteer: npm install puppeteer, or use --runtime node` +
        ` (${(error as Error).message.split('\n')[0]})`,
    );
  }
}

/** @throws {MissingError} for a program that is not there, with what to do about it */
export function programPath(kind: 'chrome' | 'firefox' | 'deno', program: string): string {
  try {
    const path = findProgram(kind);
    if (path) return path;
  } catch (error) {
    throw new MissingError((error as Error).message);
  }
  const install = {
    chrome: 'install Chrome or Chromium, or run npx puppeteer browsers install chrome',
    firefox: 'install Firefox, or run npx puppeteer browsers install firefox',
    deno: 'npm install deno',
  }[kind];
  throw new MissingError(`no ${program} found: ${install}, or set ${programVariables[kind][0]} to its path`);
}
