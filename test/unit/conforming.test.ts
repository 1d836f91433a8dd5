/**
 * What any conforming implementation of WGSL may make of the functions, not only the adapters at hand: other orders of sums
 * and products, contraction, divisions off by 2.5 ULP, any rounding, flushed subnormals. CONFORMING=20 takes twenty times as
 * many implementations and inputs. A text that changed is measured anew by `UPDATE_FIGURES=1 npx vitest run --project text
 * test/unit/conforming.test.ts`.
 */
import { describe, expect, test } from 'vitest';
import { build, hyperOf, nameOf, subjects, traceOf, truthOf } from '../conforming/functions.js';
import {
  faultOf,
  isUpdating,
  keepsNan,
  keepsNanInCall,
  nanCalls,
  nanCallText,
  unmeasured,
  updateFigures,
} from '../conforming/judge.js';
import { probeFault, probes } from '../conforming/probes.js';

const named = subjects.map((subject) => [nameOf(subject), subject] as const);

if (isUpdating) test('the figures, measured anew', { timeout: 600_000 }, updateFigures);
else
  test('every function has its figures: UPDATE_FIGURES=1, see above', () => {
    expect(unmeasured()).toEqual([]);
  });

describe('on any conforming implementation', () => {
  test.each(named)('%s is within its second bound', (_, subject) => {
    expect(faultOf(subject)).toBe(undefined);
  });

  test.each(named)('%s of NaN is NaN, though arithmetic makes a number of it', (_, subject) => {
    expect(keepsNan(subject)).toBe(true);
  });
});

test.each(nanCalls)('%s keeps a NaN', (...call) => {
  expect(keepsNanInCall(nanCallText(call))).toBe(true);
});

describe('whatever the order of sums and products', () => {
  test.each(probes.map((probe) => [probe.name, probe] as const))('%s is exact', (_, probe) => {
    expect(probeFault(probe)).toBe(undefined);
  });
});

describe('far out, where the exact result is below every float32, it is 0 where subnormals are kept too', () => {
  const ends = [Infinity, -Infinity, 3e38, -3e38, 1e30, -1e30, 200, -200, -20];
  test.each(named.filter(([, { pass }]) => pass !== 'derivativeFromY'))('%s', (_, subject) => {
    for (const kind of [{}, { flushes: true }] as const) {
      const compiled = build(subject, traceOf(subject, undefined), kind);
      const far = ends.filter((x) => Math.abs(truthOf(subject, x)) < 2 ** -150);
      expect(far.filter((x) => compiled(x, ...hyperOf(subject)) !== 0)).toEqual([]);
    }
  });
});
