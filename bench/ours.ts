/** This library's passes as a subject of the bench. */
import type { Activations } from '../src/activations.js';
import { toElements } from '../src/check/half.js';
import { DeviceSubject, type Sets } from './subject.js';
import type { Arrays } from './work.js';

type Tensors = Readonly<Record<string, unknown>>;

/** The calls by names that are only known while this runs, where the types that follow from a name are of no use. */
interface Calls {
  encodeForward(pass: GPUComputePassEncoder, name: string, tensors: Tensors, options: Tensors): void;
  encodeBackward(pass: GPUComputePassEncoder, name: string, tensors: Tensors, options: Tensors): void;
  forward(name: string, tensors: Tensors, options: Tensors): Promise<Arrays>;
  backward(name: string, tensors: Tensors, options: Tensors): Promise<Arrays>;
}

export function createOurs(activations: Activations, sets: Sets, inputs: Arrays): DeviceSubject {
  const { work } = sets;
  const { definition, pass: direction, length, dtype, reads } = work;
  const { name } = definition;
  const calls = activations as unknown as Calls;
  const options = { ...work.parameters, dtype, ...(definition.family === 'rowwise' && { columns: work.columns }) };
  const entries = Object.entries(inputs);
  const arrays = Object.fromEntries(
    entries.map(([tensor, array]) => [tensor, reads.includes(tensor) ? toElements(array, dtype) : array]),
  );
  return new DeviceSubject(
    'ours',
    activations.device,
    sets,
    (pass, buffers) => {
      const tensors = { ...buffers, length };
      if (direction === 'forward') calls.encodeForward(pass, name, tensors, options);
      else calls.encodeBackward(pass, name, tensors, options);
    },
    async () => void (await calls[direction](name, arrays, options)),
  );
}
