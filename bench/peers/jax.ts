/** @jax-js/jax on WebGPU: forward by jit, backward by jit of vjp. */
import { blockUntilReady, defaultDevice, getWebGPUDevice, init, jit, nn, numpy as np, vjp } from '@jax-js/jax';
import type { Arrays, Work } from '../work.js';
import type { Peer, PeerSetup, Prepared } from './peer.js';

type Tensor = np.Array;
type Parameters = Work['parameters'];

// A function owns its arguments: each use but the last takes a reference.
const FUNCTIONS: Readonly<Record<string, (x: Tensor, parameters: Parameters) => Tensor>> = {
  sigmoid: (x) => nn.sigmoid(x),
  tanh: (x) => np.tanh(x),
  relu: (x) => nn.relu(x),
  leakyRelu: (x, { alpha }) => nn.leakyRelu(x, alpha!),
  relu6: (x) => nn.relu6(x),
  reluSquared: (x) => np.square(nn.relu(x)),
  elu: (x, { alpha }) => nn.elu(x, alpha!),
  selu: (x) => nn.selu(x),
  celu: (x, { alpha }) => nn.celu(x, alpha!),
  gelu: (x) => nn.gelu(x, { approximate: false }),
  geluTanh: (x) => nn.gelu(x, { approximate: true }),
  geluSigmoid: (x) => nn.sigmoid(x.ref.mul(1.702)).mul(x),
  silu: (x) => nn.silu(x),
  swish: (x, { beta }) => nn.sigmoid(x.ref.mul(beta!)).mul(x),
  softplus: (x, { beta }) => nn.softplus(x.mul(beta!)).div(beta!),
  mish: (x) => nn.mish(x),
  softsign: (x) => nn.softSign(x),
  logSigmoid: (x) => nn.logSigmoid(x),
  hardSigmoid: (x, { alpha, beta }) => np.clip(x.mul(alpha!).add(beta!), 0, 1),
  hardSwish: (x) => nn.hardSilu(x),
  hardTanh: (x, { min, max }) => np.clip(x, min!, max!),
  softshrink: (x, { lambda }) => x.ref.sub(np.clip(x, -lambda!, lambda!)),
  hardshrink: (x, { lambda }) => np.where(np.absolute(x.ref).greater(lambda!), x, 0),
  tanhshrink: (x) => x.ref.sub(np.tanh(x)),
  threshold: (x, { threshold, value }) => np.where(x.ref.greater(threshold!), x, value!),
  squareplus: (x, { b }) => nn.squareplus(x, b!),
  exponential: (x) => np.exp(x),
  sparsePlus: (x) => nn.sparsePlus(x),
  sparseSigmoid: (x) => nn.sparseSigmoid(x),
  softcap: (x, { cap }) => np.tanh(x.div(cap!)).mul(cap!),
};

/** Functions of two tensors. */
const PAIRS: Readonly<Record<string, (first: Tensor, second: Tensor) => Tensor>> = {
  prelu: (x, weight) => np.where(x.ref.greaterEqual(0), x.ref, x.mul(weight)),
  bilinear: (gate, up) => gate.mul(up),
};

/** Functions of the rows of a matrix. */
const ROWS: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  softmax: (x) => nn.softmax(x, -1),
  logSoftmax: (x) => nn.logSoftmax(x, -1),
};

/** A pass as a function of its inputs in the order of `reads` and `smallReads`. */
function functionOf(work: Work): ((...inputs: Tensor[]) => Tensor) | undefined {
  const { definition, form, parameters, reads, columns } = work;
  const { name, of } = definition;
  const ofRows = ROWS[name];
  // Its gradient starts from x, this library's from the saved y.
  if (ofRows) return reads.includes('x') ? (x) => np.ravel(ofRows(x!.reshape([-1, columns]))) : undefined;
  const ofPair = PAIRS[name];
  if (ofPair) return (first, second) => ofPair(first!, second!);
  const compute = FUNCTIONS[of];
  if (!compute || form.learned.length) return undefined;
  const isGated = form.inputs.includes('up');
  return isGated ? (gate, up) => compute(gate!, parameters).mul(up!) : (x) => compute(x!, parameters);
}

export const createJax = ({ versions }: PeerSetup): Peer => ({
  name: 'jax-js',
  version: versions.jax,
  isOnGpu: true,
  async open() {
    await init('webgpu');
    defaultDevice('webgpu');
  },
  supports: (work) => functionOf(work) !== undefined,
  async prepare(work, inputs, sets): Promise<Prepared> {
    const { reads, smallReads, writes, smallWrites, pass } = work;
    const compute = functionOf(work)!;
    const sources = [...reads.filter((name) => name !== 'dy'), ...smallReads];
    const order = [...sources, ...(pass === 'backward' ? ['dy'] : [])];
    const compiled = jit((...given: Tensor[]): Tensor[] => {
      if (pass === 'forward') return [compute(...given)];
      const dy = given.pop()!;
      const [y, pull] = vjp(compute, given);
      y.dispose();
      const gradients = pull(dy) as Tensor[];
      pull.dispose();
      return gradients;
    });
    const tensors: Tensor[][] = [];
    for (let set = 0; set < sets; set++) {
      tensors.push(order.map((name) => np.array(inputs[name]!)));
      await blockUntilReady(tensors[set]!);
    }
    let next = 0;
    let latest: Tensor[] = [];
    const drop = () => {
      for (const tensor of latest) tensor.dispose();
      latest = [];
    };
    return {
      run() {
        drop();
        latest = compiled(...tensors[next++ % sets]!.map((tensor) => tensor.ref));
        // Work is lazy: asking for the buffer is what submits it.
        for (const tensor of latest) tensor.ref.gpuBufferSync();
      },
      finish: () => getWebGPUDevice().queue.onSubmittedWorkDone(),
      async read() {
        const results: Record<string, Float32Array<ArrayBuffer>> = {};
        for (const [index, name] of [...writes, ...smallWrites].entries())
          results[name] = (await latest[index]!.ref.data()) as Float32Array<ArrayBuffer>;
        return results as Arrays;
      },
      dispose() {
        drop();
        for (const tensor of tensors.flat()) tensor.dispose();
        compiled.dispose();
      },
    };
  },
});
