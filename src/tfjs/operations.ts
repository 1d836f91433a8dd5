/** Functions that tfjs has no kernel for, as operations of tfjs with gradients. */
import { engine, type NamedAttrMap, Tensor, type TensorLike, tensor } from '@tensorflow/tfjs-core';
import * as activations from '../activations.js';
import { type Definition, isDefinition, optionsOf } from '../definition.js';
import { describe } from '../errors.js';
import { usualForm } from '../forms.js';
import { addOp, floats } from './ops.js';

/** An operation of tfjs: a tensor in, a tensor of its shape out, with hyper-parameters by name. */
export type Operation<P extends string = string> = <T extends Tensor>(
  x: T | TensorLike,
  parameters?: { readonly [K in P]?: number },
) => T;

/** Of kernels whose gradient is made from y, and from x. */
const kernelNames = [new WeakMap<Definition, string>(), new WeakMap<Definition, string>()] as const;
const taken = new Set<string>();

/** Registers the kernels of a definition once; two of one name have kernels apart. */
function kernelNameOf(definition: Definition, parameters: object): string {
  const { name, maps } = definition;
  // y does not tell the logits that softcap bends
  const fromY = definition.fromY && !('softcap' in parameters);
  const names = kernelNames[fromY ? 0 : 1];
  const known = names.get(definition);
  if (known) return known;
  const kernelName = taken.has(name) ? `${name}#${taken.size}` : name;
  const isOfRows = maps === 'row';
  addOp(kernelName, {
    definition,
    inputs: { x: 'x' },
    fromY: isOfRows && fromY,
    options: ({ x, y = x }, attributes) => (isOfRows ? { ...attributes, columns: y!.shape.at(-1) ?? 1 } : attributes),
  });
  taken.add(kernelName);
  names.set(definition, kernelName);
  return kernelName;
}

/**
 * Makes an activation an operation of tfjs on its WebGPU backend, forward and backward one kernel each: any of
 * `webgpu-activations/activations`, or of `defineActivation`. A function of rows runs over the last axis.
 *
 * It has a first derivative. x is cast to float32; numbers become a tensor.
 * @throws {TypeError} for anything but an activation of one tensor; at a call {RangeError} for a parameter outside its range, and tfjs's
 * error on another backend
 * @example
 * import { operation } from 'webgpu-activations/tfjs';
 * import { softcap } from 'webgpu-activations/activations';
 * const cap = operation(softcap);
 * const y = cap(x, { cap: 30 });
 */
export function operation<D extends Definition>(definition: D): Operation<keyof D['parameters'] & string> {
  if (!isDefinition(definition) || !['element', 'row'].includes(usualForm(definition)) || definition.requires)
    throw new TypeError(
      `operation: expected an activation of one tensor, got ${isDefinition(definition) ? (definition as Definition).name : describe(definition)}`,
    );
  const names = optionsOf(definition);
  return (x, parameters = {}) => {
    const unknown = Object.keys(parameters).find((name) => !names.includes(name));
    if (unknown)
      throw new TypeError(`${definition.name}: expected ${names.join(', ') || 'no parameters'}, got "${unknown}" too`);
    const inputs = { x: floats(x instanceof Tensor ? x : tensor(x as TensorLike)) };
    return engine().runKernel(kernelNameOf(definition, parameters), inputs, parameters as NamedAttrMap);
  };
}

/** x·Φ(x), by the error function */
export const gelu = /* @__PURE__ */ operation(activations.gelu);
/** gelu as approximated by tanh: Keras's `gelu_new` */
export const geluTanh = /* @__PURE__ */ operation(activations.geluTanh);
/** x·σ(x) */
export const silu = /* @__PURE__ */ operation(activations.silu);
/** x·σ(βx), `beta` 1 unless given */
export const swish = /* @__PURE__ */ operation(activations.swish);
/** x·tanh(softplus(x)) */
export const mish = /* @__PURE__ */ operation(activations.mish);
/** x·min(max(x/6+½, 0), 1) */
export const hardSwish = /* @__PURE__ */ operation(activations.hardSwish);
/** min(max(αx+β, 0), 1), `alpha` 1/6 and `beta` ½ unless given */
export const hardSigmoid = /* @__PURE__ */ operation(activations.hardSigmoid);
/** x/(1+|x|) */
export const softsign = /* @__PURE__ */ operation(activations.softsign);
/** ln σ(x) */
export const logSigmoid = /* @__PURE__ */ operation(activations.logSigmoid);
/** ln of softmax over the last axis */
export const logSoftmax = /* @__PURE__ */ operation(activations.logSoftmax);
