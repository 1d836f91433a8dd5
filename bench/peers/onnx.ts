/** ONNX Runtime Web on its WebGPU execution provider: models of a node or two, made here as bytes. Forward only. */
import * as ort from 'onnxruntime-web/webgpu';
import type { Work } from '../work.js';
import type { Peer, PeerSetup, Prepared } from './peer.js';

interface Node {
  readonly type: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, number | string>>;
  readonly isMicrosofts?: boolean;
}

interface Graph {
  readonly nodes: readonly Node[];
  readonly constants?: Readonly<Record<string, number>>;
}

const one = (type: string, attributes: Node['attributes'] = {}, isMicrosofts = false): Graph => ({
  nodes: [{ type, inputs: ['x'], output: 'y', attributes, isMicrosofts }],
});
const clip = (low: number, high: number): Graph => ({
  nodes: [{ type: 'Clip', inputs: ['x', 'low', 'high'], output: 'y' }],
  constants: { low, high },
});
const product = (gate: string): Node => ({ type: 'Mul', inputs: [gate, 'up'], output: 'y' });

type Parameters = Work['parameters'];

// Without Selu, Celu, Softsign, Shrink and LogSoftmax: the WebGPU provider leaves those to the CPU.
const GRAPHS: Readonly<Record<string, (parameters: Parameters) => Graph>> = {
  sigmoid: () => one('Sigmoid'),
  tanh: () => one('Tanh'),
  relu: () => one('Relu'),
  leakyRelu: ({ alpha }) => one('LeakyRelu', { alpha: alpha! }),
  relu6: () => clip(0, 6),
  reluSquared: () => ({
    nodes: [
      { type: 'Relu', inputs: ['x'], output: 'r' },
      { type: 'Mul', inputs: ['r', 'r'], output: 'y' },
    ],
  }),
  elu: ({ alpha }) => one('Elu', { alpha: alpha! }),
  gelu: () => one('Gelu', { approximate: 'none' }),
  geluTanh: () => one('Gelu', { approximate: 'tanh' }),
  geluSigmoid: () => one('QuickGelu', { alpha: 1.702 }, true),
  silu: () => one('QuickGelu', { alpha: 1 }, true),
  swish: ({ beta }) => one('QuickGelu', { alpha: beta! }, true),
  softplus: () => one('Softplus'),
  mish: () => one('Mish'),
  hardSigmoid: ({ alpha, beta }) => one('HardSigmoid', { alpha: alpha!, beta: beta! }),
  hardSwish: () => one('HardSwish'),
  hardTanh: ({ min, max }) => clip(min!, max!),
  threshold: ({ threshold }) => one('ThresholdedRelu', { alpha: threshold! }),
  exponential: () => one('Exp'),
  softmax: () => one('Softmax'),
  prelu: () => ({ nodes: [{ type: 'PRelu', inputs: ['x', 'weight'], output: 'y' }] }),
  bilinear: () => ({ nodes: [product('gate')] }),
};

function graphOf({ definition, form, parameters, pass }: Work): Graph | undefined {
  const { name, of } = definition;
  if (pass === 'backward') return undefined;
  const own = GRAPHS[name]?.(parameters);
  if (own || !form.inputs.includes('up')) return own;
  const gate = GRAPHS[of]?.(parameters);
  if (!gate || gate.nodes.length > 1) return undefined;
  const [node] = gate.nodes;
  return { ...gate, nodes: [{ ...node!, inputs: ['gate'], output: 'a' }, product('a')] };
}

export const createOnnx = ({ folders, versions }: PeerSetup): Peer => ({
  name: 'onnxruntime-web',
  version: versions.onnx,
  isOnGpu: true,
  async open() {
    ort.env.wasm.wasmPaths = folders.onnx;
    ort.env.logLevel = 'error';
    const session = await createSession(encodeModel(one('Relu'), new Map([['x', [1]]]), [1]));
    await session.release();
  },
  supports: (work) => graphOf(work) !== undefined,
  async prepare(work, inputs, sets): Promise<Prepared> {
    const { reads, smallReads, length, form, columns } = work;
    const shape = form.name === 'row' ? [length / columns, columns] : [length];
    const shapes = new Map<string, number[]>();
    for (const name of reads) shapes.set(name, shape);
    for (const name of smallReads) shapes.set(name, [1]);
    const session = await createSession(encodeModel(graphOf(work)!, shapes, shape));
    const device = await ort.env.webgpu.device;
    const buffers: GPUBuffer[] = [];
    const feeds = Array.from({ length: sets }, () =>
      Object.fromEntries(
        [...shapes].map(([name, dims]) => {
          const array = inputs[name]!;
          const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
          const buffer = device.createBuffer({ size: Math.ceil(array.byteLength / 16) * 16, usage });
          device.queue.writeBuffer(buffer, 0, array);
          buffers.push(buffer);
          return [name, ort.Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims })] as const;
        }),
      ),
    );
    let next = 0;
    let latest: ort.Tensor | undefined;
    return {
      async run() {
        latest?.dispose();
        latest = (await session.run(feeds[next++ % sets]!)).y;
      },
      finish: () => device.queue.onSubmittedWorkDone(),
      async read() {
        return { y: (await latest!.getData()) as Float32Array<ArrayBuffer> };
      },
      dispose() {
        latest?.dispose();
        for (const buffer of buffers) buffer.destroy();
        void session.release();
      },
    };
  },
});

const createSession = (model: Uint8Array): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model, {
    executionProviders: ['webgpu'],
    preferredOutputLocation: 'gpu-buffer',
    // A node left to the CPU would be no peer's kernel.
    extra: { session: { disable_cpu_ep_fallback: '1' } },
  });

const FLOAT = 1;
const IR_VERSION = 10;
const OPSET = 21;

/** The model in the protocol buffers of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
function encodeModel(
  { nodes, constants = {} }: Graph,
  inputs: ReadonlyMap<string, number[]>,
  shape: readonly number[],
): Uint8Array {
  const graph = [
    ...nodes.map((node) => message(1, encodeNode(node))),
    text(2, 'bench'),
    ...Object.entries(constants).map(([name, value]) => message(5, encodeScalar(name, value))),
    ...[...inputs].map(([name, dims]) => message(11, encodeValue(name, dims))),
    message(12, encodeValue('y', shape)),
  ].flat();
  const opsets = [
    message(8, [...text(1, ''), ...number(2, OPSET)]),
    message(8, [...text(1, 'com.microsoft'), ...number(2, 1)]),
  ].flat();
  return Uint8Array.from([...number(1, IR_VERSION), ...message(7, graph), ...opsets]);
}

const encodeNode = ({ type, inputs, output, attributes = {}, isMicrosofts }: Node): number[] =>
  [
    ...inputs.map((name) => text(1, name)),
    text(2, output),
    text(4, type),
    ...Object.entries(attributes).map(([name, value]) => message(5, encodeAttribute(name, value))),
    ...(isMicrosofts ? [text(7, 'com.microsoft')] : []),
  ].flat();

const encodeAttribute = (name: string, value: number | string): number[] =>
  typeof value === 'string'
    ? [...text(1, name), ...text(4, value), ...number(20, 3)]
    : [...text(1, name), ...float(2, value), ...number(20, 1)];

const encodeScalar = (name: string, value: number): number[] => [
  ...number(2, FLOAT),
  ...text(8, name),
  ...message(9, [...new Uint8Array(Float32Array.of(value).buffer)]),
];

const encodeValue = (name: string, shape: readonly number[]): number[] => {
  const dimensions = shape.flatMap((size) => message(1, number(1, size)));
  return [...text(1, name), ...message(2, message(1, [...number(1, FLOAT), ...message(2, dimensions)]))];
};

const number = (field: number, value: number): number[] => [...varint(field << 3), ...varint(value)];
const float = (field: number, value: number): number[] => [
  ...varint((field << 3) | 5),
  ...new Uint8Array(Float32Array.of(value).buffer),
];
const message = (field: number, bytes: readonly number[]): number[] => [
  ...varint((field << 3) | 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (field: number, value: string): number[] => message(field, [...new TextEncoder().encode(value)]);

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}
