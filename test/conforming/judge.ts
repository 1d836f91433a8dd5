/** Whether a function is what it should be on every implementation. CONFORMING=20 takes twenty times as many, and inputs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import hardmax from '../../shaders/activations/hardmax.wgsl';
import logSoftmax from '../../shaders/activations/log_softmax.wgsl';
import sparsemax from '../../shaders/activations/sparsemax.wgsl';
import swigluClamped from '../../shaders/activations/swiglu_clamped.wgsl';
import swigluOai from '../../shaders/activations/swiglu_oai.wgsl';
import swigluStep from '../../shaders/activations/swiglu_step.wgsl';
import limit from '../../shaders/math/limit.wgsl';
import softcapParts from '../../shaders/math/softcap_parts.wgsl';
import type { WgslFile } from '../../src/wgsl/file.js';
import { requiredFiles } from '../../src/wgsl/link.js';
import { compile } from './arithmetic.js';
import { anywhere } from './bounds.js';
import {
  build,
  errorsOf,
  hyperOf,
  type Implementation,
  implementationOf,
  nameOf,
  regroupedOf,
  type Sample,
  type Subject,
  sampleOf,
  subjects,
  textOf,
  traceOf,
} from './functions.js';
import { Graph, type Node, trace } from './graph.js';
import { readWgsl } from './wgsl.js';

const usual = Number(env.CONFORMING ?? 1);
const COUNT = 500;
/** Those that between them found every fault. */
const seeds = [2, 3, 5, 10, 11, 19, 22, 23, 34, 39];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, seed) => seed);
/** Of IEEE's arithmetic in any order, and any. */
const implementations = (scale: number): [regrouped: Implementation[], anywhere: Implementation[]] => [
  upTo(10 * scale).map(regroupedOf),
  (scale > 1 ? upTo(10 * scale) : seeds).map(implementationOf),
];

/** The largest errors on IEEE adapters of any order, and anywhere, of the sample below: no change may make them grow. */
type Figures = readonly [regrouped: number, anywhere: number];
const file = new URL('./figures.json', import.meta.url);
const committed: Record<string, Figures> = JSON.parse(readFileSync(file, 'utf8'));
/** By scale: the committed ones are of the usual sample. */
const figures = new Map([[1, committed]]);
const UNKNOWN: Figures = [Infinity, Infinity];

/** A change that adds so much, in ULP, is noticed. */
const GROWTH = 0.05;

/** What a by-parameter derivative may be off, in ULP: `bounds` and `anywhere` do not change it. Sums of it are promised in 2⁻²⁴·Σ|terms|. */
const LEARNED_BOUND = 4;

export const isUpdating = Boolean(env.UPDATE_FIGURES);

export function updateFigures(): void {
  const lines = subjects.map((subject) => {
    // JSON has no ∞, and reads this as one: gradients of parameters are promised on IEEE adapters alone
    const errors = measure(subject, 1).map((ulp) => (ulp < 1e9 ? Math.ceil(ulp * 1000) / 1000 : '1e999'));
    return `  ${JSON.stringify(nameOf(subject))}: [${errors.join(', ')}]`;
  });
  writeFileSync(file, `{\n${lines.join(',\n')}\n}\n`);
}

/** The functions that none are committed of. */
export const unmeasured = (): string[] => subjects.map(nameOf).filter((name) => !committed[name]);

const measure = (subject: Subject, scale: number): Figures =>
  implementations(scale).map((kinds) =>
    Math.max(...Array.from(errorsOf(subject, kinds, sampled(subject, scale)), ({ ulp }) => ulp)),
  ) as unknown as Figures;

function sampled(subject: Subject, scale: number): Sample {
  const name = `${scale} ${nameOf(subject)}`;
  samples[name] ??= sampleOf(subject, COUNT * scale);
  return samples[name];
}
const samples: Record<string, Sample> = {};

function boundsOf({ definition, pass, parameters }: Subject): [regrouped: number, anywhere: number] {
  if (pass.startsWith('by ')) return [LEARNED_BOUND, Infinity];
  const isValue = pass === 'value';
  // a parameter that is no float32 may add 1, as everywhere
  const extra = Number(Object.values(parameters).some((value) => Math.fround(value) !== value));
  const { forward, derivative } = definition.bounds;
  const others = anywhere[definition.of];
  if (!others) throw new Error(`test/conforming/bounds.ts: expected a line for ${definition.of}, got none`);
  return [(isValue ? forward : derivative) + extra, others[isValue ? 0 : 1] + extra];
}

/**
 * The first error beyond the bounds: the function's own where arithmetic is IEEE's, whatever its order; the second one
 * anywhere. Or beyond what was measured of both, where something was changed in the text or figures are committed.
 */
export function faultOf(subject: Subject, text?: string, scale = usual): string | undefined {
  const name = nameOf(subject);
  const known = figures.get(scale) ?? {};
  figures.set(scale, known);
  if (text !== undefined) known[name] ??= measure(subject, scale);
  const measured = known[name] ?? UNKNOWN;
  const bounds = boundsOf(subject);
  for (const [index, kinds] of implementations(scale).entries()) {
    const limit = Math.min(bounds[index]!, measured[index]! + GROWTH);
    for (const { ulp, x, got, expected, implementation } of errorsOf(subject, kinds, sampled(subject, scale), text))
      if (!(ulp <= limit))
        return `${ulp} ULP, not ${limit}, at ${x}: got ${got}, expected ${expected}, by ${JSON.stringify(implementation)}`;
  }
  return undefined;
}

/** Calls of functions that no subject makes, which must keep a NaN of x. */
export const nanCalls: readonly (readonly [call: string, file: WgslFile])[] = [
  ['log_softmax_derivative_from_y(x, real(1.0), total)', logSoftmax],
  ['sparsemax_derivative_from_y(x, real(1.0), total, 1.0)', sparsemax],
  ['hardmax_derivative_from_y(x)', hardmax],
  ['capped(x, real(0.0), parameter(scalar(30.0), scalar(0.0))).high', softcapParts],
  ['capped(x, real(0.0), parameter(scalar(30.0), scalar(0.0))).slope', softcapParts],
  ['limited_above(x, vec2<f32>(7.0, 0.0))', limit],
  ['limited(x, vec2<f32>(7.0, 0.0))', limit],
  ['limited_derivative(x, vec2<f32>(7.0, 0.0))', limit],
  ['swiglu_oai_derivative(x, parameter(scalar(1.702), scalar(0.0)), vec2<f32>(7.0, 0.0))', swigluOai],
  ['swiglu_oai_up(x, parameter(scalar(1.702), scalar(0.0)), vec2<f32>(7.0, 0.0))', swigluOai],
  ['swiglu_clamped_derivative(x, vec2<f32>(10.0, 0.0))', swigluClamped],
  ['swiglu_step(x, vec2<f32>(7.0, 0.0))', swigluStep],
  ['swiglu_step_derivative(x, vec2<f32>(7.0, 0.0))', swigluStep],
];

/** Whether a NaN of x is one in the result of the call whose text this is. */
export function keepsNanInCall(text: string): boolean {
  const graph = new Graph();
  const one = graph.constant(1, 'f32');
  const total = { x: one, y: one, z: one, w: one };
  const root = trace(readWgsl(text), 'probe', [bitsAsX(graph), total], graph, {}, Math.fround) as Node;
  return nanKinds.every((nan) => nans.every((x) => Number.isNaN(compile(root, ['x'], { nan })(x))));
}

export const nanCallText = (
  [call, file]: (typeof nanCalls)[number],
  edit = (text: string, _file: string) => text,
): string =>
  [
    `fn probe(x: real, total: vec4<f32>) -> real { return ${call}; }`,
    ...[...new Set([file, ...requiredFiles([file])])].map(({ code, path = '' }) => edit(code, path)),
  ].join('\n');

const nanKinds = [0.5, -0.5].flatMap((result) => [false, true].map((isTrue) => ({ result, isTrue })));
const nans = [0x7fc00000, 0xffc00000, 0x7f800001, 0xffffffff];

const bitsAsX = (graph: Graph): Node => graph.node('bitcast', 'f32', [graph.node('input', 'u32', [], 'x')]);

/** Whether NaN comes out where a NaN of either sign goes in, whatever arithmetic and comparisons make of it. */
export function keepsNan(subject: Subject, text = textOf(subject)): boolean {
  const traced = traceOf(subject, undefined, text, bitsAsX);
  return nanKinds.every((nan) => {
    const compiled = build(subject, traced, { nan });
    return nans.every((x) => Number.isNaN(compiled(x, ...hyperOf(subject))));
  });
}
