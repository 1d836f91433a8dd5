/** Exercises of a first course: asked here, computed by the library. */
import { sampleLearned } from '../../../src/check/truth.js';
import { type ActivationName, type Activations, dynamic, resolveActivation } from '../../../src/index.js';
import { reference } from '../../../src/reference/index.js';
import { computeCurve, defaultsOf } from '../explore/curve.js';

/** f and f′ at one x, by the kernels or the reference. */
export async function pointOf(activations: Activations | undefined, name: ActivationName, at: number) {
  const row = resolveActivation(name);
  const { y, slope } = await computeCurve(activations, name, defaultsOf(row), Float32Array.of(at));
  return { y: y[0]!, slope: slope[0]! };
}

export interface Exercise {
  readonly ask: string;
  readonly name: ActivationName;
  readonly x: number;
  /** What is asked for: f, f′, or the gradient of prelu's weight. */
  readonly of: 'y' | 'slope' | 'dWeight';
  readonly hint: string;
}

const AT = -2;

/** The worked examples of a first course. The answers are computed, not kept. */
export const exercises: readonly Exercise[] = [
  { ask: 'σ′(3)', name: 'sigmoid', x: 3, of: 'slope', hint: 'σ′ = σ · (1 − σ), and σ(3) = 0.9526.' },
  { ask: 'σ′(5)', name: 'sigmoid', x: 5, of: 'slope', hint: 'σ′ = σ · (1 − σ), and σ(5) = 0.9933.' },
  { ask: 'tanh′(3)', name: 'tanh', x: 3, of: 'slope', hint: 'tanh′ = 1 − tanh², and tanh(3) = 0.99505.' },
  { ask: 'tanh′(5)', name: 'tanh', x: 5, of: 'slope', hint: 'tanh′ = 1 − tanh², and tanh(5) = 0.999909.' },
  { ask: 'σ(−2)', name: 'sigmoid', x: AT, of: 'y', hint: '1/(1 + e²), and e² = 7.389.' },
  { ask: 'tanh(−2)', name: 'tanh', x: AT, of: 'y', hint: 'tanh x = 2 · σ(2x) − 1, and σ(−4) = 0.01799.' },
  { ask: 'relu(−2)', name: 'relu', x: AT, of: 'y', hint: 'The larger of 0 and −2.' },
  { ask: 'leakyRelu(−2), α = 0.01', name: 'leakyRelu', x: AT, of: 'y', hint: 'Below 0 it is α · x.' },
  { ask: 'gelu(−2)', name: 'gelu', x: AT, of: 'y', hint: 'x · Φ(x), and Φ(−2) = 0.02275.' },
  {
    ...{ ask: '∂/∂a of PReLU at x = −2', name: 'prelu', x: AT, of: 'dWeight' },
    hint: 'Below 0 it is a · x. Differentiate by a, not by x.',
  },
  { ask: 'tanh(1), from σ(2) = 0.8808', name: 'tanh', x: 1, of: 'y', hint: 'tanh x = 2 · σ(2x) − 1.' },
  {
    ...{ ask: 'silu′(1), from σ(1) = 0.7311', name: 'silu', x: 1, of: 'slope' },
    hint: 'silu′ = σ + silu · (1 − σ), and silu(1) = 1 · σ(1).',
  },
];

/** By the kernels, or the reference. */
export async function solve(activations: Activations | undefined, { name, x: at, of }: Exercise): Promise<number> {
  if (of !== 'dWeight') return (await pointOf(activations, name, at))[of];
  const row = resolveActivation(name);
  if (!activations) return reference[row.of]!.by!.alpha!(at, { alpha: 0.25 });
  const tensors = { x: Float32Array.of(at), dy: Float32Array.of(1), ...sampleLearned(row) };
  return (await dynamic(activations).backward(name, tensors)).dWeight![0]!;
}

/** To four decimals, as it is done by hand, or to one percent. */
export const isRight = (text: string, answer: number): boolean => {
  const given = Number(text.trim().replace(',', '.').replace('−', '-'));
  return text.trim() !== '' && Math.abs(given - answer) <= Math.max(5.5e-5, 0.01 * Math.abs(answer));
};
