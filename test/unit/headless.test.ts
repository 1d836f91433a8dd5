/** The action starts Chrome as the command line does. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { chromeArguments, programVariables } from '../../src/cli/browser.js';

const script = readFileSync(new URL('../../.github/headless-webgpu.sh', import.meta.url), 'utf8');
const flagsAfter = (text: string): string[] =>
  script
    .split(text)[1]!
    .split('\n')[0]!
    .match(/--[\w=,-]+/g)!;
const common = flagsAfter("\nflags='");

test.skipIf(process.platform !== 'linux').each([
  ['swiftshader', [...common, ...flagsAfter('software)\n')]],
  ['hardware', [...common, ...flagsAfter('hardware) flags=')]],
] as const)('the flags for %s', (adapter, flags) => {
  expect(flags).toEqual(chromeArguments(adapter));
});

test('it heeds and sets the variables that may name Chrome', () => {
  for (const name of programVariables.chrome) {
    expect(script).toContain(`"\${${name}-}"`);
    expect(script).toContain(`${name}=$chrome`);
  }
});
