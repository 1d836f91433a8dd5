/** A piece of an array call: memory from the pool, upload, the plan's dispatches, readback. */
import { type BufferKind, readBuffer, writeArray } from './buffers.js';
import type { Internals } from './internals.js';
import type { PassTimer } from './options.js';
import type { Plan } from './plan/index.js';
import type { BufferRange } from './ranges.js';
import { scoped } from './scope.js';
import { type ElementArray, wholeWords } from './storage.js';

export interface Piece {
  /** What the tensors hold before. */
  readonly uploads: Readonly<Record<string, ElementArray>>;
  /** Where what they hold after goes. */
  readonly reads: Readonly<Record<string, ElementArray | Uint32Array>>;
  /** Input → the output that takes its memory. */
  readonly through?: Readonly<Record<string, string>>;
  readonly plan: Plan;
  readonly timer?: PassTimer | undefined;
}

/** Compiles while the arrays are copied. @throws the device's error, or the compiler's, as `where: expected …, got …` */
export async function runPiece(
  { device, label, pipelines, dispatcher, pool, unusable }: Internals,
  where: string,
  { uploads, reads, through = {}, plan, timer }: Piece,
): Promise<void> {
  const held: [BufferKind, GPUBuffer][] = [];
  const acquire = (kind: BufferKind, { byteLength }: ArrayBufferView): GPUBuffer => {
    const buffer = pool.acquire(kind, wholeWords(byteLength));
    held.push([kind, buffer]);
    return buffer;
  };
  let isDone = false;
  try {
    const { ranges, compiled } = await scoped(device, where, () => {
      const ranges: Record<string, BufferRange> = {};
      const place = (name: string, array: ArrayBufferView): void => {
        ranges[name] ??= { buffer: acquire('storage', array), offset: 0, size: wholeWords(array.byteLength) };
      };
      for (const [name, array] of Object.entries(uploads)) place(name, array);
      for (const [input, output] of Object.entries(through)) ranges[output] = ranges[input]!;
      for (const [name, array] of Object.entries(reads)) place(name, array);
      const compiled = Promise.all(plan.dispatches.map(({ variant }) => pipelines.prepare(variant)));
      compiled.catch(() => undefined); // awaited below; an error of the upload must not leave it unhandled
      for (const [name, array] of Object.entries(uploads)) writeArray(device, ranges[name]!.buffer, array);
      return { ranges, compiled };
    });
    await compiled;
    const copies = await scoped(device, where, () => {
      const encoder = device.createCommandEncoder({ label: label + where });
      const pass = encoder.beginComputePass({
        label: label + where,
        timestampWrites: timer?.timestampWrites(),
      } as GPUComputePassDescriptor);
      dispatcher.encode(pass, plan, ranges);
      pass.end();
      const copies = Object.entries(reads).map(([name, target]) => {
        const staging = acquire('staging', target);
        encoder.copyBufferToBuffer(ranges[name]!.buffer, 0, staging, 0, wholeWords(target.byteLength));
        return { staging, target };
      });
      device.queue.submit([encoder.finish()]);
      return copies;
    });
    for (const { staging, target } of copies) await readBuffer(staging, target);
    isDone = true;
  } finally {
    // after a failure a buffer may be invalid, or mapped still: no other call may get it
    for (const [kind, buffer] of held)
      if (isDone && !unusable()) pool.release(kind, buffer);
      else buffer.destroy();
  }
}
