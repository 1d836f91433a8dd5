/**
 * The build's part: a WGSL file becomes a module that imports the files declaring what it calls. So a bundler drops what
 * nobody calls, and a file that does not exist is an error of the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { rowFunctions } from '../plan/row_glue.js';
import { callsIn, compact, functionsIn } from './scan.js';

const folder = fileURLToPath(new URL('../../shaders/', import.meta.url));
/** Kernels are joined by plans, which choose among files that declare the same names: nothing imports them for a call. */
const callable = ['math', 'activations'];

export interface WgslOptions {
  /** Whether what is built holds the texts as they stand, for people to read. */
  readonly isReadable?: boolean;
}

export function wgslModules({ isReadable = false }: WgslOptions = {}): Plugin {
  let isCompact = false;
  return {
    name: 'wgsl-modules',
    enforce: 'pre',
    configResolved({ command }) {
      isCompact = command === 'build' && !isReadable;
    },
    load: {
      filter: { id: /\.wgsl$/ },
      handler(id) {
        const text = readFileSync(id, 'utf8');
        const path = relative(folder, id).split(sep).join('/').slice(0, -'.wgsl'.length);
        this.addWatchFile(id);
        return moduleOf(path, text, isCompact);
      },
    },
  };
}

function moduleOf(path: string, text: string, isCompact: boolean): string {
  const functions = functionsIn(text);
  const files = declaringFiles();
  const imports = new Set<string>();
  for (const name of callsIn(text)) {
    const file = files.get(name);
    if (file && file !== path && !(name in functions)) imports.add(file);
  }
  const names = [...imports].map((_, index) => `file${index}`);
  const lines = [...imports].map(
    (file, index) => `import ${names[index]} from ${JSON.stringify(join(folder, `${file}.wgsl`))};`,
  );
  const facts = /^(activations|tails)\//.test(path) ? `, functions: ${JSON.stringify(reachable(path, functions))}` : '';
  const needs = names.length ? `, imports: [${names}]` : '';
  const own = isCompact ? `code: ${JSON.stringify(compact(text))}` : `path: '${path}', code: ${JSON.stringify(text)}`;
  return `${lines.join('\n')}\nexport default { ${own}${needs}${facts} };`;
}

/** What a kernel's text adds to an activation's name to call its functions: those of rows, of gates, and derivatives. */
const suffixes = [...new Set(rowFunctions.map(([, suffix]) => suffix)), '_tail', '_up', '\\w*_derivative'];

/** Those that kernels and embedded texts call by the activation's name; the others are helpers of the file's own. */
function reachable(path: string, functions: Readonly<Record<string, readonly string[]>>): object {
  const isCalled = new RegExp(`^${path.slice(path.indexOf('/') + 1)}(${suffixes.join('|')})$`);
  return Object.fromEntries(Object.entries(functions).filter(([each]) => isCalled.test(each)));
}

/** Function → the file that declares it. */
function declaringFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const room of callable)
    for (const name of readdirSync(join(folder, room)).filter((each) => each.endsWith('.wgsl'))) {
      const path = `${room}/${name.slice(0, -'.wgsl'.length)}`;
      for (const declared of Object.keys(functionsIn(readFileSync(join(folder, room, name), 'utf8'))))
        files.set(declared, path);
    }
  return files;
}
