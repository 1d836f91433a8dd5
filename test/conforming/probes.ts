/** Elementary functions of two numbers, in two floats, which no function of an element alone needs or shows. */
import sparsemax from '../../shaders/activations/sparsemax.wgsl';
import swigluOai from '../../shaders/activations/swiglu_oai.wgsl';
import swigluStep from '../../shaders/activations/swiglu_step.wgsl';
import expDifference from '../../shaders/math/exp_difference.wgsl';
import softcapParts from '../../shaders/math/softcap_parts.wgsl';
import sum from '../../shaders/math/sum.wgsl';
import total from '../../shaders/math/total.wgsl';
import twoProduct from '../../shaders/math/two_product.wgsl';
import twoSum from '../../shaders/math/two_sum.wgsl';
import { createRandom } from '../../src/check/samples.js';
import type { WgslFile } from '../../src/wgsl/file.js';
import { requiredFiles } from '../../src/wgsl/link.js';
import { type Compiled, compile } from './arithmetic.js';
import { type Implementation, regroupedOf } from './functions.js';
import { Graph, type Node, trace, type Value } from './graph.js';
import { rewrite } from './rewrite.js';
import { readWgsl } from './wgsl.js';

export interface Probe {
  readonly name: string;
  /** The file whose function it calls. */
  readonly file: WgslFile;
  /** Declares `probe`, which gives a number or the high and low part of one. */
  readonly wgsl: string;
  readonly truth: (x: number, y: number) => number;
  /** Of the truth, relative. */
  readonly tolerance: number;
  /** Quotients may be products with a reciprocal too. */
  readonly inverts?: boolean;
  /** y for an x of [1, 2) and a number of [-1, 1). */
  readonly yOf: (x: number, part: number) => number;
}

const pair = 'struct Pair { high: real, low: real }';

export const probes: readonly Probe[] = [
  {
    name: 'two_sum',
    file: twoSum,
    wgsl: `${pair} fn probe(x: real, y: real) -> Pair { let sum = x + y; return Pair(sum, two_sum_error(x, y, sum)); }`,
    truth: (x, y) => x + y,
    tolerance: 0,
    yOf: (_, part) => part * 2 ** (16 * part),
  },
  {
    name: 'add_smaller',
    file: sum,
    wgsl: 'fn probe(x: real, y: real) -> Sum { return add_smaller(Sum(x, real(0.0)), y); }',
    truth: (x, y) => x + y,
    tolerance: 0,
    yOf: (_, part) => part * 2 ** (12 * (part - 1)),
  },
  {
    name: 'add_smaller, the larger number last',
    file: sum,
    wgsl: 'fn probe(x: real, y: real) -> Sum { return sum_ended(add_smaller(add_smaller(sum_begun(), y), x)); }',
    truth: (x, y) => x + y,
    tolerance: 2 ** -45,
    yOf: (_, part) => (1 + part) * 2 ** (12 * (part - 1)),
  },
  {
    name: 'two_product',
    file: twoProduct,
    wgsl: `${pair} fn probe(x: real, y: real) -> Pair { let product = barrier(x * y); return Pair(product, two_product_error(x, y, product)); }`,
    truth: (x, y) => x * y,
    tolerance: 2 ** -46,
    yOf: (_, part) => part,
  },
  {
    name: 'total_sum',
    file: total,
    wgsl: 'fn probe(x: f32, y: f32) -> Total { return total_sum(Total(x, 0.0), Total(y, 0.0)); }',
    truth: (x, y) => x + y,
    tolerance: 0,
    yOf: (_, part) => part * 2 ** (16 * part),
  },
  {
    name: 'total_normal',
    file: total,
    wgsl: 'fn probe(x: f32, y: f32) -> Total { return total_normal(Total(x, y)); }',
    truth: (x, y) => x + y,
    tolerance: 0,
    yOf: (_, part) => part,
  },
  {
    name: 'total_inverse',
    file: total,
    wgsl: 'fn probe(x: f32, y: f32) -> Total { return total_inverse(Total(x, y)); }',
    truth: (x, y) => 1 / (x + y),
    tolerance: 2 ** -34,
    yOf: (_, part) => part * 2 ** -25,
  },
  {
    name: 'exp_difference',
    file: expDifference,
    wgsl: 'fn probe(x: real, y: real) -> real { return exp_difference(y, exp_origin(-x)); }',
    truth: (x, y) => Math.exp(x + y),
    tolerance: 1.25 * 2 ** -23,
    yOf: (x, part) => -x - 40 * (1 + part),
  },
  {
    name: 'sparsemax',
    file: sparsemax,
    wgsl: 'struct Sum { high: real, low: real } struct Total { high: f32, low: f32 } fn probe(x: real, y: real) -> real { return sparsemax(Sum(x, y), Total(1.0, 0.0)); }',
    truth: (x, y) => Math.max(x - 1 + y, 0),
    tolerance: 2 ** -23,
    yOf: (_, part) => part * 2 ** -26,
  },
  {
    name: 'swiglu_oai_up, beyond a limit in two floats',
    file: swigluOai,
    wgsl: 'fn probe(x: real, y: real) -> real { return swiglu_oai_up(real(-4.0), parameter(scalar(1.0), scalar(0.0)), vec2<f32>(x, y)); }',
    truth: (x, y) => 1 - x - y,
    tolerance: 2 ** -23,
    yOf: (_, part) => part * 2 ** -26,
  },
  {
    // at the float32 after the high part, silu is beyond the limit or not by the low part
    name: 'swiglu_step, whether silu is beyond a limit in two floats',
    file: swigluStep,
    wgsl: `fn probe(x: real, y: real) -> real {
      let limit = barrier(x + 15.0); let next = barrier(limit + 0x1p-19);
      return select(real(0.0), real(1.0), swiglu_step_is_beyond(next, vec2<f32>(limit, y)));
    }`,
    truth: (x, y) => Number(2 ** -19 - y > Math.fround(x + 15) * Math.exp(-Math.fround(x + 15) - 2 ** -19)),
    tolerance: 0,
    yOf: (_, part) => part * 2 ** -21,
  },
  // little more than the largest errors found
  ...(
    [
      [0.25, 0.02],
      [0.875, 0.7],
      [4, 0.3],
    ] as const
  ).map(
    ([cap, ulp]): Probe => ({
      name: `capped by ${cap}, in two floats`,
      file: softcapParts,
      wgsl: `${pair} fn probe(x: real, y: real) -> Pair {
      let held = capped(x, y, parameter(scalar(${cap}), scalar(0.0))); return Pair(held.high, held.low);
    }`,
      truth: (x, y) => cap * Math.tanh((x + y) / cap),
      tolerance: ulp * 2 ** -24,
      inverts: true,
      yOf: (_, part) => part * 2 ** -25,
    }),
  ),
];

export const probeText = ({ wgsl, file }: Probe, edit = (text: string, _file: string) => text): string =>
  [wgsl, ...new Set([file, ...requiredFiles([file])])]
    .map((each) => (typeof each === 'string' ? each : edit(each.code, each.path!)))
    .join('\n');

/** The first error beyond the tolerance, where arithmetic is IEEE's, whatever its order. */
export function probeFault(probe: Probe, text = probeText(probe), count = 400): string | undefined {
  const random = createRandom(1);
  for (let seed = 0; seed < 20; seed++) {
    const kind = { ...regroupedOf(seed), ...(probe.inverts && { inverts: true }) };
    const compiled = compileProbe(text, kind);
    for (let i = 0; i < count; i++) {
      const x = Math.fround(1 + random() * 2 ** -32);
      const y = Math.fround(probe.yOf(x, random() * 2 ** -31 - 1));
      const [got, expected] = [compiled(x, y), probe.truth(x, y)];
      if (!(Math.abs(got - expected) <= probe.tolerance * Math.abs(expected)))
        return `${probe.name} of ${x} and ${y}: got ${got}, expected ${expected}, by ${JSON.stringify(kind)}`;
    }
  }
  return undefined;
}

function compileProbe(text: string, kind: Implementation): Compiled {
  const graph = new Graph();
  const inputs = ['x', 'y'].map((name) => graph.node('input', 'f32', [], name));
  const result: Value = trace(readWgsl(text), 'probe', inputs, graph, {}, Math.fround);
  const { high, low } = result as { high?: Node; low?: Node };
  const root = high && low ? graph.node('unrounded', 'f32', [high, low]) : (result as Node);
  return compile(rewrite(graph, root, kind), ['x', 'y'], {});
}
