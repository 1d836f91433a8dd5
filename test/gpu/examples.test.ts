/** The activation of bench/examples, defined as a user would. */
import { expect, test } from 'vitest';
import { bentIdentity } from '../../bench/examples/bent_identity.js';
import { type ArrayCalls, check } from '../../src/check/index.js';
import { defineActivation } from '../../src/index.js';
import { useDevice } from './support.js';

const held = useDevice();

test('its derivative is its value’s, and the GPU agrees with its reference', async () => {
  const definition = defineActivation<string>(bentIdentity);
  const results = await check(held.gpu as unknown as ArrayCalls, definition, { count: 100_000 });
  expect(results.map(({ name, status, reason }) => [name, status, reason])).toEqual(
    results.map(({ name }) => [name, 'passed', undefined]),
  );
});
