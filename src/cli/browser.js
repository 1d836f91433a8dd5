// Finds the programs that WebGPU runs in. Plain JavaScript: setup.js imports this file before anything is installed or built.
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { arch, env, platform } from 'node:process';

/** A program that does not tell its version by then is none to wait for. */
const versionMilliseconds = 10_000;

/** @typedef {'chrome' | 'firefox' | 'deno'} Program */

/** Environment variables that may name a program, the first one set wins.
 *  @type {Readonly<Record<Program, readonly string[]>>} */
export const programVariables = {
  chrome: ['WEBGPU_ACTIVATIONS_CHROME', 'PUPPETEER_EXECUTABLE_PATH', 'CHROME_PATH'],
  firefox: ['WEBGPU_ACTIVATIONS_FIREFOX'],
  deno: ['WEBGPU_ACTIVATIONS_DENO'],
};

/** The path of a program that starts: the one an environment variable names, else that of an npm package, else the system's.
 *  @param {Program} program
 *  @returns {string | undefined}
 *  @throws {Error} when a variable names a program that does not exist or does not start */
export function findProgram(program) {
  const variable = programVariables[program].find((name) => env[name]);
  if (variable) {
    const path = locate(/** @type {string} */ (env[variable])).find(starts);
    if (!path) throw new Error(`${variable} is ${env[variable]}, and no program starts from there.`);
    return path;
  }
  return [...packagePaths(program), ...systemPaths(program)].find(starts);
}

/** @returns {string | undefined} */
export function findBrowser() {
  return findProgram('chrome');
}

/** Chrome's command line for WebGPU: `hardware` wants the machine's GPU, `swiftshader` the software adapter that runs
 *  anywhere, `any` leaves the choice to Chrome.
 *  @param {'hardware' | 'swiftshader' | 'any'} adapter
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
  // Headless Chrome on Linux starts no Vulkan by itself, and Dawn has no other backend for a GPU there.
  if (adapter === 'any' || platform !== 'linux') return common;
  return [...common, '--use-angle=vulkan', '--enable-features=Vulkan', '--disable-vulkan-surface'];
}

/** Mesa's software driver for Vulkan: the file that the loader reads.
 *  @returns {string | undefined} */
export function lavapipeFile() {
  if (platform !== 'linux') return undefined;
  const machine = { x64: 'x86_64', arm64: 'aarch64' }[/** @type {string} */ (arch)] ?? arch;
  return ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d']
    .flatMap((folder) => [`lvp_icd.${machine}.json`, 'lvp_icd.json'].map((name) => join(folder, name)))
    .find(existsSync);
}

/** The software driver for Vulkan that Chrome and Chromium ship, with a Vulkan loader beside it.
 *  @returns {string | undefined} */
export function swiftShaderFile() {
  if (platform !== 'linux') return undefined;
  const inFolder = (/** @type {string} */ folder) => join(folder, 'vk_swiftshader_icd.json');
  const usual = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  return usual.map(inFolder).find(existsSync) ?? browserFolder().map(inFolder).find(existsSync);
}

/** @returns {string[]} */
function browserFolder() {
  try {
    const browser = findProgram('chrome');
    return browser ? [dirname(realpathSync(browser))] : [];
  } catch {
    // A variable that names no browser is an error to the runtime that needs one.
    return [];
  }
}

/** @param {string} program a path, or a command on PATH
 *  @returns {string[]} */
function locate(program) {
  if (isAbsolute(program) || program.includes('/')) return [program];
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, program));
}

/** Existing is not enough: Ubuntu's chromium-browser may be a stub that asks for a snap, and a downloaded Chrome lacks its
 *  libraries on a bare system.
 *  @param {string} path */
function starts(path) {
  if (!existsSync(path)) return false;
  // On Windows `chrome --version` opens a window; neither there nor on macOS is there such a half-installed Chrome.
  if (platform !== 'linux') return true;
  const options = /** @type {const} */ ({ stdio: 'ignore', timeout: versionMilliseconds, killSignal: 'SIGKILL' });
  return spawnSync(path, ['--version'], options).status === 0;
}

/** @param {Program} program
 *  @returns {string[]} */
function packagePaths(program) {
  const require = createRequire(import.meta.url);
  try {
    if (program !== 'deno') return [require('puppeteer').executablePath({ browser: program })];
    // The package's own command is a script around the binary, which could not be ended from here.
    const system = `${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`;
    const binary = createRequire(require.resolve('deno/package.json')).resolve(`@deno/${system}/package.json`);
    return [join(dirname(binary), platform === 'win32' ? 'deno.exe' : 'deno')];
  } catch {
    // The packages are optional, and puppeteer throws where it knows no download for this platform.
    return [];
  }
}

/** @param {Program} program
 *  @returns {string[]} */
function systemPaths(program) {
  if (program === 'deno') {
    const name = platform === 'win32' ? 'deno.exe' : 'deno';
    return [...locate(name), join(homedir(), '.deno', 'bin', name)];
  }
  if (platform === 'darwin') {
    if (program === 'firefox') return ['/Applications/Firefox.app/Contents/MacOS/firefox'];
    return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  }
  if (platform === 'win32') {
    const file =
      program === 'firefox' ? ['Mozilla Firefox', 'firefox.exe'] : ['Google', 'Chrome', 'Application', 'chrome.exe'];
    return [env.PROGRAMFILES, env['PROGRAMFILES(X86)'], env.LOCALAPPDATA]
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, ...file));
  }
  const names =
    program === 'firefox'
      ? ['firefox', 'firefox-esr']
      : ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser'];
  return names.flatMap(locate);
}
