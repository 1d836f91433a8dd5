/** LiteRT.js on WebGPU: models of an operation or two, made here as bytes. Forward only. */
import { getWebGpuDevice, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';
import type { Work } from '../work.js';
import type { Peer, PeerSetup, Prepared } from './peer.js';

interface Operation {
  /** Of `BuiltinOperator`. */
  readonly code: number;
  readonly inputs: readonly string[];
  readonly output: string;
  /** Of `BuiltinOptions`, and the fields of its table. */
  readonly options?: readonly [type: number, fields: readonly Field[]];
}

const [LOGISTIC, MUL, RELU, RELU_N1_TO_1, RELU6, SOFTMAX, TANH, SUB] = [14, 18, 19, 20, 21, 25, 28, 41];
const [EXP, LOG_SOFTMAX, SQUARE, LEAKY_RELU, ELU, HARD_SWISH, GELU] = [47, 50, 92, 98, 111, 117, 150];
const [SOFTMAX_OPTIONS, LEAKY_RELU_OPTIONS, GELU_OPTIONS] = [9, 75, 116];

const one = (code: number, options?: Operation['options']): Operation[] => [
  { code, inputs: ['x'], output: 'y', ...(options && { options }) },
];
const two = (first: number, second: number, inputs: readonly string[]): Operation[] => [
  { code: first, inputs: ['x'], output: 'a' },
  { code: second, inputs, output: 'y' },
];

const GRAPHS: Readonly<Record<string, (parameters: Work['parameters']) => Operation[]>> = {
  sigmoid: () => one(LOGISTIC),
  tanh: () => one(TANH),
  relu: () => one(RELU),
  leakyRelu: ({ alpha }) => one(LEAKY_RELU, [LEAKY_RELU_OPTIONS, [bitsOf(alpha!)]]),
  relu6: () => one(RELU6),
  reluSquared: () => two(RELU, SQUARE, ['a']),
  elu: () => one(ELU),
  gelu: () => one(GELU, [GELU_OPTIONS, [0]]),
  geluTanh: () => one(GELU, [GELU_OPTIONS, [1]]),
  silu: () => two(LOGISTIC, MUL, ['x', 'a']),
  hardSwish: () => one(HARD_SWISH),
  hardTanh: () => one(RELU_N1_TO_1),
  tanhshrink: () => two(TANH, SUB, ['x', 'a']),
  exponential: () => one(EXP),
  softmax: () => one(SOFTMAX, [SOFTMAX_OPTIONS, [bitsOf(1)]]),
  logSoftmax: () => one(LOG_SOFTMAX),
  bilinear: () => [{ code: MUL, inputs: ['gate', 'up'], output: 'y' }],
};

function graphOf({ definition, form, parameters, pass }: Work): Operation[] | undefined {
  const { name, of } = definition;
  if (pass === 'backward') return undefined;
  const own = GRAPHS[name]?.(parameters);
  if (own || !form.inputs.includes('up')) return own;
  const renamed = (tensor: string) => ({ x: 'gate', y: 'b' })[tensor] ?? tensor;
  const gate = GRAPHS[of]?.(parameters).map(({ inputs, output, ...operation }) => ({
    ...operation,
    inputs: inputs.map(renamed),
    output: renamed(output),
  }));
  return gate && [...gate, { code: MUL, inputs: ['b', 'up'], output: 'y' }];
}

export const createLitert = ({ folders, versions }: PeerSetup): Peer => ({
  name: 'litert',
  version: versions.litert,
  isOnGpu: true,
  async open() {
    // Its module tells of every step.
    const printErr = (line: string) => /^(INFO|WARNING)/.test(line) || console.error(line);
    Object.assign(globalThis, { Module: { print() {}, printErr } });
    await loadLiteRt(folders.litert);
  },
  supports: (work) => graphOf(work) !== undefined,
  async prepare(work, inputs, sets): Promise<Prepared> {
    const { reads, length, form, columns } = work;
    const shape = form.name === 'row' ? [length / columns, columns] : imageOf(length);
    const bytes = encodeModel(graphOf(work)!, reads, shape);
    const model = await loadAndCompile(bytes, { accelerator: 'webgpu', gpuOptions: { precision: 'fp32' } });
    if (model.options.accelerator !== 'webgpu' || !model.isFullyAccelerated)
      throw new Error(`LiteRT: expected ${work.definition.name} to run on WebGPU, got ${model.options.accelerator}`);
    const device = getWebGpuDevice()!;
    const buffers: GPUBuffer[] = [];
    const feeds = Array.from({ length: sets }, () =>
      reads.map((name) => {
        const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
        const buffer = device.createBuffer({ size: inputs[name]!.byteLength, usage });
        device.queue.writeBuffer(buffer, 0, inputs[name]!);
        buffers.push(buffer);
        return new Tensor(buffer, shape, 'float32');
      }),
    );
    let next = 0;
    let latest: Tensor | undefined;
    return {
      async run() {
        latest?.delete();
        [latest] = await model.run(feeds[next++ % sets]!);
      },
      finish: () => device.queue.onSubmittedWorkDone(),
      async read() {
        return { y: Float32Array.from((await latest!.data()) as Float32Array) };
      },
      dispose() {
        latest?.delete();
        for (const tensor of feeds.flat()) tensor.delete();
        for (const buffer of buffers) buffer.destroy();
        model.delete();
      },
    };
  },
});

/** It computes on textures: one axis takes several times as long as an image of four channels, near a square. */
function imageOf(length: number): number[] {
  const channels = length % 4 ? 1 : 4;
  const pixels = length / channels;
  let height = Math.floor(Math.sqrt(pixels));
  while (pixels % height) height--;
  return [1, height, pixels / height, channels];
}

/** The bits of a float32, as what a field holds. */
const bitsOf = (value: number): number => new Int32Array(Float32Array.of(value).buffer)[0]!;

/** The model as version 3 of schema.fbs: https://github.com/tensorflow/tensorflow/blob/master/tensorflow/lite/schema/schema.fbs */
function encodeModel(operations: readonly Operation[], inputs: readonly string[], shape: readonly number[]) {
  const names = [...inputs, ...operations.map(({ output }) => output)];
  const indices = (tensors: readonly string[]) => ({ vector: tensors.map((tensor) => names.indexOf(tensor)) });
  const tensors = names.map((name) => ({ table: [{ vector: shape }, 0, 0, { text: name }] }));
  const codes = operations.map(({ code }) => ({ table: [Math.min(code, 127), undefined, 1, code] }));
  const nodes = operations.map(({ inputs, output, options }, index) => ({
    table: [index, indices(inputs), indices([output]), ...(options ? [options[0], { table: options[1] }] : [])],
  }));
  const graph = { table: [{ vector: tensors }, indices(inputs), indices(['y']), { vector: nodes }] };
  const buffers = { vector: [{ table: [] }] };
  return encodeFlatbuffer({ table: [3, { vector: codes }, { vector: [graph] }, undefined, buffers] }, 'TFL3');
}

/** A table by its fields in order, a vector, or a text. */
type Node = { readonly table: readonly Field[] } | { readonly vector: readonly Field[] } | { readonly text: string };
/** A number of up to four bytes, or a reference; what is left out has its default. */
type Field = number | Node | undefined;

/** As https://flatbuffers.dev/internals says, in words of four bytes: nothing here is longer, and a shorter field reads its first ones. */
function encodeFlatbuffer(root: Node, identifier: string): Uint8Array {
  const words = [0, ...wordsOf(identifier)];
  const append = (node: Node): number => {
    const start = words.length;
    if ('text' in node) {
      words.push(node.text.length, ...wordsOf(`${node.text}\0`));
      return start;
    }
    const fields = 'table' in node ? node.table : node.vector;
    if ('table' in node) {
      const places = fields.map((field, index) => (field === undefined ? 0 : 4 * (index + 1)));
      const layout = Uint16Array.from([4 + 2 * fields.length, 4 + 4 * fields.length, ...places]);
      words.push(...wordsOf(new Uint8Array(layout.buffer)));
    }
    const address = words.length;
    words.push('table' in node ? 4 * (address - start) : fields.length);
    for (const field of fields) words.push(typeof field === 'number' ? field : 0);
    for (const [index, field] of fields.entries()) {
      const place = address + 1 + index;
      if (typeof field === 'object') words[place] = 4 * (append(field) - place);
    }
    return address;
  };
  words[0] = 4 * append(root);
  return new Uint8Array(Int32Array.from(words).buffer);
}

/** Bytes, or a text's, as words: zeros fill up the last. */
function wordsOf(bytes: Uint8Array | string): Int32Array {
  const given = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  const padded = new Uint8Array(4 * Math.ceil(given.length / 4));
  padded.set(given);
  return new Int32Array(padded.buffer);
}
