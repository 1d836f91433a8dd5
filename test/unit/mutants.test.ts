/**
 * Every barrier and every propagate_nan is there for a reason: without it, an error of some function grows on some conforming
 * implementation, or a NaN is lost. A few are tried here; `npm run mutate` tries all of them, `MUTANTS=star_relu` before it
 * those of a file.
 */
import { env } from 'node:process';
import { expect, test } from 'vitest';
import { nameOf, subjects, textOf } from '../conforming/functions.js';
import { faultOf, keepsNan, keepsNanInCall, nanCalls, nanCallText } from '../conforming/judge.js';
import { harmless, type Mutant, mutants } from '../conforming/mutants.js';
import { probeFault, probes, probeText } from '../conforming/probes.js';

const few = [
  ['math/exp', 'let first'],
  ['math/product', 'let lower'],
  ['math/erfc', 'GAUSSIAN_ROOT_HIGH'],
  ['activations/hard_swish', '/ 3.0'],
  ['activations/gelu_sigmoid', 'let t ='],
  ['activations/sigmoid', 'propagate_nan(x, slope)'],
] as const;

const chosen = mutants().filter(
  ({ file, line }) =>
    env.MUTANTS === 'all' ||
    (env.MUTANTS ? file.includes(env.MUTANTS) : few.some(([where, part]) => file === where && line.includes(part))),
);

/** Few are noticed only by more implementations and inputs. */
const scales = [1, 3];

/** A function that would be wrong. */
function noticedBy({ file, call, text }: Mutant): string | undefined {
  /** The text with the change in it, or nothing where the file is not in it. */
  const mutatedBy = (join: (edit: (original: string, each: string) => string) => string): string | undefined => {
    let isUsed = false;
    const mutated = join((original, each) => {
      isUsed ||= each === file;
      return each === file ? text : original;
    });
    return isUsed ? mutated : undefined;
  };
  for (const each of call === 'propagate_nan' ? nanCalls : []) {
    const mutated = mutatedBy((edit) => nanCallText(each, edit));
    if (mutated && !keepsNanInCall(mutated)) return each[0];
  }
  for (const probe of probes) {
    const mutated = mutatedBy((edit) => probeText(probe, edit));
    if (mutated && probeFault(probe, mutated)) return probe.name;
  }
  const users = subjects.flatMap((subject) => {
    const mutated = mutatedBy((edit) => textOf(subject, edit));
    return mutated ? [[subject, mutated] as const] : [];
  });
  const isWrong = ([subject, mutated]: (typeof users)[number], scale: number): boolean =>
    call === 'propagate_nan' ? !keepsNan(subject, mutated) : faultOf(subject, mutated, scale) !== undefined;
  for (const scale of call === 'propagate_nan' ? [1] : scales)
    for (const user of users) if (isWrong(user, scale)) return nameOf(user[0]);
  return undefined;
}

test('the chosen ones are there, and the harmless ones', () => {
  for (const [file, part] of harmless)
    expect(mutants().filter((each) => each.file === file && each.text.includes(part))).toHaveLength(1);
  expect(chosen.length).toBeGreaterThanOrEqual(env.MUTANTS ? 1 : few.length);
});

test.each(chosen.map((mutant) => [mutant.call, mutant.file, mutant.line, mutant] as const))(
  'without %s in %s: %s',
  { timeout: 600_000 },
  (_call, _file, _line, mutant) => {
    const reason = harmless.find(([file, part]) => file === mutant.file && mutant.text.includes(part))?.[2];
    expect(noticedBy(mutant) === undefined ? (reason ?? 'nothing notices it') : undefined).toBe(reason);
  },
);
