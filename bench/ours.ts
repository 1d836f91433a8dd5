/** This library's passes as a subject of the bench. */
import { toElements } from '../src/check/half.js';
import { forms } from '../src/forms.js';
import { type Activations, dynamic } from '../src/index.js';
import { DeviceSubject, type Sets } from './subject.js';
import type { Arrays } from './work.js';

export function createOurs(activations: Activations, sets: Sets, inputs: Arrays): DeviceSubject {
  const { definition, pass: direction, form, length, dtype, reads, parameters, columns } = sets.work;
  const calls = dynamic(activations);
  const encode = direction === 'forward' ? calls.encodeForward : calls.encodeBackward;
  const isInRows = (forms[form.name].options as readonly string[]).includes('columns');
  const options = { ...parameters, dtype, ...(isInRows && { columns }) };
  const entries = Object.entries(inputs);
  const arrays = Object.fromEntries(
    entries.map(([tensor, array]) => [tensor, reads.includes(tensor) ? toElements(array, dtype) : array]),
  );
  return new DeviceSubject(
    'ours',
    activations.device,
    sets,
    (pass, buffers) => encode.call(calls, pass, definition, { ...buffers, length }, options),
    async () => void (await calls[direction](definition, arrays, options)),
  );
}
