/** The limit: the best kernel that moves the same bytes between storage buffers and computes next to nothing. */
import { Kernel, type KernelText, type Shape } from './kernel.js';
import { interleave, medianOf, SINGLE_SPAN } from './measure.js';
import { DeviceSubject, type Sets } from './subject.js';

/** How many arrays a kernel reads and writes. */
export interface Streams {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Of one value a row, say: a pass that has no other output is bound by what it reads. */
  readonly smallWrites?: readonly string[];
}

/** What the copy kernel of a pass is bound to as its outputs. */
export const copyOutputs = ({ writes, smallWrites = [] }: Streams): readonly string[] =>
  writes.length ? writes : smallWrites.slice(0, 1);

/** No random normal number has these bits. */
const NEVER = '0x7fedcba9u';

/** Every input is loaded and needed for an output; integer operations, because those of floats may change NaNs. */
export function copyText(streams: Streams): KernelText {
  const { reads, writes } = streams;
  const source = (first: number, last: number) =>
    reads
      .slice(first, last)
      .map((name) => `${name}[i]`)
      .join(' ^ ');
  const outputs = copyOutputs(streams);
  if (!writes.length) {
    const body = `let word = ${source(0, reads.length)}; if (all(word == bits(${NEVER}))) { ${outputs[0]}[0] = word; }`;
    return { label: 'read', element: 'u32', inputs: reads, outputs, body };
  }
  const shared = writes.map(
    (name, index) => `${name}[i] = ${source(index, reads.length - writes.length + index + 1)};`,
  );
  return { label: 'copy', element: 'u32', inputs: reads, outputs, body: shared.join(' ') };
}

/** Wide ones come near the limit on every adapter known; the scalar one is there to show it. */
export const COPY_SHAPES: readonly Shape[] = [
  ...[64, 128, 256].flatMap((workgroupSize) =>
    [1, 2, 4].flatMap((steps) =>
      (steps === 1 ? [false] : [false, true]).map(
        (isUnrolled): Shape => ({ lanes: 4, workgroupSize, steps, isUnrolled }),
      ),
    ),
  ),
  { lanes: 1, workgroupSize: 256, steps: 1, isUnrolled: false },
];

/** The two between which the fastest lay, or near them, wherever they were measured. */
export const QUICK_COPY_SHAPES: readonly Shape[] = [
  { lanes: 4, workgroupSize: 128, steps: 1, isUnrolled: false },
  { lanes: 4, workgroupSize: 256, steps: 4, isUnrolled: true },
];

const ROUNDS = 5;

export interface Found {
  readonly kernel: Kernel;
  readonly shape: Shape;
}

/** The copy kernel in its best shape. */
export const findCopy = (device: GPUDevice, streams: Streams, sets: Sets, shapes = COPY_SHAPES): Promise<Found> =>
  findFastest(
    device,
    sets,
    shapes.map((shape) => [copyText(streams), shape]),
  );

/** Tries every kernel on the given buffers and keeps the fastest. */
export async function findFastest(
  device: GPUDevice,
  sets: Sets,
  candidates: readonly (readonly [KernelText, Shape])[],
): Promise<Found> {
  const kernels = await Promise.all(candidates.map(([text, shape]) => Kernel.create(device, text, shape)));
  if (kernels.length === 1) return { kernel: kernels[0]!, shape: candidates[0]![1] };
  const subjects = kernels.map(
    (kernel) => new DeviceSubject('tried', device, sets, (pass, buffers) => kernel.encode(pass, buffers, sets.words)),
  );
  for (const subject of subjects) await subject.span(1);
  const samples = await interleave(subjects, { rounds: ROUNDS, spanNanoseconds: SINGLE_SPAN });
  const medians = samples.map(({ spans }) => medianOf(spans.map(({ gpu, wall }) => gpu ?? wall)));
  const best = medians.indexOf(Math.min(...medians));
  for (const subject of subjects) subject.dispose();
  for (const kernel of kernels) if (kernel !== kernels[best]) kernel.destroy();
  return { kernel: kernels[best]!, shape: candidates[best]![1] };
}
