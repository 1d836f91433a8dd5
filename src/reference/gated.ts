/** The float64 truth of gates: y = activate(gate)·up. */
import type { Parameters } from '../definition.js';
import { gradient, reference } from './elementwise.js';
import type { Facts, Reference } from './facts.js';

export interface GatedReference {
  /** y = activate(gate)·up */
  value(gate: number, up: number, parameters: Parameters): number;
  /** dGate = dy·up·activate′(gate) */
  dGate(gate: number, up: number, dy: number, parameters: Parameters): number;
  /** dUp = dy·activate(gate) */
  dUp(gate: number, up: number, dy: number, parameters: Parameters): number;
}

/** The gate by an activation; `flat` as its row says. */
export function gatedBy(activate: Reference, flat: boolean): GatedReference {
  const { value = (up: number) => up, isFlat = () => false } = activate.up ?? {};
  return {
    value: (gate, up, parameters) => activate.value(gate, parameters) * value(up, parameters),
    dGate: (gate, up, dy, parameters) =>
      gradient(dy * value(up, parameters), activate.derivative(gate, parameters), flat),
    dUp(gate, up, dy, parameters) {
      if (isFlat(up, parameters)) return 0;
      // NaN where the function of up has no derivative
      return dy * activate.value(gate, parameters) * (activate.up && Number.isNaN(up) ? NaN : 1);
    },
  };
}

const clamped = (up: number, limit: number): number => Math.min(Math.max(up, -limit), limit);
const isOutside = (up: number, { limit }: Parameters): boolean => Math.abs(up) > limit!;

/** Units whose gate is no activation of its own: their functions of the gate and of up. */
export const unitReference: Readonly<Record<string, Reference>> = {
  swigluOai: {
    value: (gate, { alpha, limit }) => reference.swish!.value(Math.min(gate, limit!), { beta: alpha! }),
    derivative: (gate, { alpha, limit }) => (gate > limit! ? 0 : reference.swish!.derivative(gate, { beta: alpha! })),
    up: { value: (up, { limit }) => clamped(up, limit!) + 1, isFlat: isOutside },
  },
  swigluClamped: {
    value: (gate, { limit }) => reference.silu!.value(Math.min(gate, limit!), {}),
    derivative: (gate, { limit }) => (gate > limit! ? 0 : reference.silu!.derivative(gate, {})),
    up: { value: (up, { limit }) => clamped(up, limit!), isFlat: isOutside },
  },
  swigluStep: {
    value: (gate, { limit }) => Math.min(reference.silu!.value(gate, {}), limit!),
    derivative: (gate, { limit }) =>
      reference.silu!.value(gate, {}) > limit! ? 0 : reference.silu!.derivative(gate, {}),
    up: { value: (up, { limit }) => clamped(up, limit!), isFlat: isOutside },
  },
};

const unit = (formula: string, citation = 'Shazeer 2020, arXiv:2002.05202'): Facts => ({
  formula,
  derivative: 'dGate = dy · up · activate′(gate), dUp = dy · activate(gate)',
  points: () => [0],
  bounds: { forward: 3, derivative: 3.5 },
  citation,
});

/** What is promised of the units with a name of their own. */
export const unitFacts: Readonly<Record<string, Facts>> = {
  glu: unit('σ(gate)·up', 'Dauphin et al. 2016, arXiv:1612.08083'),
  reglu: unit('relu(gate)·up'),
  geglu: unit('gelu(gate)·up'),
  gegluTanh: unit('geluTanh(gate)·up'),
  gegluSigmoid: unit('geluSigmoid(gate)·up'),
  swiglu: unit('gate·σ(β·gate)·up'),
  bilinear: unit('gate·up'),
  swigluOai: {
    formula: 'g·σ(αg)·(u+1), g = min(gate, L), u = min(max(up, −L), L)',
    derivative: 'dGate = dy · (u+1) · (g·σ(αg))′, 0 where gate > L, dUp = dy · g·σ(αg), 0 where |up| > L',
    points: ({ limit }) => [0, limit!],
    bounds: { forward: 4, derivative: 4.5 },
    citation: 'OpenAI 2025, gpt-oss model card, arXiv:2508.10925',
  },
  swigluClamped: {
    formula: 'silu(min(gate, L))·min(max(up, −L), L)',
    derivative: 'dGate = dy · u · silu′(gate), 0 where gate > L, dUp = dy · silu(g), 0 where |up| > L',
    points: ({ limit }) => [0, limit!],
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'swiglu with limits, as DeepSpeed’s swiglu_clamped',
  },
  swigluStep: {
    formula: 'min(silu(gate), L)·min(max(up, −L), L)',
    derivative: 'dGate = dy · u · silu′(gate), 0 where silu(gate) > L, dUp = dy · min(silu(gate), L), 0 where |up| > L',
    points: ({ limit }) => [0, limit!],
    bounds: { forward: 3, derivative: 3.5 },
    citation: 'swiglu with limits behind silu, of the Step models',
  },
};
