import { resolveActivation, resolveParameters } from '../../src/catalogue.js';
import type { ArrayCalls, Arrays } from '../../src/check/compute.js';
import { fromElements, toElements } from '../../src/check/half.js';
import { type GatedName, gated, type ReferenceName, reference } from '../../src/reference/index.js';
import type { ElementArray, StorageType } from '../../src/storage.js';

/** The array calls of the library computed by the float64 reference, for tests of what surrounds them. */
export function referenceCalls(): ArrayCalls {
  return { forward: stored('forward'), backward: stored('backward') };
}

/** Computes elements of any type in float32, as the library does. */
function stored(direction: 'forward' | 'backward'): ArrayCalls['forward'] {
  return async (activation, tensors, { dtype = 'f32', ...options } = {}) => {
    const mapElements = (arrays: Arrays, change: (array: ElementArray) => ElementArray) =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, array]) => [name, /weight/i.test(name) ? array : change(array)]),
      ) as Arrays;
    const wide = mapElements(tensors, (array) => fromElements(array, dtype as StorageType));
    const results = await float32Calls[direction](activation, wide, options);
    return mapElements(results, (array) => toElements(array as Float32Array, dtype as StorageType));
  };
}

const float32Calls: ArrayCalls = {
  async forward(activation, { x, weight, gate, up }, options) {
    const { name } = resolveActivation(activation);
    if (gate) return { y: gate.map((element, i) => gatedUnit(name).value(element, up![i]!, options as Numbers)) };
    const { value, given } = prepare(name, weight, x!.length, options);
    return { y: x!.map((element, index) => value(element, given(index))) };
  },
  async backward(activation, { x, dy, weight, gate, up }, options) {
    const { name } = resolveActivation(activation);
    if (gate) {
      const { dGate, dUp } = gatedUnit(name);
      return {
        dGate: gate.map((element, i) => dGate(element, up![i]!, dy![i]!, options as Numbers)),
        dUp: gate.map((element, i) => dUp(element, up![i]!, dy![i]!, options as Numbers)),
      };
    }
    const { derivative, given, channel } = prepare(name, weight, x!.length, options);
    const dx = x!.map((element, index) => dy![index]! * derivative(element, given(index)));
    if (!weight) return { dx } as Record<string, Float32Array>;
    const dWeight = new Float32Array(weight.length);
    for (const [index, element] of x!.entries()) if (element < 0) dWeight[channel(index)]! += dy![index]! * element;
    return { dx, dWeight };
  },
};

type Numbers = Record<string, number>;

function gatedUnit(name: string) {
  return gated[resolveActivation(name).name as GatedName];
}

function prepare(name: string, weight: Float32Array | undefined, length: number, options: object = {}) {
  const definition = resolveActivation(name);
  const { channels = 1, inner = 1, ...rest } = options as { channels?: number; inner?: number };
  if (length % (channels * inner)) throw new RangeError('the channels do not tile x');
  if (weight && weight.length !== channels) throw new RangeError('a weight for each channel');
  const parameters = resolveParameters(definition, rest);
  const channel = (index: number) => Math.floor(index / inner) % channels;
  const given = (index: number) => (weight ? { weight: weight[channel(index)]! } : parameters);
  return { ...reference[definition.name as ReferenceName], given, channel };
}
