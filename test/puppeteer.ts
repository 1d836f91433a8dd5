import { defineBrowserProvider } from '@vitest/browser';
import { type Browser, launch, type Page } from 'puppeteer';
import type { BrowserProvider, BrowserProviderOption } from 'vitest/node';
import { chromeArguments, findBrowser } from '../src/cli/browser.js';

/** Vitest's browser mode on the same Chrome, found and started the same way, as the command line's, with more arguments if need be.
 *  `WEBGPU_ADAPTER=hardware` tests the machine's GPU instead of SwiftShader. */
export function puppeteer(...more: readonly string[]): BrowserProviderOption {
  return defineBrowserProvider({
    name: 'puppeteer',
    options: {},
    providerFactory: () => new PuppeteerProvider(more),
  });
}

class PuppeteerProvider implements BrowserProvider {
  readonly name = 'puppeteer';
  readonly supportsParallelism = false;
  readonly #more: readonly string[];
  #browser: Promise<Browser> | undefined;
  #pages = new Map<string, Page>();

  constructor(more: readonly string[]) {
    this.#more = more;
  }

  getCommandsContext(sessionId: string) {
    return { page: this.#pages.get(sessionId) };
  }

  async openPage(sessionId: string, url: string) {
    this.#browser ??= launchBrowser(this.#more);
    const browser = await this.#browser;
    await this.#pages.get(sessionId)?.close();
    const page = await browser.newPage();
    this.#pages.set(sessionId, page);
    page.on('error', (error) => console.error(`The test page crashed: ${error.message}`));
    await page.goto(url, { timeout: 0 });
  }

  async close() {
    const browser = await this.#browser;
    this.#browser = undefined;
    this.#pages.clear();
    await browser?.close();
  }
}

function launchBrowser(more: readonly string[]): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('No browser found: run `npm start` or `npm test` once, or set CHROME_PATH.');
  const adapter = process.env.WEBGPU_ADAPTER === 'hardware' ? 'hardware' : 'swiftshader';
  return launch({
    executablePath,
    headless: true,
    args: [...chromeArguments(adapter), ...more],
    // A page busy with a long test answers nothing meanwhile; puppeteer would give up after 180 s.
    protocolTimeout: 600_000,
  });
}
