import { type Definition, type Parameters, resolveActivation } from '../catalogue.js';
import { type GatedName, gated, gradient, type ReferenceName, reference } from '../reference/index.js';
import type { Arrays } from './compute.js';

/** The weight that prelu is checked with where one value serves: PyTorch's initial one. */
export const sampleWeight = 0.25;

/** One output of an activation and its truth. */
export interface Truth {
  readonly tensor: 'y' | 'dx' | 'dGate' | 'dUp';
  readonly direction: 'forward' | 'backward';
  /** The float64 reference in a plain loop, over the inputs' first `exact.length` elements. */
  fill(inputs: Arrays, exact: Float64Array): void;
}

/** The inputs of a forward pass, without a weight. The first one decides what an element's result looks like. */
export function inputNames({ family }: Definition): readonly string[] {
  return family === 'gated' ? ['gate', 'up'] : ['x'];
}

/** What is computed from those, and from dy. */
export function truthsOf(definition: Definition, parameters: Parameters): readonly Truth[] {
  if (definition.family === 'gated') return gatedTruths(definition, parameters);
  // NaN gives NaN, whatever a reference of the user's own makes of it
  const { value, derivative } = definition.reference ?? reference[definition.name as ReferenceName];
  const given = definition.family === 'channelwise' ? { ...parameters, weight: sampleWeight } : parameters;
  const { flat } = definition;
  return [
    {
      tensor: 'y',
      direction: 'forward',
      fill({ x }, exact) {
        for (let i = 0; i < exact.length; i++) exact[i] = Number.isNaN(x![i]!) ? NaN : value(x![i]!, given);
      },
    },
    {
      tensor: 'dx',
      direction: 'backward',
      fill({ x, dy }, exact) {
        for (let i = 0; i < exact.length; i++) {
          const slope = Number.isNaN(x![i]!) ? NaN : derivative(x![i]!, given);
          exact[i] = gradient(dy![i]!, slope, flat);
        }
      },
    },
  ];
}

function gatedTruths({ name }: Definition, parameters: Parameters): readonly Truth[] {
  const { value, dGate, dUp } = gated[name as GatedName];
  return [
    {
      tensor: 'y',
      direction: 'forward',
      fill({ gate, up }, exact) {
        for (let i = 0; i < exact.length; i++) exact[i] = value(gate![i]!, up![i]!, parameters);
      },
    },
    {
      tensor: 'dGate',
      direction: 'backward',
      fill({ gate, up, dy }, exact) {
        for (let i = 0; i < exact.length; i++) exact[i] = dGate(gate![i]!, up![i]!, dy![i]!, parameters);
      },
    },
    {
      tensor: 'dUp',
      direction: 'backward',
      fill({ gate, up, dy }, exact) {
        for (let i = 0; i < exact.length; i++) exact[i] = dUp(gate![i]!, up![i]!, dy![i]!, parameters);
      },
    },
  ];
}

/** Inputs that deserve a closer look: a gated unit's are those of its gate's activation. */
export function pointsOf({ points, activate }: Definition, parameters: Parameters): readonly number[] {
  return activate ? resolveActivation(activate).points(parameters) : points(parameters);
}

/**
 * The largest error in ULP that an output may have. The contract of the catalogue holds where + − × ÷ are IEEE's, as on the
 * software adapters; WGSL allows a division 2.5 ULP, so of other adapters no function with a division can promise less than
 * 5.5 ULP. Bounds up to 1 belong to functions without one.
 * @param isDerivative dx is f′ itself, since dy is 1; a gated unit's dy and up are at most 1 in size
 */
export function boundOf(
  { bounds, activate }: Definition,
  tensor: Truth['tensor'],
  isIeee: boolean,
  isDerivative = false,
): number {
  const promise = (bound: number): number => (isIeee || bound <= 1 ? bound : Math.max(bound, 5.5));
  if (tensor === 'y') return promise(bounds.forward);
  if (isDerivative) return promise(bounds.derivative);
  // An ULP of f′ is up to two of a product with it, and each product's rounding adds half, which the next may double.
  if (!activate) return 2 * promise(bounds.derivative) + 0.5;
  const factor = resolveActivation(activate).bounds;
  return tensor === 'dGate' ? 2 * promise(factor.derivative) + 1.5 : 2 * promise(factor.forward) + 0.5;
}
