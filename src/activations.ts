/**
 * The table: one row an activation, with what a call needs to know of it. The formula lives in `shaders/activations/` (fast,
 * float32) and in `src/reference/` (plain, float64), which also holds what people and checks read. Types, API, command line,
 * checks, tests and tables follow from a row.
 */
import affineText from '../shaders/activations/affine.wgsl';
import celuText from '../shaders/activations/celu.wgsl';
import clippedReluText from '../shaders/activations/clipped_relu.wgsl';
import crossEntropyText from '../shaders/activations/cross_entropy.wgsl';
import dytText from '../shaders/activations/dyt.wgsl';
import eluText from '../shaders/activations/elu.wgsl';
import erfText from '../shaders/activations/erf.wgsl';
import exponentialText from '../shaders/activations/exponential.wgsl';
import gaussianText from '../shaders/activations/gaussian.wgsl';
import geluText from '../shaders/activations/gelu.wgsl';
import geluSigmoidText from '../shaders/activations/gelu_sigmoid.wgsl';
import geluTanhText from '../shaders/activations/gelu_tanh.wgsl';
import hardMishText from '../shaders/activations/hard_mish.wgsl';
import hardSigmoidText from '../shaders/activations/hard_sigmoid.wgsl';
import hardSwishText from '../shaders/activations/hard_swish.wgsl';
import hardTanhText from '../shaders/activations/hard_tanh.wgsl';
import hardmaxText from '../shaders/activations/hardmax.wgsl';
import hardshrinkText from '../shaders/activations/hardshrink.wgsl';
import identityText from '../shaders/activations/identity.wgsl';
import laplaceText from '../shaders/activations/laplace.wgsl';
import leakyReluText from '../shaders/activations/leaky_relu.wgsl';
import lishtText from '../shaders/activations/lisht.wgsl';
import logSigmoidText from '../shaders/activations/log_sigmoid.wgsl';
import logSoftmaxText from '../shaders/activations/log_softmax.wgsl';
import logSumExpText from '../shaders/activations/log_sum_exp.wgsl';
import mishText from '../shaders/activations/mish.wgsl';
import reluText from '../shaders/activations/relu.wgsl';
import reluSquaredText from '../shaders/activations/relu_squared.wgsl';
import relu6Text from '../shaders/activations/relu6.wgsl';
import scaledTanhText from '../shaders/activations/scaled_tanh.wgsl';
import seluText from '../shaders/activations/selu.wgsl';
import shrinkText from '../shaders/activations/shrink.wgsl';
import sigmoidText from '../shaders/activations/sigmoid.wgsl';
import signText from '../shaders/activations/sign.wgsl';
import siluText from '../shaders/activations/silu.wgsl';
import sineText from '../shaders/activations/sine.wgsl';
import snakeText from '../shaders/activations/snake.wgsl';
import snakeBetaText from '../shaders/activations/snake_beta.wgsl';
import softcapText from '../shaders/activations/softcap.wgsl';
import softmaxText from '../shaders/activations/softmax.wgsl';
import softplusText from '../shaders/activations/softplus.wgsl';
import softshrinkText from '../shaders/activations/softshrink.wgsl';
import softsignText from '../shaders/activations/softsign.wgsl';
import sparsePlusText from '../shaders/activations/sparse_plus.wgsl';
import sparseSigmoidText from '../shaders/activations/sparse_sigmoid.wgsl';
import sparsemaxText from '../shaders/activations/sparsemax.wgsl';
import squareplusText from '../shaders/activations/squareplus.wgsl';
import starReluText from '../shaders/activations/star_relu.wgsl';
import stepText from '../shaders/activations/step.wgsl';
import swigluClampedText from '../shaders/activations/swiglu_clamped.wgsl';
import swigluOaiText from '../shaders/activations/swiglu_oai.wgsl';
import swigluStepText from '../shaders/activations/swiglu_step.wgsl';
import swishText from '../shaders/activations/swish.wgsl';
import tanhText from '../shaders/activations/tanh.wgsl';
import tanhshrinkText from '../shaders/activations/tanhshrink.wgsl';
import thresholdText from '../shaders/activations/threshold.wgsl';
import xieluText from '../shaders/activations/xielu.wgsl';
import geluTail from '../shaders/tails/gelu.wgsl';
import geluSigmoidTail from '../shaders/tails/gelu_sigmoid.wgsl';
import geluTanhTail from '../shaders/tails/gelu_tanh.wgsl';
import sigmoidTail from '../shaders/tails/sigmoid.wgsl';
import siluTail from '../shaders/tails/silu.wgsl';
import swigluClampedTail from '../shaders/tails/swiglu_clamped.wgsl';
import swigluOaiTail from '../shaders/tails/swiglu_oai.wgsl';
import swigluStepTail from '../shaders/tails/swiglu_step.wgsl';
import swishTail from '../shaders/tails/swish.wgsl';
import { type Definition, type Parameters, registerDefinition } from './definition.js';
import type { Parts } from './parts.js';
import { channels } from './plan/channels.js';
import { gates } from './plan/gates.js';
import { planFirst, planRowwise } from './plan/rowwise.js';
import { planSparse } from './plan/sparse.js';
import { planLabelled, planValue } from './plan/values.js';
import { sight } from './sight.js';
import type { WgslFile } from './wgsl/file.js';

const LARGEST = 3.4028234663852886e38;
const SMALLEST_NORMAL = 2 ** -126;
/** Far enough from 0 that products with it and their errors are normal. */
const SMALL_FACTOR = 2 ** -30;
/** Computed apart, for bundlers that take an operator for an effect. */
const SIXTH = 1 / 6;
const anyFinite = [-LARGEST, LARGEST] as const;
const anyNumber = [-Infinity, Infinity] as const;
const notNegative = [0, LARGEST] as const;
/** So that no difference or product with such a number overflows before the result does. */
const anyOrdinary = [-1e6, 1e6] as const;

/** Far enough from 0 and ∞ that products of such numbers and their errors are normal. */
const isOrdinary = (value: number): boolean => Math.abs(value) >= 2 ** -20 && Math.abs(value) <= 2 ** 20;

/** Its product with the largest float32 is far from where a sigmoid ends. */
const isTinyFactor = (value: number): number => Number(value !== 0 && Math.abs(value) < 2 ** -118);
/** Its product with 2¹⁷ is beyond where a sigmoid ends. */
const isLargeFactor = (value: number): number => Number(Math.abs(value) >= 2 ** -10);
/** A tanh of that slope at 0 makes no normal result of a subnormal x. */
const gentleTanh = (slope: number) => ({ scaled_tanh_is_gentle: Number(slope !== 0 && Math.abs(slope) <= 1) });

type Usual = typeof usual;
const usual = {
  parameters: {},
  learned: {},
  requires: undefined,
  aliases: [],
  flat: false,
  fromY: false,
  parts: {},
} as const;

/** A row's facts over the usual ones. */
type With<F> = Omit<Definition, keyof Usual | keyof F> & Omit<Usual, keyof F> & F;
type Facts = Partial<
  Pick<Definition, keyof Usual | 'overrides' | 'tail' | 'of' | 'gives' | 'negates' | 'planRows' | 'unseen' | 'sight'>
>;

/** y[i] = f(x[i]) */
function element<const F extends Facts = Record<never, never>>(
  name: string,
  source: WgslFile,
  facts?: F,
): With<F> & { readonly maps: 'element' } {
  return registerDefinition({ ...usual, name, maps: 'element', source, of: name, ...facts } as Definition) as never;
}

/** A plan of its own, or what the usual one scales by and puts where nothing is seen. */
type RowFacts = Facts &
  (
    | { readonly planRows: NonNullable<Definition['planRows']> }
    | { readonly parameters: typeof scaled; readonly unseen: NonNullable<Definition['unseen']> }
  );

/** A function of whole rows. */
function rows<const F extends RowFacts>(name: string, source: WgslFile, facts: F): With<F> & { readonly maps: 'row' } {
  const definition = { ...usual, name, maps: 'row', source, of: name, planRows: planRowwise, ...facts };
  return registerDefinition(definition as Definition) as never;
}

/** What rows are multiplied by first, and within what they are held then. */
const scaled = {
  scale: { default: 1, range: [1e-6, 1e6] },
  softcap: { default: Infinity, range: [1e-3, Infinity] },
} as const;

/** What units of gate and up bring. */
const ofGates: Parts = { gates };

/** A unit of that name: y = f(gate) · up. */
function gatedBy<const D extends Definition>(
  name: string,
  definition: D,
): Omit<D, 'requires' | 'fromY'> & { readonly requires: 'gate'; readonly fromY: false } {
  return registerDefinition({ ...definition, name, requires: 'gate', fromY: false, aliases: [], parts: ofGates });
}

/** The activation of that name whose parameter is always learned. */
function withLearned<const D extends Definition, const T extends string, const P extends string>(
  name: string,
  definition: D,
  tensor: T,
  parameter: P,
): Omit<D, 'requires' | 'learned' | 'fromY'> & {
  readonly requires: T;
  readonly learned: Readonly<Record<T, P>>;
  readonly fromY: false;
} {
  return registerDefinition({
    ...definition,
    name,
    requires: tensor,
    parts: { channels },
    learned: { [tensor]: parameter },
    fromY: false,
    aliases: [],
  }) as never;
}

/** x */
export const identity = /* @__PURE__ */ element('identity', identityText, {
  aliases: ['linear'],
});
/** 1/(1+e⁻ˣ) */
export const sigmoid = /* @__PURE__ */ element('sigmoid', sigmoidText, {
  tail: sigmoidTail,
  aliases: ['logistic'],
  fromY: true,
});
/** tanh x */
export const tanh = /* @__PURE__ */ element('tanh', tanhText, {
  fromY: true,
});
/** max(0, x) */
export const relu = /* @__PURE__ */ element('relu', reluText, {
  fromY: true,
  flat: true,
});
/** x if x ≥ 0, else αx */
export const leakyRelu = /* @__PURE__ */ element('leakyRelu', leakyReluText, {
  aliases: ['lrelu'],
  parameters: { alpha: { default: 0.01, range: anyFinite } },
  learned: { alpha: 'alpha' },
  overrides: ({ alpha }: Parameters) => ({
    leaky_relu_is_usual: Number(Math.abs(alpha) >= SMALLEST_NORMAL && Math.abs(alpha) <= 1),
  }),
  fromY: true,
});
/** min(max(0, x), 6) */
export const relu6 = /* @__PURE__ */ element('relu6', relu6Text, {
  flat: true,
});
/** max(0, x)² */
export const reluSquared = /* @__PURE__ */ element('reluSquared', reluSquaredText, {
  aliases: ['squaredRelu', 'relu2'],
  flat: true,
});
/** x if x > 0, else α(eˣ−1) */
export const elu = /* @__PURE__ */ element('elu', eluText, {
  parameters: { alpha: { default: 1, range: [-1e3, 1e3] } },
  learned: { alpha: 'alpha' },
  fromY: true,
});
/** λx if x > 0, else λα(eˣ−1) */
export const selu = /* @__PURE__ */ element('selu', seluText, {
  fromY: true,
});
/** x if x > 0, else α(e^(x/α)−1) */
export const celu = /* @__PURE__ */ element('celu', celuText, {
  parameters: { alpha: { default: 1, range: [1e-3, 1e3] } },
  learned: { alpha: 'alpha' },
  fromY: true,
});
/** x·Φ(x) */
export const gelu = /* @__PURE__ */ element('gelu', geluText, {
  tail: geluTail,
  aliases: ['geluErf', 'geluExact', 'geluNone'],
});
/** x·½(1+tanh(√(2/π)(x+0.044715x³))) */
export const geluTanh = /* @__PURE__ */ element('geluTanh', geluTanhText, {
  tail: geluTanhTail,
  aliases: ['geluNew', 'fastGelu', 'geluApproximate', 'geluPytorchTanh'],
});
/** x·σ(1.702x) */
export const geluSigmoid = /* @__PURE__ */ element('geluSigmoid', geluSigmoidText, {
  tail: geluSigmoidTail,
  aliases: ['quickGelu'],
});
/** x·σ(x) */
export const silu = /* @__PURE__ */ element('silu', siluText, {
  tail: siluTail,
  aliases: ['swish1'],
});
/** x·σ(βx) */
export const swish = /* @__PURE__ */ element('swish', swishText, {
  tail: swishTail,
  parameters: { beta: { default: 1, range: [-1e3, 1e3] } },
  learned: { beta: 'beta' },
  overrides: ({ beta }: Parameters) => ({
    swish_beta_is_one: Number(beta === 1),
    swish_beta_is_large: isLargeFactor(beta),
    swish_beta_is_tiny: isTinyFactor(beta),
  }),
});
/** ln(1+e^(βx))/β */
export const softplus = /* @__PURE__ */ element('softplus', softplusText, {
  parameters: { beta: { default: 1, range: [-1e3, 1e3], minimumMagnitude: 1e-3 } },
  learned: { beta: 'beta' },
  overrides: ({ beta }: Parameters) => ({ softplus_beta_is_one: Number(beta === 1) }),
  fromY: true,
});
/** x·tanh(softplus(x)) */
export const mish = /* @__PURE__ */ element('mish', mishText);
/** x/(1+|x|) */
export const softsign = /* @__PURE__ */ element('softsign', softsignText);
/** −ln(1+e⁻ˣ) */
export const logSigmoid = /* @__PURE__ */ element('logSigmoid', logSigmoidText);
/** min(max(αx+β, 0), 1) */
export const hardSigmoid = /* @__PURE__ */ element('hardSigmoid', hardSigmoidText, {
  parameters: { alpha: { default: SIXTH, range: [-1e3, 1e3] }, beta: { default: 0.5, range: anyFinite } },
  overrides: ({ alpha, beta }: Parameters) => ({
    line_is_usual: Number(isOrdinary(alpha) && isOrdinary(beta) && isOrdinary(1 - beta)),
  }),
  flat: true,
});
/** x·min(max(x/6+½, 0), 1) */
export const hardSwish = /* @__PURE__ */ element('hardSwish', hardSwishText, {
  aliases: ['hardSilu'],
  flat: true,
});
/** min(max(x, min), max) */
export const hardTanh = /* @__PURE__ */ element('hardTanh', hardTanhText, {
  aliases: ['clamp', 'clip'],
  parameters: { min: { default: -1, range: anyNumber }, max: { default: 1, range: anyNumber } },
  flat: true,
});
/** x−λ if x > λ, x+λ if x < −λ, else 0 */
export const softshrink = /* @__PURE__ */ element('softshrink', softshrinkText, {
  parameters: { lambda: { default: 0.5, range: notNegative } },
  flat: true,
});
/** x−bias if x > λ, x+bias if x < −λ, else 0 */
export const shrink = /* @__PURE__ */ element('shrink', shrinkText, {
  parameters: { lambda: { default: 0.5, range: notNegative }, bias: { default: 0, range: anyFinite } },
  flat: true,
});
/** x if |x| > λ, else 0 */
export const hardshrink = /* @__PURE__ */ element('hardshrink', hardshrinkText, {
  parameters: { lambda: { default: 0.5, range: notNegative } },
  flat: true,
});
/** x − tanh x */
export const tanhshrink = /* @__PURE__ */ element('tanhshrink', tanhshrinkText);
/** x if x > threshold, else value */
export const threshold = /* @__PURE__ */ element('threshold', thresholdText, {
  aliases: ['thresholdedRelu'],
  parameters: { threshold: { default: 1, range: anyFinite }, value: { default: 0, range: anyFinite } },
  flat: true,
});
/** (x+√(x²+b))/2 */
export const squareplus = /* @__PURE__ */ element('squareplus', squareplusText, {
  parameters: { b: { default: 4, range: [0, 1e6] } },
});
/** eˣ */
export const exponential = /* @__PURE__ */ element('exponential', exponentialText, {
  aliases: ['exp'],
});
/** 0 if x ≤ −1, x if x ≥ 1, else (x+1)²/4 */
export const sparsePlus = /* @__PURE__ */ element('sparsePlus', sparsePlusText, {
  flat: true,
});
/** 0 if x ≤ −1, 1 if x ≥ 1, else (x+1)/2 */
export const sparseSigmoid = /* @__PURE__ */ element('sparseSigmoid', sparseSigmoidText, {
  flat: true,
});
/** cap·tanh(x/cap) */
export const softcap = /* @__PURE__ */ element('softcap', softcapText, {
  parameters: { cap: { default: 30, range: [1e-3, 1e4] } },
});
/** αx + β */
export const affine = /* @__PURE__ */ element('affine', affineText, {
  parameters: { alpha: { default: 1, range: anyOrdinary }, beta: { default: 0, range: anyOrdinary } },
  learned: { alpha: 'alpha', beta: 'beta' },
});
/** s·max(0, x)² + b */
export const starRelu = /* @__PURE__ */ element('starRelu', starReluText, {
  parameters: { scale: { default: 0.8944, range: anyOrdinary }, shift: { default: -0.4472, range: anyOrdinary } },
  learned: { scale: 'scale', shift: 'shift' },
  flat: true,
});
/** min(x, max) if x > threshold, else slope·(x − threshold) */
export const clippedRelu = /* @__PURE__ */ element('clippedRelu', clippedReluText, {
  parameters: {
    slope: { default: 0, range: anyFinite },
    max: { default: Infinity, range: anyNumber },
    threshold: { default: 0, range: anyOrdinary },
  },
  overrides: ({ slope, threshold }: Parameters) => ({
    clipped_relu_is_plain: Number(slope === 0 || threshold === 0),
  }),
  flat: true,
});
/** 1 if x > threshold, else 0 */
export const step = /* @__PURE__ */ element('step', stepText, {
  aliases: ['heaviside', 'binaryStep'],
  parameters: { threshold: { default: 0, range: anyFinite } },
  flat: true,
});
/** −1 if x < 0, 0 if x = 0, 1 if x > 0 */
export const sign = /* @__PURE__ */ element('sign', signText, {
  aliases: ['sgn'],
  flat: true,
});
/** ½·x·min(max(x+2, 0), 2) */
export const hardMish = /* @__PURE__ */ element('hardMish', hardMishText, {
  flat: true,
});
/** e^(−x²) */
export const gaussian = /* @__PURE__ */ element('gaussian', gaussianText);
/** erf x */
export const erf = /* @__PURE__ */ element('erf', erfText);
/** sin(ωx) */
export const sine = /* @__PURE__ */ element('sine', sineText, {
  aliases: ['sin', 'siren'],
  parameters: { omega: { default: 1, range: [-1e3, 1e3] } },
  learned: { omega: 'omega' },
  overrides: ({ omega }: Parameters) => ({ sine_omega_is_one: Number(omega === 1) }),
});
/** x + sin²(αx)/α, x if α = 0 */
export const snake = /* @__PURE__ */ element('snake', snakeText, {
  parameters: { alpha: { default: 1, range: [-1e3, 1e3] } },
  learned: { alpha: 'alpha' },
  overrides: ({ alpha }: Parameters) => ({ snake_alpha_is_one: Number(alpha === 1) }),
});
/** x + sin²(αx)/β */
export const snakeBeta = /* @__PURE__ */ element('snakeBeta', snakeBetaText, {
  parameters: {
    alpha: { default: 1, range: [-1e3, 1e3] },
    beta: { default: 1, range: [-1e3, 1e3], minimumMagnitude: SMALL_FACTOR },
  },
  learned: { alpha: 'alpha', beta: 'beta' },
  overrides: ({ alpha, beta }: Parameters) => ({ snake_beta_is_one: Number(alpha === 1 && beta === 1) }),
});
/** ½(1+erf((x−μ)/(σ√2))) */
export const laplace = /* @__PURE__ */ element('laplace', laplaceText, {
  parameters: {
    // biome-ignore lint/suspicious/noApproximativeNumericConstant: the published number
    mu: { default: 0.707107, range: [-1e4, 1e4] },
    sigma: { default: 0.282095, range: [1e-3, 1e3] },
  },
});
/** x·tanh x */
export const lisht = /* @__PURE__ */ element('lisht', lishtText);
/** α·tanh(βx) */
export const scaledTanh = /* @__PURE__ */ element('scaledTanh', scaledTanhText, {
  parameters: {
    alpha: { default: 1, range: [-1e3, 1e3], minimumMagnitude: SMALL_FACTOR },
    beta: { default: 1, range: [-1e3, 1e3], minimumMagnitude: SMALL_FACTOR },
  },
  learned: { alpha: 'alpha', beta: 'beta' },
  overrides: ({ alpha, beta }: Parameters) => gentleTanh(alpha * beta),
});
/** γ·tanh(αx) + β */
export const dyt = /* @__PURE__ */ element('dyt', dytText, {
  aliases: ['dynamicTanh'],
  parameters: {
    alpha: { default: 0.5, range: [-1e3, 1e3], minimumMagnitude: SMALL_FACTOR },
    gamma: { default: 1, range: [-1e3, 1e3], minimumMagnitude: SMALL_FACTOR },
    beta: { default: 0, range: [-1e3, 1e3] },
  },
  learned: { alpha: 'alpha', gamma: 'gamma', beta: 'beta' },
  overrides: ({ alpha, gamma }: Parameters) => gentleTanh(alpha * gamma),
});
/** αp·x² + βx if x > 0, else αn·(e^min(x, ε) − 1 − x) + βx */
export const xielu = /* @__PURE__ */ element('xielu', xieluText, {
  parameters: {
    alphaP: { default: 0.8, range: [0, 1e3] },
    alphaN: { default: 1.3, range: [0, 1e3] },
    beta: { default: 0.5, range: [-1e3, 1e3] },
    epsilon: { default: -1e-6, range: [-1, 0] },
  },
  learned: { alphaP: 'alphaP', alphaN: 'alphaN' },
  overrides: ({ alphaP, alphaN, beta }: Parameters) => {
    const slope = beta - alphaN;
    const isUsual = (factor: number) => factor >= 2 ** -20 && factor <= 1;
    const areUsual = Number(slope !== 0 && Math.fround(slope) === slope && isUsual(alphaP) && isUsual(beta));
    return { xielu_is_usual: areUsual, line_is_usual: areUsual };
  },
});
/** x if x ≥ 0, else a·x, with a learned weight a */
export const prelu = /* @__PURE__ */ withLearned('prelu', leakyRelu, 'weight', 'alpha');
/** σ(gate)·up */
export const glu = /* @__PURE__ */ gatedBy('glu', sigmoid);
/** relu(gate)·up */
export const reglu = /* @__PURE__ */ gatedBy('reglu', relu);
/** gelu(gate)·up */
export const geglu = /* @__PURE__ */ gatedBy('geglu', gelu);
/** geluTanh(gate)·up */
export const gegluTanh = /* @__PURE__ */ gatedBy('gegluTanh', geluTanh);
/** geluSigmoid(gate)·up */
export const gegluSigmoid = /* @__PURE__ */ gatedBy('gegluSigmoid', geluSigmoid);
/** gate·σ(β·gate)·up */
export const swiglu = /* @__PURE__ */ gatedBy('swiglu', swish);
/** gate·up */
export const bilinear = /* @__PURE__ */ gatedBy('bilinear', identity);
/** g·σ(αg)·(u+1), g = min(gate, L), u = min(max(up, −L), L) */
export const swigluOai = /* @__PURE__ */ element('swigluOai', swigluOaiText, {
  requires: 'gate',
  parts: ofGates,
  tail: swigluOaiTail,
  aliases: ['gptOssSwiglu'],
  parameters: { alpha: { default: 1.702, range: [0, 1e3] }, limit: { default: 7, range: [1e-3, 1e6] } },
  overrides: ({ alpha }: Parameters) => ({
    swish_beta_is_large: isLargeFactor(alpha),
    swish_beta_is_tiny: isTinyFactor(alpha),
  }),
  flat: true,
});
/** silu(min(gate, L))·min(max(up, −L), L) */
export const swigluClamped = /* @__PURE__ */ element('swigluClamped', swigluClampedText, {
  requires: 'gate',
  parts: ofGates,
  tail: swigluClampedTail,
  parameters: { limit: { default: 10, range: [1e-3, 1e6] } },
  flat: true,
});
/** min(silu(gate), L)·min(max(up, −L), L) */
export const swigluStep = /* @__PURE__ */ element('swigluStep', swigluStepText, {
  requires: 'gate',
  parts: ofGates,
  tail: swigluStepTail,
  parameters: { limit: { default: 7, range: [1, 1e6] } },
  flat: true,
});
/** e^(x − m) / Σ e^(x − m), m the maximum of the row */
export const softmax = /* @__PURE__ */ rows('softmax', softmaxText, {
  parameters: scaled,
  unseen: 'zero',
  sight,
  fromY: true,
});
/** x − m − ln Σ e^(x − m), m the maximum of the row */
export const logSoftmax = /* @__PURE__ */ rows('logSoftmax', logSoftmaxText, {
  parameters: scaled,
  unseen: 'minusInfinity',
  sight,
  fromY: true,
});
/** softmax(−x) */
export const softmin = /* @__PURE__ */ rows('softmin', softmaxText, {
  parameters: scaled,
  of: 'softmax',
  negates: true,
  unseen: 'zero',
  sight,
  fromY: true,
});
/** 1 at the first maximum of the row, else 0 */
export const hardmax = /* @__PURE__ */ rows('hardmax', hardmaxText, {
  planRows: planFirst,
  fromY: true,
});
/** max(x − τ, 0), τ such that the row sums to 1 */
export const sparsemax = /* @__PURE__ */ rows('sparsemax', sparsemaxText, {
  planRows: planSparse,
  fromY: true,
});
/** m + ln Σ e^(x − m), m the maximum of the row: one value a row */
export const logSumExp = /* @__PURE__ */ rows('logSumExp', logSumExpText, {
  gives: 'value',
  planRows: planValue,
});
/** −ln softmax(x)[label]: one value a row */
export const crossEntropy = /* @__PURE__ */ rows('crossEntropy', crossEntropyText, {
  gives: 'loss',
  planRows: planLabelled,
  parameters: {
    labelSmoothing: { default: 0, range: [0, 1] },
    zLoss: { default: 0, range: [0, 1e3] },
    ignoreIndex: { default: -100, range: [-0x80000000, 0xffffffff], isInteger: true },
  },
});
