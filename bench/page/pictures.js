// Takes the README's pictures of the built page in headless Chrome, and the pictures that the page is linked and installed with:
// `npm run pictures`. With --first it records the page's first look instead, `npm run first`: the result that the page shows
// until it has measured. Plain JavaScript, because Node 20 runs no TypeScript.

import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { argv, env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { launch } from 'puppeteer';
import { chromeArguments, findBrowser } from '../../src/cli/browser.js';
import { formatJson } from '../../src/cli/json.js';

/** @typedef {import('puppeteer').Page} Page */

/**
 * @typedef {object} Picture
 * @property {string} name
 * @property {string} hash
 * @property {'light' | 'dark'} theme
 * @property {string} top what stands at the picture's upper edge
 * @property {number} [height]
 * @property {(page: Page) => Promise<void>} use
 */

/** @type {Picture[]} */
const pictures = [
  {
    name: 'benchmark',
    hash: '#/benchmark?names=relu,silu,gelu&passes=forward&sizes=10,12,14,16,18,20&rounds=7&opponents=loop,jax-js&name=gelu',
    theme: 'light',
    top: 'section[aria-label=Results]',
    height: 1000,
    async use(page) {
      await click(page, 'Run');
      await page.waitForSelector('progress', { hidden: true, timeout: 0 });
    },
  },
  {
    name: 'explore',
    hash: '#/explore?names=gelu,silu,mish,elu&from=-4&to=3',
    theme: 'dark',
    top: 'header',
    height: 1000,
    async use(page) {
      await page.waitForFunction(
        'document.querySelector("figure canvas, main canvas") && !document.body.innerText.includes("Computing …")',
      );
    },
  },
  {
    name: 'learn',
    hash: '#/learn?scene=dying&guessed=dying.3',
    theme: 'light',
    top: 'article.scene',
    height: 1300,
    async use(page) {
      await click(page, 'Steps too long: rate 10');
      await page.waitForSelector('::-p-xpath(//*[@role="status" and contains(., "Stopped")])', { timeout: 0 });
    },
  },
  {
    name: 'check',
    hash: '#/check?count=16384',
    theme: 'dark',
    top: 'header',
    height: 700,
    async use(page) {
      await click(page, 'Check');
      await page.waitForSelector('progress', { hidden: true, timeout: 0 });
    },
  },
];

/** @param {Page} page
 *  @param {string} text */
async function click(page, text) {
  await page.locator(`::-p-xpath(//button[normalize-space()="${text}" and not(@disabled)])`).click();
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const server = spawn(execPath, [`${root}dist/cli.js`, 'serve'], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve) => {
  server.stdout.once('data', (data) => resolve(String(data).trim()));
});
const browser = await launch({
  executablePath: findBrowser(),
  headless: true,
  args: chromeArguments(env.WEBGPU_ADAPTER === 'hardware' ? 'hardware' : 'swiftshader'),
});
/** The text of a file that a click on a button saves.
 *  @param {Page} page
 *  @param {string} text
 *  @returns {Promise<Buffer>} */
async function saved(page, text) {
  // the page makes an address for the content, and follows it
  await page.evaluate(() => {
    const create = URL.createObjectURL;
    URL.createObjectURL = (content) => {
      /** @type {any} */ (globalThis).savedContent = content;
      return create.call(URL, content);
    };
  });
  await click(page, text);
  await page.waitForFunction('globalThis.savedContent');
  const url = await page.evaluate(
    () =>
      new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(/** @type {any} */ (globalThis).savedContent);
      }),
  );
  return Buffer.from(String(url).split(',')[1] ?? '', 'base64');
}

async function recordFirst() {
  const page = await browser.newPage();
  await page.goto(url);
  await page.waitForSelector('[aria-label^="Measured here"]');
  await page.waitForSelector('progress', { hidden: true, timeout: 0 });
  const report = JSON.parse(String(await saved(page, 'Save JSON')));
  writeFileSync(`${root}bench/results/first.json`, `${formatJson(report)}\n`);
  await page.close();
}

async function takePublic() {
  const page = await browser.newPage();
  // nothing is measured: the recorded result is what there is
  await page.evaluateOnNewDocument("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })");
  await page.goto(url);
  await page.waitForSelector('.share');
  writeFileSync(`${root}bench/page/public/preview.png`, await saved(page, 'Save picture'));
  const icon =
    /href="data:image\/svg\+xml,([^"]*)"/.exec(readFileSync(`${root}bench/page/index.html`, 'utf8'))?.[1] ?? '';
  const line = decodeURIComponent(icon).replace('#0a7d6c', '#ffffff');
  for (const size of [192, 512]) {
    await page.setViewport({ width: size, height: size });
    // within the part that every mask leaves
    await page.setContent(
      `<style>body { margin: 0; background: #00695c } svg { width: 60vw; margin: 20vw }</style>${line}`,
    );
    await page.screenshot({ path: `${root}bench/page/public/icon-${size}.png` });
  }
  await page.close();
}

try {
  if (argv.includes('--first')) await recordFirst();
  else await takePublic();
  for (const { name, hash, theme, top, height = 900, use } of argv.includes('--first') || argv.includes('--public')
    ? []
    : pictures) {
    const page = await browser.newPage();
    await page.setViewport({ width: 1000, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await page.goto(url + hash);
    await page.waitForSelector('main > h2');
    await use(page);
    await page.$eval(top, (element) => element.scrollIntoView());
    // the charts' last frame
    await new Promise((resolve) => setTimeout(resolve, 1000));
    await page.screenshot({ path: `${root}bench/page/pictures/${name}.png` });
    await page.close();
  }
} finally {
  await browser.close();
  server.kill();
}
