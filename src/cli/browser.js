// Plain JavaScript: setup.js imports this file before anything is installed or built.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import { env, platform } from 'node:process';

/** Environment variables that may name the browser, the first one set wins. */
export const browserVariables = ['WEBGPU_ACTIVATIONS_CHROME', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'];

/** The path of a Chrome or Chromium that starts: the one an environment variable names, else puppeteer's own, else the
 *  system's.
 *  @returns {string | undefined}
 *  @throws {Error} when a variable names a browser that does not exist or does not start */
export function findBrowser() {
  const variable = browserVariables.find((name) => env[name]);
  if (variable) {
    const browser = locate(/** @type {string} */ (env[variable])).find(starts);
    if (!browser) throw new Error(`${variable} is ${env[variable]}, and no browser starts from there.`);
    return browser;
  }
  return [...puppeteerPath(), ...systemPaths()].find(starts);
}

/** Chrome's command line for WebGPU: `hardware` wants the machine's GPU, `swiftshader` the software adapter that runs
 *  anywhere, `auto` leaves the choice to Chrome.
 *  @param {'auto' | 'hardware' | 'swiftshader'} adapter
 *  @returns {string[]} */
export function chromeArguments(adapter) {
  const common = [
    // The sandbox refuses to start as root, in most containers and under newer Ubuntus; the pages loaded here are our own.
    ...(platform === 'linux' ? ['--no-sandbox'] : []),
    // Containers give /dev/shm 64 MiB, less than one large buffer.
    '--disable-dev-shm-usage',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    // Without it, Chrome hides WebGPU on most Linux systems and wherever the driver is on its block list.
    '--enable-unsafe-webgpu',
  ];
  if (adapter === 'swiftshader') return [...common, '--use-webgpu-adapter=swiftshader'];
  // Headless Chrome on Linux starts no Vulkan by itself, and Dawn has no other backend there.
  if (platform !== 'linux') return common;
  return [...common, '--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface'];
}

/** @param {string} browser a path, or a command on PATH
 *  @returns {string[]} */
function locate(browser) {
  if (isAbsolute(browser) || browser.includes('/')) return [browser];
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, browser));
}

/** Existing is not enough: Ubuntu's chromium-browser may be a stub that asks for a snap, and a downloaded Chrome lacks its
 *  libraries on a bare system.
 *  @param {string} path */
function starts(path) {
  if (!existsSync(path)) return false;
  // On Windows `chrome --version` opens a window; neither there nor on macOS is there such a half-installed Chrome.
  return platform !== 'linux' || spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

/** @returns {string[]} */
function puppeteerPath() {
  try {
    return [createRequire(import.meta.url)('puppeteer').executablePath()];
  } catch {
    // puppeteer is optional, and throws where it knows no download for this platform.
    return [];
  }
}

/** @returns {string[]} */
function systemPaths() {
  if (platform === 'darwin') {
    return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === 'win32') {
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'));
  }
  return ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'].flatMap(locate);
}
