/** Whoever comes from another framework finds every activation in the tables of docs/migrating.md. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { catalogue } from '../../src/catalogue.js';

const text = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
const rows = text.split('\n').filter((line) => line.startsWith('| '));
/** The words of the first column. */
const here = new Set(rows.flatMap((row) => row.split('|')[1]!.match(/\w+/g) ?? []));

test.each(Object.keys(catalogue))('%s', (name) => {
  expect([...here], 'a row in docs/migrating.md names it').toContain(name);
});
