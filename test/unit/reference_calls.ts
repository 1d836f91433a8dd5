import { type Row, resolveActivation } from '../../src/catalogue.js';
import type { ArrayCalls, Arrays } from '../../src/check/compute.js';
import { fromElements, toElements } from '../../src/check/half.js';
import { referenceOf } from '../../src/check/truth.js';
import { type Parameters, resolveParameters } from '../../src/definition.js';
import { gradientOf } from '../../src/forms.js';
import { gatedBy } from '../../src/reference/index.js';
import type { ElementArray, StorageType } from '../../src/storage.js';

/** The array calls of the library computed by the float64 reference, for tests of what surrounds them. */
export function referenceCalls(): ArrayCalls {
  return { forward: stored('forward'), backward: stored('backward') };
}

/** Computes elements of any type in float32, as the library does. */
function stored(direction: 'forward' | 'backward'): ArrayCalls['forward'] {
  return async (activation, tensors, { dtype = 'f32', ...options } = {}) => {
    const { learned } = resolveActivation(activation);
    const float32 = Object.keys(learned).flatMap((name) => [name, gradientOf(name)]);
    const mapElements = (arrays: Arrays, change: (array: ElementArray) => ElementArray) =>
      Object.fromEntries(
        Object.entries(arrays).map(([name, array]) => [name, float32.includes(name) ? array : change(array)]),
      ) as Arrays;
    const wide = mapElements(tensors, (array) => fromElements(array, dtype as StorageType));
    const results = await float32Calls[direction](activation, wide, options);
    return mapElements(results, (array) => toElements(array as Float32Array, dtype as StorageType));
  };
}

const float32Calls: ArrayCalls = {
  async forward(activation, tensors, options) {
    const { x, gate, up } = tensors;
    const row = resolveActivation(activation);
    if (gate) {
      const { value } = gatedBy(referenceOf(row), row.flat);
      return { y: gate.map((element, i) => value(element, up![i]!, options as Parameters)) };
    }
    const { value } = referenceOf(row);
    const { given } = prepare(row, tensors, options);
    return { y: x!.map((element, index) => value(element, given(index))) };
  },
  async backward(activation, tensors, options) {
    const { x, dy, gate, up } = tensors;
    const row = resolveActivation(activation);
    if (gate) {
      const { dGate, dUp } = gatedBy(referenceOf(row), row.flat);
      return {
        dGate: gate.map((element, i) => dGate(element, up![i]!, dy![i]!, options as Parameters)),
        dUp: gate.map((element, i) => dUp(element, up![i]!, dy![i]!, options as Parameters)),
      };
    }
    const { derivative, by } = referenceOf(row);
    const { given, channel, learned } = prepare(row, tensors, options);
    const results: Record<string, Float32Array> = {
      dx: x!.map((element, index) => dy![index]! * derivative(element, given(index))),
    };
    for (const [tensor, parameter] of learned) {
      const sums = new Float32Array(tensors[tensor]!.length);
      for (const [index, element] of x!.entries()) {
        const slope = by![parameter]!(element, given(index));
        if (slope !== 0) sums[channel(index)]! += dy![index]! * slope;
      }
      results[gradientOf(tensor)] = sums;
    }
    return results;
  },
};

function prepare(row: Row, tensors: Arrays, options: object = {}) {
  const { channels = 1, inner = 1, ...rest } = options as { channels?: number; inner?: number };
  const { length } = tensors.x!;
  const learned = Object.entries(row.learned).filter(([tensor]) => tensors[tensor] || tensor === row.requires);
  if (length % (channels * inner)) throw new RangeError('the channels do not tile x');
  for (const [tensor] of learned)
    if (tensors[tensor]!.length !== channels) throw new RangeError(`a ${tensor} for each channel`);
  const parameters = resolveParameters(row, rest);
  const channel = (index: number) => Math.floor(index / inner) % channels;
  const given = (index: number): Parameters => ({
    ...parameters,
    ...Object.fromEntries(learned.map(([tensor, parameter]) => [parameter, tensors[tensor]![channel(index)]!])),
  });
  return { given: learned.length ? given : () => parameters, channel, learned };
}
