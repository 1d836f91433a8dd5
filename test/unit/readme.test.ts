/** The README says what the tables and records say; `npm run readme` writes its generated parts. */
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generate } from '../readme.js';

const file = new URL('../../README.md', import.meta.url);

test('the generated parts are up to date', async () => {
  const readme = await readFile(file, 'utf8');
  const generated = generate(readme);
  if (process.env.UPDATE_README) await writeFile(file, generated);
  else expect(readme).toBe(generated);
});
