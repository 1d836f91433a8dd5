/** Facts stand in one place: what kind of activation a row is, in the table of forms; what a function of rows does, in its row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/catalogue.js';
import { wgslName } from '../../src/definition.js';
import { forms } from '../../src/forms.js';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Every program of a folder, by its path. */
function programs(folder: string): [path: string, text: string][] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:tsx?|js)$/.test(entry.name))
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(root, path), readFileSync(path, 'utf8')] as const;
    })
    .map(([path, text]) => [path, text]);
}

/** Comments may speak of anything; a line of a template that begins like one is none. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s;{(])\/\/.*$/gm, '$1');

/** The lines of those files that a pattern finds, but for the files named. */
const found = (files: readonly [string, string][], pattern: RegExp, except: readonly (string | RegExp)[]): string[] =>
  files
    .filter(([path]) => !except.some((one) => (typeof one === 'string' ? one === path : one.test(path))))
    .flatMap(([path, text]) =>
      withoutComments(text)
        .split('\n')
        .filter((line) => pattern.test(line))
        .map((line) => `${path}: ${line.trim()}`),
    );

const production = [...programs('src'), ...programs('bench')];

test('there are programs to look at', () => {
  expect(production.length).toBeGreaterThan(100);
  expect(found(production, /\bactivations\b/, [])).not.toEqual([]);
});

describe('what kind of activation a row is', () => {
  const ofForms = ['src/forms.ts'];

  test('is a word of src/forms.ts alone', () => {
    expect(found(production, /(['"`])(?:elementwise|channelwise|gated|rowwise)\1/, ofForms)).toEqual([]);
  });

  test('is asked of no object, and compared with no word', () => {
    // an address has a family too
    const isAsked = /\.family\b|\bfamily\s*[!=]==?(?!=|\s*'IPv[46]')|[!=]==?\s*family\b/;
    expect(found(production, isAsked, ofForms)).toEqual([]);
  });
});

describe('a function of rows', () => {
  const names = Object.values(catalogue)
    .filter(({ maps }) => maps === 'row')
    .map(({ name }) => name)
    // what a loss saves has the name of the function that it is
    .filter((name) => !(forms.loss.results as readonly string[]).includes(name));
  const files = production.filter(([path]) => /^src\/|^bench\/[^/]+$|^bench\/peers\//.test(path));

  /** Its row, its float64 truth, the tables of the programs that it is compared with, and the lists of what is timed. */
  const own = [
    'src/activations.ts',
    'src/reference/rowwise.ts',
    'src/reference/row_values.ts',
    'bench/naive.ts',
    'bench/halves.ts',
    'bench/adapter_report.ts',
    /^bench\/peers\//,
    /^src\/tfjs\//,
  ];

  test.each(names)('%s is named by its row, its reference and the tables of others alone', (name) => {
    const words = new RegExp(`\\b(?:${name}|${wgslName(name)})\\b`);
    expect(found(files, words, own)).toEqual([]);
    expect(found(files, words, []).length).toBeGreaterThan(2);
  });
});
