/** The float64 truth of gates: y = activate(gate)·up. */
import type { Parameters } from '../definition.js';
import { gradient } from './elementwise.js';
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
export const gatedBy = (activate: Reference, flat: boolean): GatedReference => ({
  value: (gate, up, parameters) => activate.value(gate, parameters) * up,
  dGate: (gate, up, dy, parameters) => gradient(dy * up, activate.derivative(gate, parameters), flat),
  dUp: (gate, _up, dy, parameters) => dy * activate.value(gate, parameters),
});

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
};
