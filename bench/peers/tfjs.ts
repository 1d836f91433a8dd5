/** TensorFlow.js on WebGPU and on WebAssembly: its own operations where it has them, composed as its layers do elsewhere. */
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import type { Arrays, Work } from '../work.js';
import type { Peer, PeerSetup, Prepared } from './peer.js';

type Parameters = Work['parameters'];

/** tf.greater has no gradient, not even that of a constant; tf.step has. */
const isAbove = (x: tf.Tensor, limit: number) => tf.cast(tf.step(tf.sub(x, limit)), 'bool');

const gelu = (x: tf.Tensor) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
const geluTanh = (x: tf.Tensor) =>
  tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(tf.pow(x, 3), 0.044715)), Math.sqrt(2 / Math.PI))), 1));

const FUNCTIONS: Readonly<Record<string, (x: tf.Tensor, parameters: Parameters) => tf.Tensor>> = {
  sigmoid: (x) => tf.sigmoid(x),
  tanh: (x) => tf.tanh(x),
  relu: (x) => tf.relu(x),
  leakyRelu: (x, { alpha }) => tf.leakyRelu(x, alpha),
  relu6: (x) => tf.relu6(x),
  reluSquared: (x) => tf.square(tf.relu(x)),
  elu: (x) => tf.elu(x),
  selu: (x) => tf.selu(x),
  celu: (x, { alpha }) => tf.where(isAbove(x, 0), x, tf.mul(tf.expm1(tf.div(x, alpha!)), alpha!)),
  gelu,
  geluTanh,
  geluSigmoid: (x) => tf.mul(x, tf.sigmoid(tf.mul(x, 1.702))),
  silu: (x) => tf.mul(x, tf.sigmoid(x)),
  swish: (x, { beta }) => tf.mul(x, tf.sigmoid(tf.mul(x, beta!))),
  softplus: (x) => tf.softplus(x),
  mish: (x) => tf.mul(x, tf.tanh(tf.softplus(x))),
  softsign: (x) => tf.div(x, tf.add(tf.abs(x), 1)),
  logSigmoid: (x) => tf.logSigmoid(x),
  hardSigmoid: (x, { alpha, beta }) => tf.clipByValue(tf.add(tf.mul(x, alpha!), beta!), 0, 1),
  hardSwish: (x) => tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6)),
  hardTanh: (x, { min, max }) => tf.clipByValue(x, min!, max!),
  softshrink: (x, { lambda }) => tf.sub(x, tf.clipByValue(x, -lambda!, lambda!)),
  hardshrink: (x, { lambda }) => tf.where(isAbove(tf.abs(x), lambda!), x, tf.zerosLike(x)),
  tanhshrink: (x) => tf.sub(x, tf.tanh(x)),
  threshold: (x, { threshold, value }) => tf.where(isAbove(x, threshold!), x, tf.fill(x.shape, value!)),
  squareplus: (x, { b }) => tf.mul(tf.add(x, tf.sqrt(tf.add(tf.square(x), b!))), 0.5),
  exponential: (x) => tf.exp(x),
  sparsePlus: (x) => tf.where(tf.greaterEqual(x, 1), x, tf.mul(tf.square(tf.clipByValue(tf.add(x, 1), 0, 2)), 0.25)),
  sparseSigmoid: (x) => tf.clipByValue(tf.mul(tf.add(x, 1), 0.5), 0, 1),
  softcap: (x, { cap }) => tf.mul(tf.tanh(tf.div(x, cap!)), cap!),
};

/** Functions of two tensors. */
const PAIRS: Readonly<Record<string, (first: tf.Tensor, second: tf.Tensor) => tf.Tensor>> = {
  prelu: (x, weight) => tf.prelu(x, weight),
  bilinear: (gate, up) => tf.mul(gate, up),
};

/** Functions of the rows of a matrix. */
const ROWS: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  softmax: (x) => tf.softmax(x),
  logSoftmax: (x) => tf.logSoftmax(x),
};

/** A pass as a function of its inputs in the order of `reads` and `smallReads`. */
function functionOf(work: Work): ((...inputs: tf.Tensor[]) => tf.Tensor) | undefined {
  const { definition, form, parameters, reads, columns } = work;
  const { name, of } = definition;
  const ofRows = ROWS[name];
  // Its gradient starts from x, this library's from the saved y.
  if (ofRows) return reads.includes('x') ? (x) => ofRows(tf.reshape(x!, [-1, columns])) : undefined;
  const ofPair = PAIRS[name];
  if (ofPair) return (first, second) => ofPair(first!, second!);
  const compute = FUNCTIONS[of];
  if (!compute || form.learned.length) return undefined;
  const isGated = form.inputs.includes('up');
  return isGated ? (gate, up) => tf.mul(compute(gate!, parameters), up!) : (x) => compute(x!, parameters);
}

function createPeer(name: string, backend: 'webgpu' | 'wasm', prepareBackend: () => void): Peer {
  const select = async () => {
    if (tf.getBackend() !== backend && !(await tf.setBackend(backend)))
      throw new Error(`tfjs: expected the backend ${backend} to start, got none`);
  };
  const finish = async () => {
    if (backend === 'wasm') return;
    const device = tf.backend() as WebGPUBackend;
    // It batches commands, and sends them by itself only when there are many.
    device.ensureCommandEncoderReady();
    device.endComputePassEncoder();
    device.submitQueue();
    await device.queue.onSubmittedWorkDone();
  };
  return {
    name,
    version: tf.version_core,
    isOnGpu: backend === 'webgpu',
    async open() {
      prepareBackend();
      await select();
    },
    supports: (work) => functionOf(work) !== undefined,
    async prepare(work, inputs, sets): Promise<Prepared> {
      await select();
      const { reads, smallReads, writes, smallWrites, pass } = work;
      const compute = functionOf(work)!;
      const sources = [...reads.filter((tensor) => tensor !== 'dy'), ...smallReads];
      const tensors = Array.from({ length: sets }, () => ({
        given: sources.map((tensor) => tf.tensor1d(inputs[tensor]!)),
        dy: pass === 'backward' ? tf.tensor1d(inputs.dy!) : undefined,
      }));
      const differentiate = tf.grads((...given: tf.Tensor[]) => compute(...given));
      let next = 0;
      let latest: tf.Tensor[] = [];
      return {
        async run() {
          await select();
          tf.dispose(latest);
          const { given, dy } = tensors[next++ % sets]!;
          latest = tf.tidy(() => (dy ? differentiate(given, dy) : [compute(...given)]));
        },
        finish,
        async read() {
          const results: Record<string, Float32Array<ArrayBuffer>> = {};
          for (const [index, tensor] of [...writes, ...smallWrites].entries())
            results[tensor] = Float32Array.from((await latest[index]!.data()) as Float32Array);
          return results as Arrays;
        },
        dispose() {
          tf.dispose(latest);
          tf.dispose(tensors as unknown as tf.TensorContainer);
        },
      };
    },
  };
}

export const tfjsWebgpu = createPeer('tfjs-webgpu', 'webgpu', () => undefined);

export const createTfjsWasm = ({ folders }: PeerSetup): Peer =>
  createPeer('tfjs-wasm', 'wasm', () => {
    setWasmPaths(folders.wasm);
    setThreadsCount(navigator.hardwareConcurrency);
  });
