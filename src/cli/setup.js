// Makes a fresh clone ready: packages, the build, a browser. Plain JavaScript without dependencies, because it runs before
// any of them exists. `--no-build` leaves the build to the caller; `--runtimes` also gets what else the checks run in.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { findBrowser, findProgram, lavapipeFile, programVariables } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;

installPackages();
if (!argv.includes('--no-build')) build();
provideBrowser();
if (argv.includes('--runtimes')) provideOthers();

function installPackages() {
  if (hasPackages()) return;
  say('Installing npm packages');
  // Puppeteer's own download is the browser's second choice, made below. Without --include=dev, NODE_ENV=production would
  // leave out the compiler.
  if (!run('npm ci --include=dev', { PUPPETEER_SKIP_DOWNLOAD: '1' })) {
    stop(1, '`npm ci` failed: see its message above, check the connection to the npm registry, then run this again.');
  }
}

/** Whether every package the lock file asks for is installed in that version; npm records what it installed. Packages for
 *  other platforms are optional there. */
function hasPackages() {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  return Object.entries(readJson(join(root, 'package-lock.json')).packages).every(
    ([path, wanted]) => path === '' || wanted.optional || installed[path]?.version === wanted.version,
  );
}

function build() {
  const sources = [
    'bench',
    'src',
    'shaders',
    'package.json',
    'package-lock.json',
    'vite.config.ts',
    'tsconfig.json',
    'tsconfig.build.json',
  ];
  const newest = Math.max(...sources.flatMap((path) => modificationTimes(join(root, path))));
  const outputs = [
    'index.js',
    'check.js',
    'cli.js',
    'child.js',
    'host.js',
    'peers.js',
    'page/index.html',
    'types/index.d.ts',
  ].map((file) => join(root, 'dist', file));
  if (outputs.every((file) => existsSync(file) && statSync(file).mtimeMs > newest)) return;
  say('Building');
  if (!run('npm run --silent build')) stop(1, '`npm run build` failed: see its message above.');
}

/** @param {string} path
 *  @returns {number[]} */
function modificationTimes(path) {
  const status = statSync(path);
  // A folder's own time tells of files that were removed.
  if (!status.isDirectory()) return [status.mtimeMs];
  return [status.mtimeMs, ...readdirSync(path).flatMap((name) => modificationTimes(join(path, name)))];
}

function provideBrowser() {
  if (hasBrowser()) return;
  say('No Chrome or Chromium found; downloading one');
  run('npx puppeteer browsers install chrome');
  if (hasBrowser()) return;
  if (isDebianRoot) {
    installDebian(['chromium']);
    if (hasBrowser()) return;
  }
  const variable = programVariables.chrome[0];
  stop(4, `No Chrome or Chromium was found and none could be installed: install one, or set ${variable} to its path.`);
}

/** Firefox, and for it and Deno a software driver. Without them the tests leave out what needs them, and say so. */
function provideOthers() {
  if (!isDebianRoot) return;
  const packages = [
    ...(hasFirefox() ? [] : ['firefox-esr']),
    ...(lavapipeFile() ? [] : ['mesa-vulkan-drivers', 'libvulkan1']),
  ];
  if (packages.length) installDebian(packages);
}

/** @param {readonly string[]} packages */
function installDebian(packages) {
  say(`Installing the Debian packages ${packages.join(', ')}`);
  const options = '--yes --no-install-recommends';
  // Firefox is firefox-esr in Debian and a stub in Ubuntu: each package for itself, for one that is missing hinders the others.
  const lines = packages.map((name) => `apt-get install ${options} ${name}`);
  run(['apt-get update', ...lines].join('; '), { DEBIAN_FRONTEND: 'noninteractive' });
}

function hasFirefox() {
  try {
    return findProgram('firefox') !== undefined;
  } catch {
    // A variable names one that does not start: an error to the runtime that needs it.
    return true;
  }
}

function hasBrowser() {
  try {
    return findBrowser() !== undefined;
  } catch (error) {
    return stop(4, /** @type {Error} */ (error).message);
  }
}

/** Runs to the end; its output goes to standard error, which leaves standard output to the command that follows.
 *  @param {string} line for the shell: npm is a script of the shell's on Windows
 *  @param {Record<string, string>} [variables]
 *  @returns {boolean} whether it succeeded */
function run(line, variables) {
  const options = { cwd: root, env: { ...env, ...variables }, shell: true };
  return spawnSync(line, { ...options, stdio: ['ignore', stderr.fd, stderr.fd] }).status === 0;
}

/** @param {string} path */
function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** @param {string} message */
function say(message) {
  stderr.write(`${message} …\n`);
}

/** @param {number} status
 *  @param {string} sentence
 *  @returns {never} */
function stop(status, sentence) {
  stderr.write(`${sentence}\n`);
  exit(status);
}
