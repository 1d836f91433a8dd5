/** Whether a function is what it should be on every implementation. CONFORMING=20 takes twenty times as many, and inputs. */
import { env } from 'node:process';
import {
  build,
  errorsOf,
  hyperOf,
  implementationOf,
  regroupedOf,
  type Subject,
  sampleOf,
  textOf,
  traceOf,
} from './functions.js';
import type { Graph, Node } from './graph.js';

const scale = Number(env.CONFORMING ?? 1);
const COUNT = 500;
/** Those that between them found every fault. */
const seeds = [2, 3, 5, 10, 11, 19, 22, 23, 34, 39];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed);
const kinds = (scale > 1 ? upTo(10 * scale) : seeds).map(implementationOf);
const regrouped = upTo(10 * scale).map(regroupedOf);

/**
 * The first error beyond the bounds: the function's own where arithmetic is IEEE's, whatever its order; the second one
 * anywhere. Something may have been changed in the text.
 */
export function faultOf(subject: Subject, text?: string): string | undefined {
  const { definition, pass, parameters } = subject;
  const direction = pass === 'value' ? 'forward' : 'derivative';
  // a parameter that is no float32 may add 1, as everywhere
  const extra = Number(Object.values(parameters).some((value) => Math.fround(value) !== value));
  const sample = sampleOf(subject, COUNT * scale);
  for (const [bound, implementations] of [
    [definition.bounds[direction], regrouped],
    [definition.anywhere![direction], kinds],
  ] as const)
    for (const { ulp, x, got, expected, implementation } of errorsOf(subject, implementations, sample, text))
      if (!(ulp <= bound + extra))
        return `${ulp} ULP at ${x}: got ${got}, expected ${expected}, by ${JSON.stringify(implementation)}`;
  return undefined;
}

const bitsAsX = (graph: Graph): Node => graph.node('bitcast', 'f32', [graph.node('input', 'u32', [], 'x')]);

/** Whether NaN comes out where a NaN of either sign goes in, whatever arithmetic and comparisons make of it. */
export function keepsNan(subject: Subject, text = textOf(subject)): boolean {
  const traced = traceOf(subject, undefined, text, bitsAsX);
  return [false, true].every((isTrue) => {
    const compiled = build(subject, traced, { nan: { result: 0.5, isTrue } });
    return [0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff].every((x) =>
      Number.isNaN(compiled(x, ...hyperOf(subject))),
    );
  });
}
