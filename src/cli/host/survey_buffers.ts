import type { Definition } from '../../catalogue.js';
import { inputNames, sampleWeight, type Truth } from '../../check/truth.js';
import type { Activations } from '../../index.js';

type Numbers = Readonly<Record<'first' | 'second' | 'dy', Float32Array>>;
type BufferName = keyof Numbers | 'output' | 'secondOutput' | 'weight' | 'dWeight';

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
      weight: upload('weight', Float32Array.of(sampleWeight)),
      dWeight: create('dWeight', 1),
    };
  }

  /** Records a pass over them. */
  encode(
    pass: GPUComputePassEncoder,
    definition: Definition,
    direction: 'forward' | 'backward',
    outputs: readonly Truth['tensor'][],
  ): void {
    const { first, second, dy, output, secondOutput, weight, dWeight } = this.#buffers;
    const [main, other] = inputNames(definition);
    const isWeighted = definition.family === 'channelwise';
    const isBackward = direction === 'backward';
    const tensors = {
      [main!]: first,
      ...(other && { [other]: second }),
      ...(isBackward && { dy }),
      ...(isWeighted && { weight }),
      ...(isWeighted && isBackward && { dWeight }),
      ...Object.fromEntries(outputs.map((name, index) => [name, index ? secondOutput : output])),
      length: this.#length,
    };
    // Which tensors there are is only known while this runs, so the types that depend on the name are of no use.
    const encode = isBackward ? 'encodeBackward' : 'encodeForward';
    this.activations[encode](pass, definition.name as 'prelu', tensors as never);
  }

  /** Records a row-wise pass over them. */
  encodeRows(
    pass: GPUComputePassEncoder,
    { name }: Definition,
    direction: 'forward' | 'backward',
    columns: number,
  ): void {
    const { first, dy, output } = this.#buffers;
    const length = this.#length;
    if (direction === 'forward')
      this.activations.encodeForward(pass, name as 'softmax', { x: first, y: output, length }, { columns });
    else this.activations.encodeBackward(pass, name as 'softmax', { y: first, dy, dx: output, length }, { columns });
  }

  destroy(): void {
    for (const buffer of Object.values(this.#buffers)) buffer.destroy();
  }
}
