import { inputNames, sampleLearned, type Truth } from '../../check/truth.js';
import type { Definition } from '../../definition.js';
import { formOf, gradientOf } from '../../forms.js';
import { type Activations, dynamic } from '../../index.js';

type Numbers = Readonly<Record<'first' | 'second' | 'dy', Float32Array>>;
type BufferName = keyof Numbers | 'output' | 'secondOutput' | 'learned' | 'dLearned';

/** The survey's arrays on the GPU, for timing passes without uploads. */
export class SurveyBuffers {
  readonly #length: number;
  readonly #buffers: Readonly<Record<BufferName, GPUBuffer>>;

  constructor(
    private readonly activations: Activations,
    { first, second, dy }: Numbers,
  ) {
    const { device } = activations;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const create = (label: string, length: number) =>
      device.createBuffer({ label: `survey ${label}`, size: length * 4, usage });
    const upload = (label: string, array: Float32Array) => {
      const buffer = create(label, array.length);
      device.queue.writeBuffer(buffer, 0, array as Float32Array<ArrayBuffer>);
      return buffer;
    };
    this.#length = first.length;
    this.#buffers = {
      first: upload('first', first),
      second: upload('second', second),
      dy: upload('dy', dy),
      output: create('output', first.length),
      secondOutput: create('second output', first.length),
      learned: create('learned', 1),
      dLearned: create('gradient of learned', 1),
    };
  }

  /** Records a pass over them. */
  encode(
    pass: GPUComputePassEncoder,
    definition: Definition,
    direction: 'forward' | 'backward',
    outputs: readonly Truth['tensor'][],
  ): void {
    const { first, second, dy, output, secondOutput, learned, dLearned } = this.#buffers;
    const [main, other] = inputNames(definition);
    const { queue } = this.activations.device;
    const own: Record<string, GPUBuffer> = {};
    for (const [name, values] of Object.entries(sampleLearned(definition))) {
      queue.writeBuffer(learned, 0, values);
      own[name] = learned;
      if (direction === 'backward') own[gradientOf(name)] = dLearned;
    }
    const isBackward = direction === 'backward';
    const tensors = {
      [main!]: first,
      ...(other && { [other]: second }),
      ...(isBackward && { dy }),
      ...own,
      ...Object.fromEntries(outputs.map((name, index) => [name, index ? secondOutput : output])),
      length: this.#length,
    };
    dynamic(this.activations)[isBackward ? 'encodeBackward' : 'encodeForward'](pass, definition, tensors);
  }

  /** Records a row-wise pass over them. */
  encodeRows(
    pass: GPUComputePassEncoder,
    definition: Definition,
    direction: 'forward' | 'backward',
    columns: number,
  ): void {
    const { first, dy, output } = this.#buffers;
    const length = this.#length;
    const calls = dynamic(this.activations);
    if (direction === 'forward') calls.encodeForward(pass, definition, { x: first, y: output, length }, { columns });
    else calls.encodeBackward(pass, definition, { y: first, dy, dx: output, length }, { columns });
  }

  /** Records a pass of one value a row over them; the labels are all 0. */
  encodeValues(
    pass: GPUComputePassEncoder,
    definition: Definition,
    direction: 'forward' | 'backward',
    columns: number,
  ): void {
    const { first, dy, output, secondOutput } = this.#buffers;
    const { inputs, outputs } = formOf(definition, direction, {});
    const own = { x: first, dy, labels: secondOutput } as Readonly<Record<string, GPUBuffer>>;
    const tensors = Object.fromEntries([
      ...inputs.map((name) => [name, own[name]!]),
      [outputs[0]!, output],
      ['length', this.#length],
    ]);
    dynamic(this.activations)[direction === 'forward' ? 'encodeForward' : 'encodeBackward'](pass, definition, tensors, {
      columns,
    });
  }

  destroy(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }
}
