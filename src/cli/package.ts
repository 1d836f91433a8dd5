import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compact } from '../wgsl/scan.js';

/** The folder of this package: the nearest one above this file, built or not, that has a package.json. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageFolder(), 'package.json'), 'utf8')).version;
}

/** A file that the build made. */
export function distributedFile(name: string): string {
  return join(packageFolder(), 'dist', name);
}

const words = /[A-Za-z_]\w*/g;

/** Gives the text of a WGSL file as people wrote it for what is published of it, where some names are short; another text as it is. */
export function shaderTexts(): (code: string) => string {
  const folder = join(packageFolder(), 'shaders');
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.wgsl'));
  const texts = paths.map((path) => readFileSync(join(folder, path), 'utf8'));
  const shapeOf = (code: string): string => code.replace(words, '#');
  const known = new Map<string, { readonly names: readonly string[]; readonly text: string }[]>();
  for (const text of texts) {
    const code = compact(text);
    const alike = known.get(shapeOf(code)) ?? [];
    known.set(shapeOf(code), [...alike, { names: code.match(words) ?? [], text }]);
  }
  return (code) => {
    const published = code.match(words) ?? [];
    const found = known
      .get(shapeOf(code))
      ?.find(({ names }) => published.every((name, index) => name === names[index] || name.startsWith('_')));
    return found?.text ?? code;
  };
}

/** What a user's module may import by name wherever it lies, and the built file that each name means. */
const importable = { 'webgpu-activations': 'index.js', 'webgpu-activations/check': 'check.js' };

/** The addresses of those names, as import maps have them. @param addressOf of a built file */
export function importsOf(addressOf: (file: string) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(importable).map(([name, file]) => [name, addressOf(file)]));
}

/** The built program that headless Chrome loads. */
export function hostFile(): string {
  return distributedFile('host.js');
}

/** The commit a checkout is at, with a + where files differ from it; the version where this is no checkout. */
export function packageRevision(): string {
  const git = (...words: string[]) =>
    spawnSync('git', ['-C', packageFolder(), ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const { status, stdout } = git('rev-parse', '--show-prefix', 'HEAD');
  const [prefix, commit] = stdout?.split('\n') ?? [];
  // Installed inside another project's checkout, git would tell of that one.
  if (status !== 0 || prefix !== '' || !commit) return packageVersion();
  const isChanged = git('diff', '--quiet', 'HEAD', '--', 'src', 'shaders').status !== 0;
  return `${commit}${isChanged ? '+' : ''}`;
}
