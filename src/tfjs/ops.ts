/** The ops of tfjs that this library computes, and what of tfjs's own they leave to tfjs. */
import {
  cast,
  engine,
  type GradConfig,
  getGradient,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  mul,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  registerGradient,
  registerKernel,
  type Tensor,
  type TensorInfo,
  unregisterGradient,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import * as activations from '../activations.js';
import type { Definition } from '../definition.js';
import { gradientOf } from '../forms.js';
import { areFloats, run, type WebGPUBackend } from './backend.js';

export const BACKEND = 'webgpu';

type Attributes = Readonly<Record<string, unknown>>;
type Tensors = Readonly<Record<string, TensorInfo>>;

/** How an op of tfjs is computed. */
export interface Op {
  readonly definition: Definition;
  /** Tensors of an encode call, and the inputs of the op that they are. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Backward starts from the saved y. */
  readonly fromY?: boolean;
  /** The options of the call; undefined where the op is left to tfjs. */
  readonly options: (inputs: Tensors, attributes: Attributes) => object | undefined;
  /** tfjs computes short tensors on the CPU, while they are there. */
  readonly isShortOnCpu?: boolean;
  /** tfjs's gradient is one exact kernel. */
  readonly keepsGradient?: boolean;
}

const element = (definition: Definition, rest: Partial<Op> = {}): Op => ({
  definition,
  inputs: { x: 'x' },
  options: () => ({}),
  ...rest,
});

/** Where a slope for each channel lies in x's shape; undefined where it is broadcast in another way, or x is. */
export function channelsOf(shape: readonly number[], slopes: readonly number[]): object | undefined {
  const padded = [...shape.slice(slopes.length).map(() => 1), ...slopes];
  if (padded.length !== shape.length) return undefined;
  const first = padded.findIndex((size) => size !== 1);
  const end = padded.findLastIndex((size) => size !== 1) + 1;
  if (first < 0) return { channels: 1 };
  const size = (from: number, to?: number): number => shape.slice(from, to).reduce((product, one) => product * one, 1);
  for (let axis = first; axis < end; axis++) if (padded[axis] !== shape[axis]) return undefined;
  return { channels: size(first, end), inner: size(end) };
}

/** By the names of tfjs's kernels. */
export const ops: Readonly<Record<string, Op>> = {
  Relu: element(activations.relu),
  Relu6: element(activations.relu6),
  LeakyRelu: element(activations.leakyRelu, {
    // beyond float32 it is tfjs's
    options: (_, { alpha }) => (Number.isFinite(Math.fround(alpha as number)) ? { alpha } : undefined),
  }),
  Prelu: {
    definition: activations.prelu,
    inputs: { x: 'x', weight: 'alpha' },
    options: ({ x, weight }) => channelsOf(x!.shape, weight!.shape),
  },
  Elu: element(activations.elu),
  Selu: element(activations.selu),
  Sigmoid: element(activations.sigmoid),
  Softplus: element(activations.softplus),
  Tanh: element(activations.tanh),
  Exp: element(activations.exponential, { isShortOnCpu: true, keepsGradient: true }),
  Erf: element(activations.erf),
  Softmax: {
    definition: activations.softmax,
    inputs: { x: 'logits' },
    fromY: true,
    options: ({ x, y = x }, { dim }) => (dim === y!.shape.length - 1 ? { columns: y!.shape[dim] } : undefined),
  },
};

const backwardName = (kernelName: string): string => `${kernelName}Backward`;

/** The op's inputs under the names of an encode call. */
const named = ({ inputs }: Op, given: NamedTensorInfoMap): Tensors =>
  Object.fromEntries(Object.entries(inputs).map(([tensor, input]) => [tensor, given[input]!]));

/** The options of a call that this library makes; undefined for one that is left to tfjs. */
function optionsOf(op: Op, backend: WebGPUBackend, tensors: Tensors, attributes: Attributes): object | undefined {
  const all = Object.values(tensors);
  const isOurs = areFloats(backend, all) && !(op.isShortOnCpu && backend.shouldExecuteOnCPU(all));
  return isOurs ? op.options(tensors, attributes) : undefined;
}

/** @param original what runs where this library does not */
export const forwardKernel =
  (op: Op, original: KernelFunc): KernelFunc =>
  (call) => {
    const backend = call.backend as WebGPUBackend;
    const inputs = named(op, call.inputs);
    const options = optionsOf(op, backend, inputs, (call.attrs ?? {}) as Attributes);
    if (!options) return original(call);
    const { definition } = op;
    return run(backend, { definition, direction: 'forward', inputs, output: 'y', options }, inputs.x!.shape);
  };

/** A kernel that gives one gradient, the one of the tensor `of`, so that gradients nobody wants are not computed. */
export const backwardKernel =
  (op: Op): KernelFunc =>
  ({ inputs, backend, attrs }) => {
    const { of, ...attributes } = attrs as { readonly of: string };
    const tensors = inputs as Tensors;
    const { definition } = op;
    const options = op.options(tensors, attributes)!;
    const [output, { shape }] = of === 'x' ? ['dx', tensors.dy!] : [gradientOf(of), tensors[of]!];
    const pass = { definition, direction: 'backward', inputs: tensors, output, options } as const;
    return run(backend as WebGPUBackend, pass, shape);
  };

/**
 * The gradient of an op: one kernel. While a tape records, for a gradient of the gradient, and on other backends it is tfjs's
 * own formula, which has gradients itself.
 * @param original tfjs's; an op of this library alone has none
 */
export function gradientOfOp(kernelName: string, op: Op, original?: GradConfig): GradConfig {
  const names = Object.values(op.inputs);
  const gradFunc = (
    dy: Tensor | Tensor[],
    saved: Tensor[],
    attributes: NamedAttrMap,
  ): ReturnType<GradConfig['gradFunc']> => {
    const { state, backendName, backend } = engine();
    const inputs = op.fromY ? {} : Object.fromEntries(names.map((name, index) => [name, saved[index]!]));
    const tensors: Record<string, Tensor> = op.fromY ? { y: saved[0]! } : (named(op, inputs) as Record<string, Tensor>);
    const formula = (): ReturnType<GradConfig['gradFunc']> => {
      const y = (): Tensor => (op.fromY ? saved[0]! : engine().runKernel(kernelName, inputs, attributes));
      const { inputsToSave = [], outputsToSave, gradFunc } = original!;
      return gradFunc(dy, outputsToSave ? [y()] : inputsToSave.map((name) => inputs[name]!), attributes);
    };
    const isOurs =
      backendName === BACKEND &&
      saved.every(({ size }) => size > 0) &&
      areFloats(backend as WebGPUBackend, [dy as Tensor]) &&
      optionsOf(op, backend as WebGPUBackend, tensors, attributes as unknown as Attributes) !== undefined;
    if (original && !(isOurs && state.gradientDepth === 0)) return formula();
    const gradient = (of: string) => (): Tensor =>
      engine().runKernel(backwardName(kernelName), { ...tensors, dy: floats(dy as Tensor) }, { ...attributes, of });
    return Object.fromEntries(Object.entries(op.inputs).map(([of, input]) => [input, gradient(of)]));
  };
  return { kernelName, gradFunc, ...(op.fromY ? { outputsToSave: [true] } : { inputsToSave: names }) };
}

/** Puts a kernel into tfjs's registry in place of what is there, without its warning. */
export function putKernel(config: KernelConfig): void {
  if (getKernel(config.kernelName, BACKEND)) unregisterKernel(config.kernelName, BACKEND);
  registerKernel(config);
}

function putGradient(config: GradConfig): void {
  if (getGradient(config.kernelName)) unregisterGradient(config.kernelName);
  registerGradient(config);
}

/**
 * The tensor as float32 numbers in a buffer. tfjs casts whole numbers and truth values to float32 by name alone, and leaves it to
 * the kernels that read them to convert.
 */
export function floats(x: Tensor): Tensor {
  const { backendName, backend } = engine();
  return backendName !== BACKEND || areFloats(backend as WebGPUBackend, [x]) ? x : mul(cast(x, 'float32'), 1);
}

/** Registers an op of this library alone, whose tensors are `floats`. */
export function addOp(kernelName: string, op: Op): void {
  const refuse: KernelFunc = () => {
    throw new TypeError(`${kernelName}: expected float32 numbers in buffers, got others`);
  };
  putKernel({ kernelName, backendName: BACKEND, kernelFunc: forwardKernel(op, refuse) });
  putKernel({ kernelName: backwardName(kernelName), backendName: BACKEND, kernelFunc: backwardKernel(op) });
  putGradient(gradientOfOp(kernelName, op));
}

/** Registers this library's kernel and gradient of an op of tfjs. @returns what puts tfjs's own back */
export function replaceOp(kernelName: string, op: Op): () => void {
  const kernel = getKernel(kernelName, BACKEND);
  const gradient = getGradient(kernelName);
  putKernel({ ...kernel, kernelFunc: forwardKernel(op, kernel.kernelFunc) });
  if (!op.keepsGradient) {
    putKernel({ kernelName: backwardName(kernelName), backendName: BACKEND, kernelFunc: backwardKernel(op) });
    putGradient(gradientOfOp(kernelName, op, gradient));
  }
  return () => {
    putKernel(kernel);
    // the kernel of the gradient stays, for what a tape has recorded
    putGradient(gradient);
  };
}

const FUSED: Readonly<Record<string, Definition>> = { elu: activations.elu, sigmoid: activations.sigmoid };

export const fusedKernels = ['_FusedMatMul', 'FusedConv2D', 'FusedDepthwiseConv2D'] as const;

/**
 * Products with an activation, as inference has them: elu and sigmoid are computed in place after tfjs's product. relu, relu6,
 * leakyRelu and prelu stay with tfjs, whose comparisons and products are exact enough.
 */
export function replaceFused(kernelName: string): () => void {
  const kernel = getKernel(kernelName, BACKEND);
  const kernelFunc: KernelFunc = (call) => {
    const attributes = call.attrs as Attributes;
    const definition = FUSED[String(attributes.activation)];
    if (!definition) return kernel.kernelFunc(call);
    const attrs = { ...attributes, activation: 'linear' } as unknown as NamedAttrMap;
    const result = kernel.kernelFunc({ ...call, attrs }) as TensorInfo;
    const pass = { definition, direction: 'forward', inputs: { x: result }, output: 'y', options: {} } as const;
    return run(call.backend as WebGPUBackend, pass, result);
  };
  putKernel({ ...kernel, kernelFunc });
  return () => putKernel(kernel);
}
