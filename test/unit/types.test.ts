/** What the types accept and refuse, as the checks do; the compiler is the test. */
import { expect, expectTypeOf, test } from 'vitest';
import {
  type Activation,
  type ActivationName,
  type Activations,
  type BackwardArrays,
  type BackwardOptions,
  type BackwardTensors,
  createTimer,
  defineActivation,
  type ForwardArrays,
  type ForwardTensors,
  type GPUTensor,
  type HalfArray,
  type Options,
  type RunOptions,
} from '../../src/index.js';

declare const gpu: Activations;
declare const pass: GPUComputePassEncoder;
declare const tensor: GPUTensor;
declare const bits: Uint16Array<ArrayBuffer>;
const x: Float32Array = new Float32Array(4);
const [dy, dx, gate, up, weight, bias] = [x, x, x, x, x, x];
const length = 4;

const cubic = defineActivation({
  name: 'cubic',
  parameters: { scale: { default: 1, range: [0.1, 10] } },
  wgsl: 'fn cubic(x: real, scale: f32) -> real { return x; } fn cubic_derivative(x: real, scale: f32) -> real { return x; }',
  reference: {
    value: (x, { scale }) => {
      expectTypeOf(scale).toEqualTypeOf<number>();
      return scale * x ** 3;
    },
    // @ts-expect-error a parameter of another name
    derivative: (x, { scales }) => 3 * scales * x ** 2,
  },
});
const plain = defineActivation({
  name: 'plain',
  wgsl: 'fn plain(x: real) -> real { return x; } fn plain_derivative(x: real) -> real { return x; }',
  reference: { value: (x) => x, derivative: () => 1 },
});

const learnedCubic = defineActivation({
  name: 'learnedCubic',
  parameters: { scale: { default: 1, range: [0.1, 10] } },
  learned: ['scale'],
  wgsl: ['', '_derivative', '_scale_derivative']
    .map((suffix) => `fn learned_cubic${suffix}(x: real, scale: real) -> real { return x; }`)
    .join(' '),
  reference: { value: (x) => x, derivative: (x) => x, by: { scale: (x) => x } },
});

type Result = Float32Array<ArrayBuffer>;

/** Compiled, never called. */
async function accepted(): Promise<void> {
  // every exported type can be passed on
  const options = (o: Options<'leakyRelu'>) => gpu.forward('leakyRelu', { x }, o);
  const backwardOptions = (o: Options<'prelu'> & BackwardOptions & RunOptions) =>
    gpu.backward('prelu', { x, weight, dy }, o);
  const arrays = (t: ForwardArrays<'swiglu'>) => gpu.forward('swiglu', t);
  const gradients = (t: BackwardArrays<'gelu', Float32Array, false>) => gpu.backward('gelu', t);
  const either = (t: BackwardArrays<'gelu'>, o: BackwardOptions) => gpu.backward('gelu', t, o);
  const halves = (t: ForwardArrays<'gelu', HalfArray>) => gpu.forward('gelu', t, { dtype: 'f16' });
  const halfGradients = (t: BackwardArrays<'gelu', HalfArray>, o: BackwardOptions) =>
    gpu.backward('gelu', t, { ...o, dtype: 'f16' });
  const encode = (t: ForwardTensors<'glu'>, o: Options<'glu'>) => gpu.encodeForward(pass, 'glu', t, o);
  const encodeBack = (t: BackwardTensors<'prelu'>, o: Options<'prelu'>) => gpu.encodeBackward(pass, 'prelu', t, o);
  const named = (name: ActivationName, t: { x: Float32Array }) => gpu.forward(name as 'gelu', t);
  const unknownType = (dtype: 'f32' | 'bf16') => gpu.forward('gelu', { x }, { dtype });
  const maybe = (given: Float32Array | undefined) => gpu.backward('gelu', { x, dy, ...(given && { bias: given }) });
  const anyActivation = (name: Activation) => gpu.prepare(name);
  expect([options, backwardOptions, arrays, gradients, either, halves, halfGradients, encode, encodeBack]).toBeTruthy();
  expect([named, unknownType, maybe, anyActivation]).toBeTruthy();

  const disposables: [Disposable, AsyncDisposable] = [gpu, gpu];
  expect(disposables).toBeTruthy();

  expectTypeOf(await gpu.forward('gelu', { x })).toEqualTypeOf<{ y: Result }>();
  expectTypeOf((await gpu.forward('gelu', { x: bits }, { dtype: 'bf16' })).y).toEqualTypeOf<Uint16Array<ArrayBuffer>>();
  expectTypeOf((await gpu.backward('tanh', { y: x, dy })).dx).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward('prelu', { x, weight, bias, dy })).dBias).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward('swiglu', { gate, up, dy })).dUp).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward('glu', { x, dy }, { columns: 4 })).dx).toEqualTypeOf<Result>();
  await gpu.backward('gelu', { x, bias, dy, dx, dBias: x }, { accumulate: true });
  // arrays that receive the results, and gradients nobody wants
  expectTypeOf((await gpu.forward('gelu', { x, y: new Float32Array(4) })).y).toEqualTypeOf<Result>();
  const shared = new Float32Array(new SharedArrayBuffer(16));
  expectTypeOf((await gpu.forward('gelu', { x, y: shared })).y).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
  expectTypeOf((await gpu.backward('gelu', { x, dy, dx: shared })).dx).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
  const partial = await gpu.backward('prelu', { x, weight, bias, dy, dx: false, dBias: new Float32Array(4) });
  expectTypeOf(partial).toEqualTypeOf<{ dWeight: Result; dBias: Result }>();
  expectTypeOf(await gpu.backward('swiglu', { gate, up, dy, dUp: false })).toEqualTypeOf<{ dGate: Result }>();
  await gpu.backward('swiglu', { gate, up, dy, dGate: gate, dUp: false }, { accumulate: true });
  await gpu.forward('gelu', { x }, { timer: createTimer(gpu) });
  await gpu.prepare(['gelu', cubic, ['softmax', { columns: 4 }], [cubic, { scale: 2 }]], {
    dtype: 'f16',
    onProgress: (done, total) => done / total,
  });
  expectTypeOf(gpu.trim()).toEqualTypeOf<number>();
  // any activation of elements may be a gate
  expectTypeOf((await gpu.forward('mish', { gate, up })).y).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward('mish', { gate, up, dy })).dGate).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward(cubic, { gate, up, bias, dy })).dBias).toEqualTypeOf<Result>();
  await gpu.forward('elu', { x }, { alpha: 2, columns: 4, halves: 'split', gateFirst: false });
  gpu.encodeForward(pass, 'hardSigmoid', { gate: tensor, up: tensor, y: tensor, length }, { alpha: 0.25 });
  gpu.encodeBackward(pass, 'elu', { gate: tensor, up: tensor, dy: tensor, dGate: tensor, length });
  // a parameter by number or by tensor
  await gpu.forward('leakyRelu', { x }, { alpha: 0.2 });
  await gpu.forward('leakyRelu', { x, alpha: weight });
  expectTypeOf((await gpu.backward('leakyRelu', { x, alpha: weight, dy })).dAlpha).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward(learnedCubic, { x, scale: weight, dy })).dScale).toEqualTypeOf<Result>();
  expectTypeOf((await gpu.backward(learnedCubic, { x, dy }, { scale: 3 })).dx).toEqualTypeOf<Result>();
  gpu.encodeBackward(pass, 'leakyRelu', { x: tensor, alpha: tensor, dy: tensor, dAlpha: tensor, length });
  await gpu.forward(cubic, { x }, { scale: 2, channels: 1 });
  await gpu.backward(cubic, { x, dy });
  gpu.encodeBackward(pass, 'gelu', { x: tensor, dy: tensor, dx: tensor, length });
  gpu.encodeBackward(pass, 'gelu', { x: tensor, bias: tensor, dy: tensor, dBias: tensor, length });
  gpu.encodeBackward(pass, 'prelu', { x: tensor, weight: tensor, dy: tensor, dWeight: tensor, length });
  // one value a row is float32, whatever the elements are
  const labels = new Uint32Array(2);
  const rows = { columns: 2, inner: 1 };
  expectTypeOf(await gpu.forward('crossEntropy', { x, labels }, { ...rows, ignoreIndex: 3 })).toEqualTypeOf<{
    loss: Result;
    logSumExp: Result;
  }>();
  expectTypeOf((await gpu.forward('logSumExp', { x: bits }, { dtype: 'bf16' })).y).toEqualTypeOf<Result>();
  const half = { dtype: 'bf16' } as const;
  expectTypeOf((await gpu.backward('crossEntropy', { x: bits, labels, dy }, half)).dx).toEqualTypeOf<
    Uint16Array<ArrayBuffer>
  >();
  await gpu.backward('crossEntropy', { x, labels, logSumExp: x, dy, dx }, { accumulate: true });
  gpu.encodeForward(pass, 'crossEntropy', { x: tensor, labels: tensor, loss: tensor, length }, rows);
  gpu.encodeBackward(pass, 'crossEntropy', { x: tensor, labels: tensor, dy: tensor, dx: tensor, length }, rows);
  gpu.encodeBackward(pass, 'swiglu', { gate: tensor, up: tensor, dy: tensor, dUp: tensor, length });
}

/** Compiled, never called. */
async function refused(): Promise<void> {
  // @ts-expect-error gelu's derivative is no function of y
  await gpu.backward('gelu', { y: x, dy });
  // @ts-expect-error
  gpu.encodeBackward(pass, 'gelu', { y: tensor, dy: tensor, dx: tensor, length });
  // @ts-expect-error a result is received by an array of the elements' kind
  await gpu.forward('gelu', { x, y: bits });
  // @ts-expect-error y is always wanted
  await gpu.forward('gelu', { x, y: false });
  // @ts-expect-error gelu has no gate
  await gpu.backward('gelu', { x, dy, dGate: x });
  // @ts-expect-error nobody wants it, so it is not there
  (await gpu.backward('prelu', { x, weight, dy, dx: false })).dx;
  // @ts-expect-error elu's options, not selu's
  await gpu.prepare([['selu', { alpha: 1 }]]);
  // @ts-expect-error a misspelt name
  await gpu.prepare(['gelu', 'sellu']);
  // @ts-expect-error accumulate wants what it adds to
  await gpu.backward('gelu', { x, dy }, { accumulate: true });
  // @ts-expect-error
  await gpu.backward('prelu', { x, weight, dy, dx }, { accumulate: true });
  // @ts-expect-error no bias, so no gradient of one
  await gpu.backward('gelu', { x, dy, dx, dBias: x }, { accumulate: true });
  // @ts-expect-error
  gpu.encodeBackward(pass, 'gelu', { x: tensor, dy: tensor, dx: tensor, dBias: tensor, length });
  // @ts-expect-error rows have no gate
  await gpu.forward('softmax', { gate, up });
  // @ts-expect-error a loss has labels
  await gpu.forward('crossEntropy', { x });
  // @ts-expect-error
  await gpu.forward('softmax', { x, labels: new Uint32Array(1) });
  // @ts-expect-error and no y
  gpu.encodeForward(pass, 'crossEntropy', { x: tensor, labels: tensor, y: tensor, length });
  // @ts-expect-error a gate without what it opens for
  await gpu.forward('mish', { gate });
  // @ts-expect-error x, or gate and up
  await gpu.forward('mish', { x, gate, up });
  // @ts-expect-error prelu's slope is a tensor
  await gpu.forward('prelu', { x, weight }, { alpha: 0.5 });
  // @ts-expect-error no gradient at all
  gpu.encodeBackward(pass, 'gelu', { x: tensor, dy: tensor, length });
  // @ts-expect-error
  gpu.encodeBackward(pass, 'softmax', { y: tensor, dy: tensor, length });
  // @ts-expect-error gelu has no weight
  gpu.encodeBackward(pass, 'gelu', { x: tensor, dy: tensor, dWeight: tensor, length });
  // @ts-expect-error a misspelt parameter, the catalogue's
  await gpu.forward('elu', { x }, { alhpa: 1 });
  // @ts-expect-error and one's own
  await gpu.forward(cubic, { x }, { scales: 2 });
  // @ts-expect-error
  await gpu.forward(plain, { x }, { scale: 2 });
  // @ts-expect-error float32 is no float16
  await gpu.forward('gelu', { x }, { dtype: 'f16' });
  // @ts-expect-error
  await gpu.forward('gelu', { x: bits });
  // @ts-expect-error x and y
  await gpu.backward('tanh', { x, y: x, dy });
  // @ts-expect-error an unknown key
  defineActivation({ ...plain, family: 'gated', reference: { value: (x) => x, derivative: () => 1 } });
}

test('the compiler has checked this file', () => {
  expect([accepted, refused, cubic, plain].every(Boolean)).toBe(true);
});
