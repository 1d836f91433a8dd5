import { resolveActivation, resolveParameters } from '../../src/catalogue.js';
import type { ArrayCalls } from '../../src/check/compute.js';
import { type GatedName, gated, type ReferenceName, reference } from '../../src/reference/index.js';

/** The array calls of the library computed by the float64 reference, for tests of what surrounds them. */
export function referenceCalls(): ArrayCalls {
  return {
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
}

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
