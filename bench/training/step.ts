/**
 * A step of training a network of two layers: products of matrices, biases, gelu, cross-entropy, and the gradients of all
 * weights and biases, beside jax-js and tfjs. Run by `npm run step`. Products of matrices are no part of this library: ours
 * has a kernel as in `examples/training`. The loss and the gradients are checked before anything is timed.
 */

import { blockUntilReady, defaultDevice, getWebGPUDevice, init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import { readBuffer } from '../../src/buffers.js';
import { resolveActivation } from '../../src/catalogue.js';
import { referenceOf } from '../../src/check/truth.js';
import { type AdapterFacts, adapterFacts } from '../../src/cli/host/adapter.js';
import { createActivations } from '../../src/index.js';
import { interleave, type Quantiles, quantilesOf, ratioOf, type Timed } from '../measure.js';
import type { PeerSetup } from '../peers/peer.js';

const BATCH = 128;
const INPUTS = 784;
const HIDDEN = 256;
const CLASSES = 10;
const ROUNDS = 9;
const SPAN_NANOSECONDS = 400e6;
/** Of the largest gradient of a tensor: sums of up to 784 products in float32, in any order. */
const TOLERANCE = 1e-4;

const gradients = ['dWeight1', 'dBias1', 'dWeight2', 'dBias2'] as const;
type Gradients = Readonly<Record<(typeof gradients)[number], ArrayLike<number>>>;
type Floats = Float32Array<ArrayBuffer>;

interface Data {
  readonly x: Floats;
  readonly labels: Uint32Array<ArrayBuffer>;
  readonly oneHot: Floats;
  readonly weight1: Floats;
  readonly bias1: Floats;
  readonly weight2: Floats;
  readonly bias2: Floats;
}

interface Result extends Gradients {
  readonly loss: number;
}

interface Step extends Timed {
  read(): Promise<Result>;
}

export interface StepRow {
  readonly subject: string;
  readonly version: string;
  /** Nanoseconds of a step, by the wall's clock. */
  readonly time: Quantiles;
  /** Its time over ours. */
  readonly timesOurs: Quantiles;
}

export interface StepReport {
  readonly browser: string;
  readonly date: string;
  readonly processor?: string;
  readonly adapter: AdapterFacts;
  readonly batch: number;
  readonly layers: readonly number[];
  readonly rows: readonly StepRow[];
}

export default async function step(
  { versions }: PeerSetup,
  log: (line: string) => void,
): Promise<Omit<StepReport, 'browser' | 'date'>> {
  const data = createData();
  const exact = exactOf(data);
  const { step: ours, adapter } = await createOurs(data);
  const subjects = [ours, await createJax(data), await createTfjs(data)];
  for (const subject of subjects) {
    await subject.span(1);
    verify(subject.name, await subject.read(), exact);
    log(`${subject.name} is right`);
  }
  const samples = await interleave(subjects, { rounds: ROUNDS, spanNanoseconds: SPAN_NANOSECONDS });
  const times = samples.map(({ spans }) => spans.map(({ wall }) => wall));
  const versionOf: Readonly<Record<string, string>> = { 'jax-js': versions.jax, 'tfjs-webgpu': tf.version_core };
  const rounded = ({ p20, p50, p80 }: Quantiles): Quantiles => {
    const [low, middle, high] = [p20, p50, p80].map((value) => Number(value.toPrecision(4)));
    return { p20: low!, p50: middle!, p80: high! };
  };
  const rows = subjects.map(({ name }, index) => ({
    subject: name,
    version: versionOf[name] ?? '',
    time: rounded(quantilesOf(times[index]!)),
    timesOurs: rounded(ratioOf(times[index]!, times[0]!)),
  }));
  return { adapter, batch: BATCH, layers: [INPUTS, HIDDEN, CLASSES], rows };
}

function createData(): Data {
  let state = 1;
  const random = (): number => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const filled = (length: number, deviation: number): Floats =>
    Float32Array.from({ length }, () => normal() * deviation);
  const labels = Uint32Array.from({ length: BATCH }, () => Math.floor(random() * CLASSES));
  const oneHot = new Float32Array(BATCH * CLASSES);
  for (const [row, label] of labels.entries()) oneHot[row * CLASSES + label] = 1;
  return {
    x: filled(BATCH * INPUTS, 1),
    labels,
    oneHot,
    weight1: filled(INPUTS * HIDDEN, Math.sqrt(2 / INPUTS)),
    bias1: filled(HIDDEN, 0.1),
    weight2: filled(HIDDEN * CLASSES, Math.sqrt(2 / HIDDEN)),
    bias2: filled(CLASSES, 0.1),
  };
}

/** Row-major matrices: how far neighbours lie apart in a row, and in a column. */
interface Matrix {
  readonly values: ArrayLike<number>;
  readonly rowStep: number;
  readonly columnStep: number;
}

/** In float64. */
function exactOf({ x, labels, weight1, bias1, weight2, bias2 }: Data): Result {
  const { value, derivative } = referenceOf(resolveActivation('gelu'));
  const plain = (values: ArrayLike<number>, columns: number): Matrix => ({ values, rowStep: columns, columnStep: 1 });
  const transposed = (values: ArrayLike<number>, columns: number): Matrix => ({
    values,
    rowStep: 1,
    columnStep: columns,
  });
  const product = (a: Matrix, b: Matrix, rows: number, inner: number, columns: number): Float64Array =>
    Float64Array.from({ length: rows * columns }, (_, index) => {
      const [row, column] = [Math.floor(index / columns), index % columns];
      let sum = 0;
      for (let k = 0; k < inner; k++)
        sum += a.values[row * a.rowStep + k * a.columnStep]! * b.values[k * b.rowStep + column * b.columnStep]!;
      return sum;
    });
  const added = (sums: Float64Array, bias: Floats): Float64Array =>
    sums.map((sum, index) => sum + bias[index % bias.length]!);
  const columnSums = (values: Float64Array, columns: number): Float64Array => {
    const sums = new Float64Array(columns);
    for (const [index, each] of values.entries()) sums[index % columns]! += each;
    return sums;
  };
  const sums1 = added(product(plain(x, INPUTS), plain(weight1, HIDDEN), BATCH, INPUTS, HIDDEN), bias1);
  const hidden = sums1.map((sum) => value(sum, {}));
  const logits = added(product(plain(hidden, HIDDEN), plain(weight2, CLASSES), BATCH, HIDDEN, CLASSES), bias2);
  const dLogits = new Float64Array(logits.length);
  let loss = 0;
  for (const [row, label] of labels.entries()) {
    const own = logits.subarray(row * CLASSES, (row + 1) * CLASSES);
    const total = Math.log(own.reduce((sum, logit) => sum + Math.exp(logit), 0));
    loss += (total - own[label]!) / BATCH;
    for (const [column, logit] of own.entries())
      dLogits[row * CLASSES + column] = (Math.exp(logit - total) - Number(column === label)) / BATCH;
  }
  const back = product(plain(dLogits, CLASSES), transposed(weight2, CLASSES), BATCH, CLASSES, HIDDEN);
  const dSums1 = back.map((each, index) => each * derivative(sums1[index]!, {}));
  return {
    loss,
    dWeight1: product(transposed(x, INPUTS), plain(dSums1, HIDDEN), INPUTS, BATCH, HIDDEN),
    dBias1: columnSums(dSums1, HIDDEN),
    dWeight2: product(transposed(hidden, HIDDEN), plain(dLogits, CLASSES), HIDDEN, BATCH, CLASSES),
    dBias2: columnSums(dLogits, CLASSES),
  };
}

function verify(subject: string, result: Result, exact: Result): void {
  if (!(Math.abs(result.loss - exact.loss) <= TOLERANCE))
    throw new Error(`${subject}: expected the loss ${exact.loss}, got ${result.loss}`);
  for (const name of gradients) {
    const [got, expected] = [Array.from(result[name]), Array.from(exact[name])];
    const largest = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const worst = expected.findIndex((each, index) => !(Math.abs(each - got[index]!) <= TOLERANCE * largest));
    if (worst >= 0 || got.length !== expected.length)
      throw new Error(`${subject}: expected ${name}[${worst}] = ${expected[worst]}, got ${got[worst]}`);
  }
}

/** Rows of c whose elements in four columns a thread computes; reads beyond a matrix give some element of it. */
const ROWS = 8;
const each = (line: (row: number) => string): string => Array.from({ length: ROWS }, (_, row) => line(row)).join('\n');

const PRODUCT = `
override rows: u32;
override columns: u32;
override inner: u32;
override a_row_step: u32;
override a_inner_step: u32;
override b_inner_step: u32;
override b_column_step: u32;
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let blocks = (columns + 3) / 4;
  let row = id.x / blocks * ${ROWS};
  let column = id.x % blocks * 4;
  if (row >= rows) { return; }
  ${each((r) => `var sum_${r} = vec4<f32>();`)}
  for (var k = 0u; k < inner; k++) {
    let i = row * a_row_step + k * a_inner_step;
    let j = column * b_column_step + k * b_inner_step;
    let own = vec4(b[j], b[j + b_column_step], b[j + 2 * b_column_step], b[j + 3 * b_column_step]);
    ${each((r) => `sum_${r} += a[i + ${r} * a_row_step] * own;`)}
  }
  let sums = array(${each((r) => `sum_${r},`)});
  for (var r = 0u; r < min(${ROWS}, rows - row); r++) {
    for (var s = 0u; s < min(4, columns - column); s++) { c[(row + r) * columns + column + s] = sums[r][s]; }
  }
}`;

async function createOurs(data: Data): Promise<{ step: Step; adapter: AdapterFacts }> {
  const gpu = await createActivations();
  const { device } = gpu;
  const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
  const empty = (length: number): GPUBuffer => device.createBuffer({ label: 'step', size: length * 4, usage });
  const filled = (values: Floats | Uint32Array<ArrayBuffer>): GPUBuffer => {
    const buffer = empty(values.length);
    device.queue.writeBuffer(buffer, 0, values);
    return buffer;
  };
  const [x, labels] = [filled(data.x), filled(data.labels)];
  const [weight1, bias1, weight2, bias2] = [data.weight1, data.bias1, data.weight2, data.bias2].map(filled);
  const [sums1, hidden, dHidden] = [1, 2, 3].map(() => empty(BATCH * HIDDEN));
  const [sums2, logits, dLogits] = [1, 2, 3].map(() => empty(BATCH * CLASSES));
  const [loss, dLoss] = [empty(BATCH), filled(new Float32Array(BATCH).fill(1 / BATCH))];
  const outputs = {
    dWeight1: empty(INPUTS * HIDDEN),
    dBias1: empty(HIDDEN),
    dWeight2: empty(HIDDEN * CLASSES),
    dBias2: empty(CLASSES),
  };
  const module = device.createShaderModule({ label: 'step', code: PRODUCT });
  /** c = a·b, [rows, columns] = [rows, inner] · [inner, columns]; the one named is stored the other way round. */
  const product = (buffers: readonly GPUBuffer[], [rows, inner, columns]: readonly number[], turned?: 'a' | 'b') => {
    const [a_row_step, a_inner_step] = turned === 'a' ? [1, rows!] : [inner!, 1];
    const [b_inner_step, b_column_step] = turned === 'b' ? [1, inner!] : [columns!, 1];
    const sizes = { rows: rows!, inner: inner!, columns: columns! };
    const constants = { ...sizes, a_row_step, a_inner_step, b_inner_step, b_column_step };
    const pipeline = device.createComputePipeline({ label: 'step', layout: 'auto', compute: { module, constants } });
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    const group = device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries });
    const workgroups = Math.ceil((Math.ceil(rows! / ROWS) * Math.ceil(columns! / 4)) / 64);
    return (pass: GPUComputePassEncoder): void => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups);
    };
  };
  const multiply1 = product([x, weight1!, sums1!], [BATCH, INPUTS, HIDDEN]);
  const multiply2 = product([hidden!, weight2!, sums2!], [BATCH, HIDDEN, CLASSES]);
  const gradient2 = product([hidden!, dLogits!, outputs.dWeight2], [HIDDEN, BATCH, CLASSES], 'a');
  const back2 = product([dLogits!, weight2!, dHidden!], [BATCH, CLASSES, HIDDEN], 'b');
  const gradient1 = product([x, dHidden!, outputs.dWeight1], [INPUTS, BATCH, HIDDEN], 'a');
  const ofHidden = { x: sums1!, bias: bias1!, length: BATCH * HIDDEN };
  const ofLogits = { x: sums2!, bias: bias2!, length: BATCH * CLASSES };
  const ofRows = { x: logits!, labels, length: BATCH * CLASSES };
  const [hiddens, classes, rows] = [{ channels: HIDDEN }, { channels: CLASSES }, { columns: CLASSES }];
  const record = (pass: GPUComputePassEncoder): void => {
    multiply1(pass);
    gpu.encodeForward(pass, 'gelu', { ...ofHidden, y: hidden! }, hiddens);
    multiply2(pass);
    gpu.encodeForward(pass, 'identity', { ...ofLogits, y: logits! }, classes);
    gpu.encodeForward(pass, 'crossEntropy', { ...ofRows, loss }, rows);
    gpu.encodeBackward(pass, 'crossEntropy', { ...ofRows, dy: dLoss, dx: dLogits! }, rows);
    gpu.encodeBackward(pass, 'identity', { ...ofLogits, dy: dLogits!, dx: dLogits!, dBias: outputs.dBias2 }, classes);
    gradient2(pass);
    back2(pass);
    gpu.encodeBackward(pass, 'gelu', { ...ofHidden, dy: dHidden!, dx: dHidden!, dBias: outputs.dBias1 }, hiddens);
    gradient1(pass);
  };
  const read = async (buffer: GPUBuffer): Promise<Floats> => {
    const staging = device.createBuffer({ label: 'step read', size: buffer.size, usage: 0x9 });
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, 0, staging, 0, buffer.size);
    device.queue.submit([encoder.finish()]);
    const values = new Float32Array(buffer.size / 4);
    await readBuffer(staging, values);
    staging.destroy();
    return values;
  };
  const step: Step = {
    name: 'ours',
    span: (count) =>
      timed(async () => {
        for (let run = 0; run < count; run++) {
          const encoder = device.createCommandEncoder();
          const pass = encoder.beginComputePass();
          record(pass);
          pass.end();
          device.queue.submit([encoder.finish()]);
        }
        await device.queue.onSubmittedWorkDone();
      }),
    async read() {
      const losses = await read(loss);
      const entries = gradients.map(async (name) => [name, await read(outputs[name])] as const);
      const found = Object.fromEntries(await Promise.all(entries)) as unknown as Gradients;
      return { loss: losses.reduce((sum, each) => sum + each) / BATCH, ...found };
    },
  };
  return { step, adapter: adapterFacts(device.adapterInfo) };
}

async function createJax(data: Data): Promise<Step> {
  await init('webgpu');
  defaultDevice('webgpu');
  // A function owns its arguments.
  const lossOf = (
    weight1: np.Array,
    bias1: np.Array,
    weight2: np.Array,
    bias2: np.Array,
    x: np.Array,
    oneHot: np.Array,
  ) => {
    const hidden = nn.gelu(np.matmul(x, weight1).add(bias1), { approximate: false });
    const logits = np.matmul(hidden, weight2).add(bias2);
    return np.sum(nn.logSoftmax(logits, -1).mul(oneHot)).mul(-1 / BATCH);
  };
  const compiled = jit(valueAndGrad(lossOf, { argnums: [0, 1, 2, 3] }));
  const tensor = (values: Floats, rows: number, columns: number) => np.array(values).reshape([rows, columns]);
  const tensors = [
    tensor(data.weight1, INPUTS, HIDDEN),
    np.array(data.bias1),
    tensor(data.weight2, HIDDEN, CLASSES),
    np.array(data.bias2),
    tensor(data.x, BATCH, INPUTS),
    tensor(data.oneHot, BATCH, CLASSES),
  ] as const;
  await blockUntilReady([...tensors]);
  let latest: readonly np.Array[] = [];
  return {
    name: 'jax-js',
    span: (count) =>
      timed(async () => {
        for (let run = 0; run < count; run++) {
          for (const each of latest) each.dispose();
          const [a, b, c, d, e, f] = tensors;
          const [loss, found] = compiled(a.ref, b.ref, c.ref, d.ref, e.ref, f.ref);
          latest = [loss, ...(found as readonly np.Array[])];
          // Work is lazy: asking for the buffer is what submits it.
          for (const each of latest) each.ref.gpuBufferSync();
        }
        await getWebGPUDevice().queue.onSubmittedWorkDone();
      }),
    async read() {
      const [loss, ...found] = await Promise.all(latest.map((each) => each.ref.data()));
      return resultOf(loss!, found);
    },
  };
}

async function createTfjs(data: Data): Promise<Step> {
  await tf.setBackend('webgpu');
  const backend = tf.backend() as WebGPUBackend;
  const x = tf.tensor2d(data.x, [BATCH, INPUTS]);
  const oneHot = tf.tensor2d(data.oneHot, [BATCH, CLASSES]);
  const tensors = [
    tf.tensor2d(data.weight1, [INPUTS, HIDDEN]),
    tf.tensor1d(data.bias1),
    tf.tensor2d(data.weight2, [HIDDEN, CLASSES]),
    tf.tensor1d(data.bias2),
  ];
  const gelu = (sum: tf.Tensor) => tf.mul(tf.mul(sum, 0.5), tf.add(tf.erf(tf.mul(sum, Math.SQRT1_2)), 1));
  const layer = (a: tf.Tensor, b: tf.Tensor, bias: tf.Tensor) =>
    tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias });
  const differentiate = tf.valueAndGrads((weight1, bias1, weight2, bias2) => {
    const logits = layer(gelu(layer(x, weight1!, bias1!)), weight2!, bias2!);
    return tf.mul(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot)), -1 / BATCH);
  });
  let latest: readonly tf.Tensor[] = [];
  return {
    name: 'tfjs-webgpu',
    span: (count) =>
      timed(async () => {
        for (let run = 0; run < count; run++) {
          tf.dispose([...latest]);
          const { value, grads } = differentiate(tensors);
          latest = [value, ...grads];
          // It batches commands, and sends them by itself only when there are many.
          backend.ensureCommandEncoderReady();
          backend.endComputePassEncoder();
          backend.submitQueue();
        }
        await backend.queue.onSubmittedWorkDone();
      }),
    async read() {
      const [loss, ...found] = await Promise.all(latest.map((each) => each.data()));
      return resultOf(loss!, found);
    },
  };
}

const resultOf = (loss: ArrayLike<number>, found: readonly ArrayLike<number>[]): Result => ({
  loss: loss[0]!,
  ...(Object.fromEntries(gradients.map((name, index) => [name, found[index]!])) as unknown as Gradients),
});

async function timed(run: () => Promise<void>): Promise<{ wall: number }> {
  const begin = performance.now();
  await run();
  return { wall: (performance.now() - begin) * 1e6 };
}
