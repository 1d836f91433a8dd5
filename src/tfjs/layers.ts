/** Activations of tfjs-layers that it composes of several ops: under the same names, one kernel. */
import { engine, relu6, serialization, type Tensor } from '@tensorflow/tfjs-core';
import { gelu, geluTanh, hardSigmoid, logSoftmax, mish, softsign, swish } from './operations.js';
import { BACKEND } from './ops.js';

/** By the names that layers know; the argument is that of tfjs's class. Undefined where it is left to tfjs. */
const functions: Readonly<Record<string, (x: Tensor, argument?: number) => Tensor | undefined>> = {
  gelu: (x) => gelu(x),
  gelu_new: (x) => geluTanh(x),
  hardSigmoid: (x) => hardSigmoid(x, { alpha: 0.2, beta: 0.5 }),
  logSoftmax: (x, axis = -1) => (axis === -1 || axis === x.rank - 1 ? logSoftmax(x) : undefined),
  mish: (x) => mish(x),
  relu6: (x) => relu6(x),
  softsign: (x) => softsign(x),
  swish: (x, beta = 1) => swish(x, { beta }),
};

export const layerActivations = Object.keys(functions);

interface LayerActivation {
  apply(x: Tensor, argument?: number): Tensor;
}

/** Makes new layers take this library's function; nothing where tfjs-layers is not there. @returns what ends that */
export function replaceLayerActivation(name: string): () => void {
  const classes = serialization.SerializationMap.getMap().classNameMap;
  const known = classes[name];
  if (!known) return () => undefined;
  const compute = functions[name]!;
  const [Original, fromConfig] = known as unknown as [new () => LayerActivation, unknown];
  class Replaced extends Original {
    override apply(x: Tensor, argument?: number): Tensor {
      const isOurs = engine().backendName === BACKEND && x.dtype === 'float32';
      return (isOurs && compute(x, argument)) || super.apply(x, argument);
    }
  }
  classes[name] = [Replaced, fromConfig] as unknown as typeof known;
  return () => {
    classes[name] = known;
  };
}
