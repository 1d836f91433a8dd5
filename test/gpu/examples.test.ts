/** The activations of bench/examples, defined as a user would. */
import { expect, test } from 'vitest';
import { snake } from '../../bench/examples/snake.js';
import { xielu } from '../../bench/examples/xielu.js';
import { type ArrayCalls, check } from '../../src/check/index.js';
import { defineActivation } from '../../src/index.js';
import { useDevice } from './support.js';

const held = useDevice();

test.each([
  ['snake', snake],
  ['xielu', xielu],
])('%s: its derivative is its value’s, and the GPU agrees with its reference', async (_name, given) => {
  const definition = defineActivation<string>(given);
  const results = await check(held.gpu as unknown as ArrayCalls, definition, { count: 100_000 });
  expect(results.map(({ name, status, reason }) => [name, status, reason])).toEqual(
    results.map(({ name }) => [name, 'passed', undefined]),
  );
});
