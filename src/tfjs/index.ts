/**
 * tfjs with this library's activations: `import 'webgpu-activations/tfjs'` after tfjs registers its kernels and gradients for tfjs's
 * own ops on the WebGPU backend. Models stay as they are.
 * @packageDocumentation
 */
import '@tensorflow/tfjs-backend-webgpu';
// before these, or it would put tfjs's own back
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { describe } from '../errors.js';
import { layerActivations, replaceLayerActivation } from './layers.js';
import { fusedKernels, ops, replaceFused, replaceOp } from './ops.js';

export {
  gelu,
  geluTanh,
  hardSigmoid,
  hardSwish,
  logSigmoid,
  logSoftmax,
  mish,
  type Operation,
  operation,
  silu,
  softsign,
  swish,
} from './operations.js';

/** Everything that can be registered: kernels of tfjs by their names (`Sigmoid`), then activations of layers by theirs (`gelu`). */
export const registrable: readonly string[] = [...Object.keys(ops), ...fusedKernels, ...layerActivations];

let undo: (() => void)[] = [];

/**
 * Registers what is named, and nothing else: what was registered before is taken back. The import has registered all.
 * @param names of `registrable`; all unless given, with the activations of tfjs-layers if that is imported by now
 * @throws {RangeError} for another name
 * @example register(['Softmax', 'Sigmoid']);
 */
export function register(names: readonly string[] = registrable): void {
  if (!Array.isArray(names)) throw new TypeError(`register: expected an array of names, got ${describe(names)}`);
  const unknown = names.find((name) => !registrable.includes(name));
  if (unknown !== undefined) throw new RangeError(`register: expected ${registrable.join(', ')}, got "${unknown}"`);
  unregister();
  undo = [...new Set(names)].map((name) => {
    if (ops[name]) return replaceOp(name, ops[name]);
    return layerActivations.includes(name) ? replaceLayerActivation(name) : replaceFused(name);
  });
}

/** Puts tfjs's own kernels, gradients and activations back. Operations of this library (`gelu`, …) stay. */
export function unregister(): void {
  for (const one of undo) one();
  undo = [];
}

register();
