// Makes a fresh clone ready: packages, the build, a browser. Plain JavaScript without dependencies, because it runs before
// any of them exists. `--no-build` leaves the build to the caller.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { argv, env, exit, stderr } from 'node:process';
import { fileURLToPath } from 'node:url';
import { browserVariables, findBrowser } from './browser.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

installPackages();
if (!argv.includes('--no-build')) build();
provideBrowser();

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
  const outputs = ['index.js', 'check.js', 'cli.js', 'host.js', 'peers.js', 'page/index.html', 'types/index.d.ts'].map(
    (file) => join(root, 'dist', file),
  );
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
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    say('Installing the chromium package');
    run('apt-get update && apt-get install -y --no-install-recommends chromium', { DEBIAN_FRONTEND: 'noninteractive' });
    if (hasBrowser()) return;
  }
  stop(
    3,
    `No Chrome or Chromium was found and none could be installed: install one, or set ${browserVariables[0]} to its path.`,
  );
}

function hasBrowser() {
  try {
    return findBrowser() !== undefined;
  } catch (error) {
    return stop(3, /** @type {Error} */ (error).message);
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
