/** A piece of an array call: memory from the pool, upload, the plan's dispatches, readback. */
import { type BufferKind, readBuffer, writeArray } from './buffers.js';
import type { Internals } from './internals.js';
import type { Plan } from './plan/index.js';
import { scoped } from './scope.js';
import { type ElementArray, wholeWords } from './storage.js';

export interface Piece {
  /** What the tensors hold before. */
  readonly uploads: Readonly<Record<string, ElementArray>>;
  /** Where what they hold after goes. */
  readonly reads: Readonly<Record<string, ElementArray | Uint32Array>>;
  /** Output → the input whose memory it shares. */
  readonly inPlace?: readonly (readonly [output: string, input: string])[];
  readonly plan: (buffers: Readonly<Record<string, GPUBuffer>>) => Plan;
}

/** Compiles while the arrays are copied. @throws the device's error, or the compiler's, as `where: expected …, got …` */
export async function runPiece(
  { device, pipelines, dispatcher, pool, unusable }: Internals,
  where: string,
  { uploads, reads, inPlace = [], plan: planOn }: Piece,
): Promise<void> {
  const held: [BufferKind, GPUBuffer][] = [];
  const acquire = (kind: BufferKind, { byteLength }: ArrayBufferView): GPUBuffer => {
    const buffer = pool.acquire(kind, wholeWords(byteLength));
    held.push([kind, buffer]);
    return buffer;
  };
  let isDone = false;
  try {
    const { buffers, plan, compiled } = await scoped(device, where, () => {
      const buffers: Record<string, GPUBuffer> = {};
      for (const name in uploads) buffers[name] = acquire('storage', uploads[name]!);
      for (const [output, input] of inPlace) buffers[output] ??= buffers[input]!;
      for (const name in reads) buffers[name] ??= acquire('storage', reads[name]!);
      const plan = planOn(buffers);
      const compiled = Promise.all(plan.dispatches.map(({ variant }) => pipelines.prepare(variant)));
      compiled.catch(() => undefined); // awaited below; an error of the upload must not leave it unhandled
      for (const name in uploads) writeArray(device, buffers[name]!, uploads[name]!);
      return { buffers, plan, compiled };
    });
    await compiled;
    const copies = await scoped(device, where, () => {
      const encoder = device.createCommandEncoder({ label: where });
      const pass = encoder.beginComputePass({ label: where });
      dispatcher.encode(pass, plan);
      pass.end();
      const copies = Object.entries(reads).map(([name, target]) => {
        const staging = acquire('staging', target);
        encoder.copyBufferToBuffer(buffers[name]!, 0, staging, 0, wholeWords(target.byteLength));
        return { staging, target };
      });
      device.queue.submit([encoder.finish()]);
      return copies;
    });
    for (const { staging, target } of copies) await readBuffer(staging, target);
    isDone = true;
  } catch (error) {
    throw unusable() ?? error;
  } finally {
    // after a failure a buffer may be invalid, or mapped still: no other call may get it
    for (const [kind, buffer] of held)
      if (isDone && !unusable()) pool.release(kind, buffer);
      else buffer.destroy();
  }
}
