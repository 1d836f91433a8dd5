/**
 * The build's part: a WGSL file becomes a module that imports the files declaring what it calls. So a bundler drops what
 * nobody calls, and a file that does not exist is an error of the build.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { rowFunctions } from '../plan/row_glue.js';
import { callsIn, compact, functionsIn, withoutComments } from './scan.js';

const folder = fileURLToPath(new URL('../../shaders/', import.meta.url));
/** Kernels are joined by plans, which choose among files that declare the same names: nothing imports them for a call. */
const callable = ['math', 'activations'];

export interface WgslOptions {
  /** Whether what is built holds the texts as they stand, for people to read. */
  readonly isReadable?: boolean;
}

export function wgslModules({ isReadable = false }: WgslOptions = {}): Plugin {
  let names: ReadonlyMap<string, string> | undefined;
  return {
    name: 'wgsl-modules',
    enforce: 'pre',
    configResolved({ command }) {
      if (command === 'build' && !isReadable) names = shortNames();
    },
    load: {
      filter: { id: /\.wgsl$/ },
      handler(id) {
        const text = readFileSync(id, 'utf8');
        const path = relative(folder, id).split(sep).join('/').slice(0, -'.wgsl'.length);
        this.addWatchFile(id);
        return moduleOf(path, text, names);
      },
    },
  };
}

/** @param names of the text's declarations, where it is published */
function moduleOf(path: string, text: string, names: ReadonlyMap<string, string> | undefined): string {
  const functions = functionsIn(text);
  const files = declaringFiles();
  const imports = new Set<string>();
  for (const name of callsIn(text)) {
    const file = files.get(name);
    if (file && file !== path && !(name in functions)) imports.add(file);
  }
  const modules = [...imports].map((_, index) => `file${index}`);
  const lines = [...imports].map(
    (file, index) => `import ${modules[index]} from ${JSON.stringify(join(folder, `${file}.wgsl`))};`,
  );
  const facts = /^(activations|tails)\//.test(path) ? `, functions: ${JSON.stringify(reachable(path, functions))}` : '';
  const needs = modules.length ? `, imports: [${modules}]` : '';
  const code = JSON.stringify(names ? renamed(compact(text), names) : text);
  const own = names ? `code: ${code}` : `path: '${path}', code: ${code}`;
  return `${lines.join('\n')}\nexport default { ${own}${needs}${facts} };`;
}

/** What a kernel's text adds to an activation's name to call its functions: those of rows, of gates, and derivatives. */
const suffixes = [...new Set(rowFunctions.map(([, suffix]) => suffix)), '_tail', '_up', '\\w*_derivative'];

const calledBy = (name: string): RegExp => new RegExp(`^${name}(${suffixes.join('|')})$`);

/** Those that kernels and embedded texts call by the activation's name; the others are helpers of the file's own. */
function reachable(path: string, functions: Readonly<Record<string, readonly string[]>>): object {
  const isCalled = calledBy(path.slice(path.indexOf('/') + 1));
  return Object.fromEntries(Object.entries(functions).filter(([each]) => isCalled.test(each)));
}

/**
 * A short name for each declaration that TypeScript does not mention, and that is not called by an activation's name. Functions and
 * structures of `shaders/math` keep theirs, since the text of a user's activation may call them.
 */
function shortNames(): Map<string, string> {
  const rooms = ['kernels', 'activations', 'tails', 'math'];
  const files = rooms.flatMap((room) => filesOf(join(folder, room), '.wgsl').map((file) => [room, file] as const));
  const texts = files.map(([, file]) => withoutComments(readFileSync(file, 'utf8')));
  const typescript = filesOf(fileURLToPath(new URL('..', import.meta.url)), '.ts').map(textOf);
  const words = new Set(typescript.flatMap((text) => text.match(/\w+/g) ?? []));
  const members = new Set(texts.flatMap((text) => [...text.matchAll(/\.(\w+)/g)].map(([, member]) => member!)));
  // TypeScript makes names too: `load_${tensor}`, `${tensor}_group`
  const parts = [...words].filter((word) => /^_\w{2}|\w{2}_$/.test(word));
  const isMade = (name: string): boolean =>
    parts.some((part) => (part.startsWith('_') ? name.endsWith(part) : name.startsWith(part)));
  const isKept = (name: string): boolean => words.has(name) || members.has(name) || isMade(name);
  const names = new Map<string, string>();
  for (const [index, [room, file]] of files.entries()) {
    const isCalled = calledBy(basename(file, '.wgsl'));
    const declarations = room === 'math' ? /\bconst\s+(\w{4,})/g : /\b(?:fn|struct|const|var<[^>]*>)\s+(\w{4,})/g;
    for (const [, name] of texts[index]!.matchAll(declarations))
      if (!isKept(name!) && !isCalled.test(name!) && !names.has(name!)) names.set(name!, `_${names.size.toString(36)}`);
  }
  return names;
}

const textOf = (file: string): string => readFileSync(file, 'utf8');
const filesOf = (room: string, ending: string): string[] =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => join(room, file));

const renamed = (code: string, names: ReadonlyMap<string, string>): string =>
  code.replace(/(?<![.\w])[A-Za-z_]\w*/g, (word) => names.get(word) ?? word);

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
