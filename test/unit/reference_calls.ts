import { type Row, resolveActivation } from '../../src/catalogue.js';
import type { ArrayCalls, Arrays } from '../../src/check/compute.js';
import { fromElements, toElements } from '../../src/check/half.js';
import { referenceOf } from '../../src/check/truth.js';
import { type Parameters, resolveParameters } from '../../src/definition.js';
import { gradientOf, usualForm } from '../../src/forms.js';
import { gatedBy, rowwise } from '../../src/reference/index.js';
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

/** gate and up of one x, or of its gradient: `place` says where in it each of theirs is. */
function halvesOf(row: Row, { x }: Arrays, options: object = {}) {
  const { columns, halves, gateFirst = true, ...own } = options as Record<string, unknown> & { columns: number };
  if (!x || (usualForm(row) !== 'gate' && !halves)) return undefined;
  const place = (i: number, isUp: boolean): number => {
    const second = Number(isUp === gateFirst);
    if (halves === 'interleaved') return 2 * i + second;
    const half = columns / 2;
    return (Math.floor(i / half) * 2 + second) * half + (i % half);
  };
  const part = (isUp: boolean) => Float32Array.from({ length: x.length / 2 }, (_, i) => x[place(i, isUp)]!);
  return { parts: { gate: part(false), up: part(true) }, place, own };
}

/** y of rows and ln Σ e^logit of each. */
function rowsOf({ name }: Row, { x, mask }: Arrays, options: object = {}) {
  const { columns, logSumExp, ...sight } = options as Record<string, number>;
  const [rows, forward] = [x!.length / columns!, rowwise[name]!.forward];
  const y = forward(x!, rows, columns!, {}, { ...sight, ...(mask && { mask }) });
  const sums = Float32Array.from({ length: rows }, (_, row) => {
    const logits = x!
      .subarray(row * columns!, (row + 1) * columns!)
      .map((value, i) => value + (mask?.[(row * columns! + i) % mask.length] ?? 0));
    return Math.log(logits.reduce((sum, value) => sum + Math.exp(value), 0));
  });
  return { y: Float32Array.from(y), ...(logSumExp && { logSumExp: sums }) };
}

const float32Calls: ArrayCalls = {
  async forward(activation, tensors, options) {
    const { x, gate, up } = tensors;
    const row = resolveActivation(activation);
    if (row.maps === 'row') return rowsOf(row, tensors, options);
    const halves = halvesOf(row, tensors, options);
    if (halves) return float32Calls.forward(activation, { ...tensors, ...halves.parts, x: undefined! }, halves.own);
    const { given } = prepare(row, tensors, options);
    if (gate) {
      const { value } = gatedBy(referenceOf(row), row.flat);
      return { y: gate.map((element, i) => value(element, up![i]!, given(i))) };
    }
    const { value } = referenceOf(row);
    return { y: x!.map((element, index) => value(element, given(index))) };
  },
  async backward(activation, tensors, options) {
    const { x, dy, gate, up } = tensors;
    const row = resolveActivation(activation);
    const halves = halvesOf(row, tensors, options);
    if (halves) {
      const given = { ...tensors, ...halves.parts, x: undefined! };
      const { dGate, dUp, ...sums } = await float32Calls.backward(activation, given, halves.own);
      const dx = new Float32Array(x!.length);
      for (let i = 0; i < dy!.length; i++) {
        dx[halves.place(i, false)] = dGate![i]!;
        dx[halves.place(i, true)] = dUp![i]!;
      }
      return { dx, ...sums };
    }
    const { derivative, by } = referenceOf(row);
    const { given, channel, learned } = prepare(row, tensors, options);
    const results: Record<string, Float32Array> = {};
    if (gate) {
      const { dGate, dUp } = gatedBy(referenceOf(row), row.flat);
      results.dGate = gate.map((element, i) => dGate(element, up![i]!, dy![i]!, given(i)));
      results.dUp = gate.map((element, i) => dUp(element, up![i]!, dy![i]!, given(i)));
    } else results.dx = x!.map((element, index) => dy![index]! * derivative(element, given(index)));
    for (const [tensor, parameter] of learned) {
      const sums = new Float32Array(tensors[tensor]!.length);
      for (const [index, element] of (x ?? gate!).entries()) {
        const slope = by![parameter]!(element, given(index));
        if (slope !== 0) sums[channel(index, sums)]! += dy![index]! * (up?.[index] ?? 1) * slope;
      }
      results[gradientOf(tensor)] = sums;
    }
    return results;
  },
};

function prepare(row: Row, tensors: Arrays, options: object = {}) {
  const { channels = 1, inner = 1, ...rest } = options as { channels?: number; inner?: number };
  const { length } = tensors.x ?? tensors.gate!;
  const learned = Object.entries(row.learned).filter(([tensor]) => tensors[tensor] || tensor === row.requires);
  if (length % (channels * inner)) throw new RangeError('the channels do not tile x');
  for (const [tensor] of learned)
    if (![1, channels].includes(tensors[tensor]!.length)) throw new RangeError(`a ${tensor} for each channel`);
  const parameters = resolveParameters(row, rest);
  const channel = (index: number, of: Float32Array) => (of.length === 1 ? 0 : Math.floor(index / inner) % channels);
  const given = (index: number): Parameters => ({
    ...parameters,
    ...Object.fromEntries(
      learned.map(([tensor, parameter]) => [parameter, tensors[tensor]![channel(index, tensors[tensor]!)]!]),
    ),
  });
  return { given: learned.length ? given : () => parameters, channel, learned };
}
