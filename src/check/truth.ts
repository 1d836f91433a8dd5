import type { Definition, Parameters } from '../catalogue.js';
import { gradient, type ReferenceName, reference } from '../reference/index.js';

/** The weight that prelu is checked with where one value serves: PyTorch's initial one. */
export const sampleWeight = 0.25;

/** Fills `exact` with y = f(x), or with dx = dy · f′(x) where dy is given: the float64 reference in a plain loop. */
export function fillExact(
  { name, family, flat }: Definition,
  parameters: Parameters,
  x: Float32Array,
  dy: Float32Array | undefined,
  exact: Float64Array,
): void {
  const { value, derivative } = reference[name as ReferenceName];
  const given = family === 'channelwise' ? { ...parameters, weight: sampleWeight } : parameters;
  if (dy) for (let i = 0; i < exact.length; i++) exact[i] = gradient(dy[i]!, derivative(x[i]!, given), flat);
  else for (let i = 0; i < exact.length; i++) exact[i] = value(x[i]!, given);
}

/**
 * The largest error in ULP that a pass may have. The contract of the catalogue holds where + − × ÷ are IEEE's, as on the
 * software adapters; WGSL allows a division 2.5 ULP, so of other adapters no function with a division can promise less than
 * 5.5 ULP. Bounds up to 1 belong to functions without one.
 */
export function boundOf({ bounds }: Definition, pass: 'y' | 'derivative' | 'dx', isIeee: boolean): number {
  const bound = pass === 'y' ? bounds.forward : bounds.derivative;
  const promised = isIeee || bound <= 1 ? bound : Math.max(bound, 5.5);
  // dx = dy · f′(x) is rounded once more.
  return pass === 'dx' ? promised + 0.5 : promised;
}
