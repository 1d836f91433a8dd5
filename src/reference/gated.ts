/** The float64 truth of the gated units: y = activate(gate)·up. */
import { gradient, type ReferenceName, type ReferenceParameters, reference } from './elementwise.js';

export interface GatedReference {
  /** y = activate(gate)·up */
  value(gate: number, up: number, parameters: ReferenceParameters): number;
  /** dGate = dy·up·activate′(gate) */
  dGate(gate: number, up: number, dy: number, parameters: ReferenceParameters): number;
  /** dUp = dy·activate(gate) */
  dUp(gate: number, up: number, dy: number, parameters: ReferenceParameters): number;
}

function gatedBy(activation: ReferenceName, flat = false): GatedReference {
  const activate = reference[activation];
  return {
    value: (gate, up, parameters) => activate.value(gate, parameters) * up,
    dGate: (gate, up, dy, parameters) => gradient(dy * up, activate.derivative(gate, parameters), flat),
    dUp: (gate, _up, dy, parameters) => dy * activate.value(gate, parameters),
  };
}

export const gated = {
  glu: gatedBy('sigmoid'),
  reglu: gatedBy('relu', true),
  geglu: gatedBy('gelu'),
  gegluTanh: gatedBy('geluTanh'),
  gegluSigmoid: gatedBy('geluSigmoid'),
  /** with the parameter beta */
  swiglu: gatedBy('swish'),
  bilinear: gatedBy('identity'),
} as const;

export type GatedName = keyof typeof gated;
