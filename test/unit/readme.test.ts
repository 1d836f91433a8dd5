/** README.md and docs/ say what the tables and records say. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatJson } from '../../src/cli/json.js';
import { generate } from '../readme.js';

const root = new URL('../../', import.meta.url);
const textOf = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const pathsIn = (folder: string, ending: string): string[] =>
  readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending) && !/node_modules|^api/.test(path))
    .map((path) => folder + path.replaceAll('\\', '/'))
    .sort();
const documents = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...pathsIn('docs/', '.md')];

describe.each(documents)('%s', (path) => {
  test('its generated parts are up to date; `npm run documents` writes them', async () => {
    await expect(generate(textOf(path))).toMatchFileSnapshot(fileURLToPath(new URL(path, root)), 'npm run documents');
  });
});

test('the README can be read in ten minutes: at most 250 lines', () => {
  expect(textOf('README.md').split('\n').length).toBeLessThanOrEqual(250);
});

test.each(pathsIn('bench/results/', '.json'))(
  '%s has a line for each row, as the commands that measure write it',
  (path) => {
    const text = textOf(path);
    expect(text).toBe(`${formatJson(JSON.parse(text))}\n`);
  },
);
