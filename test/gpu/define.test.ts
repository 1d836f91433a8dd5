/** Activations of a user's own, and activations inside a user's own kernel. */
import { describe, expect, test } from 'vitest';
import { type ArrayCalls, check, ulpError } from '../../src/check/index.js';
import { sampleInputs } from '../../src/check/samples.js';
import { allowanceOf } from '../../src/check/truth.js';
import { familyOf } from '../../src/forms.js';
import {
  type ActivationDefinition,
  type ActivationName,
  catalogue,
  defineActivation,
  dynamic,
  resolveActivation,
  resolveParameters,
  wgsl,
} from '../../src/index.js';
import { reference } from '../../src/reference/index.js';
import { bufferOf, exactValues, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();
const elementwise = (Object.keys(catalogue) as ActivationName[]).filter(
  (name) => familyOf(catalogue[name]) === 'elementwise',
) as 'gelu'[];

const cubicSource: ActivationDefinition<'scale'> = {
  name: 'scaledCubic',
  parameters: { scale: { default: 2, range: [-100, 100] } },
  wgsl: `
    // scale · x³
    fn scaled_cubic(x: real, scale: f32) -> real { return scale * x * x * x; }
    fn scaled_cubic_derivative(x: real, scale: f32) -> real { return 3.0 * scale * x * x; }`,
  reference: {
    value: (x, { scale }) => scale * x ** 3,
    derivative: (x, { scale }) => 3 * scale * x ** 2,
  },
};
const cubic = defineActivation(cubicSource);

describe('defineActivation', () => {
  test('works as a built-in does: arrays, pipelines, parameters, bias', async () => {
    const { gpu, device } = held;
    const x = new Float32Array([-2, -1, 0, 1, 2, 3, 4]);
    expect((await gpu.forward(cubic, { x })).y).toEqual(x.map((v) => 2 * v ** 3));
    expect((await gpu.backward(cubic, { x, dy: x }, { scale: 0.5 })).dx).toEqual(x.map((v) => 1.5 * v ** 3));
    expect((await gpu.forward(cubic, { x, bias: new Float32Array([1]) })).y).toEqual(x.map((v) => 2 * (v + 1) ** 3));
    const [xBuffer, y] = [bufferOf(device, x), poisoned(device, 7)];
    await gpu.prepare(cubic);
    submit(device, (pass) => gpu.encodeForward(pass, cubic, { x: xBuffer, y, length: 7 }, { scale: 1 }));
    expect(await read(device, y)).toEqual(x.map((v) => v ** 3));
    await expect(gpu.forward(cubic, { x }, { scale: 101 })).rejects.toThrow(
      /scaledCubic\.forward: expected -100 ≤ scale ≤ 100, got 101/,
    );
  });

  test('two definitions of one name do not mix', async () => {
    const make = (factor: number): ReturnType<typeof defineActivation> =>
      defineActivation({
        name: 'twin',
        wgsl: `fn twin(x: real) -> real { return ${factor}.0 * x; } fn twin_derivative(x: real) -> real { return real(${factor}.0); }`,
        reference: { value: (x) => factor * x, derivative: () => factor },
      });
    const x = new Float32Array([1]);
    expect((await held.gpu.forward(make(2), { x })).y[0]).toBe(2);
    expect((await held.gpu.forward(make(3), { x })).y[0]).toBe(3);
  });

  test('nor do two names for one text', async () => {
    const wgsl = `fn one(x: real) -> real { return x; } fn one_derivative(x: real) -> real { return real(1.0); }
      fn two(x: real) -> real { return 2.0 * x; } fn two_derivative(x: real) -> real { return real(2.0); }`;
    const make = (name: string, factor: number): ReturnType<typeof defineActivation> =>
      defineActivation({ name, wgsl, reference: { value: (x) => factor * x, derivative: () => factor } });
    const x = new Float32Array([1]);
    expect((await held.gpu.forward(make('one', 1), { x })).y[0]).toBe(1);
    expect((await held.gpu.forward(make('two', 2), { x })).y[0]).toBe(2);
  });

  test('a row of the catalogue serves as its name does', async () => {
    const x = new Float32Array([-1, 2]);
    expect((await held.gpu.forward(resolveActivation('relu'), { x })).y).toEqual(new Float32Array([0, 2]));
  });

  test('three and four parameters go in as one float32 each', async () => {
    const four = defineActivation({
      name: 'four',
      parameters: {
        a: { default: 1, range: [0, 9] },
        b: { default: 2, range: [0, 9] },
        c: { default: 3, range: [0, 9] },
        d: { default: 4, range: [0, 9] },
      },
      wgsl: `fn four(x: real, a: f32, b: f32, c: f32, d: f32) -> real { return x * (a + 10.0 * b + 100.0 * c + 1000.0 * d); }
        fn four_derivative(x: real, a: f32, b: f32, c: f32, d: f32) -> real { return real(a + 10.0 * b + 100.0 * c + 1000.0 * d); }`,
      reference: { value: (x) => x, derivative: () => 1 },
    });
    expect((await held.gpu.forward(four, { x: new Float32Array([1]) })).y[0]).toBe(4321);
  });

  test('an error in the WGSL comes back with the line of the user’s text', async () => {
    const broken = defineActivation({
      name: 'broken',
      wgsl: 'fn broken(x: real) -> real {\n  return y;\n}\nfn broken_derivative(x: real) -> real { return x; }',
      reference: { value: (x) => x, derivative: () => 1 },
    });
    await expect(held.gpu.forward(broken, { x: new Float32Array(4) })).rejects.toMatchObject({
      name: 'ShaderCompileError',
      messages: [{ line: 2, text: expect.stringContaining('y') }],
      code: broken.source!.code,
    });
  });

  // biome-ignore lint/suspicious/noExplicitAny: deliberately wrong
  const wrong: [string, any, RegExp][] = [
    [
      'a key that says nothing',
      { ...cubicSource, family: 'gated' },
      /defineActivation: expected keys among name, wgsl, .*, got "family"/,
    ],
    ['a misspelt key', { ...cubicSource, bound: 4 }, /got "bound"; did you mean "bounds"/],
    ['nothing', undefined, /defineActivation: expected a definition, got undefined/],
    ['no name', {}, /expected name to be a camelCase word, got undefined/],
    ['no reference', { name: 'a', wgsl: '' }, /expected reference\.value to be a function, got undefined/],
    [
      'no derivative',
      { name: 'a', wgsl: 'fn a(x: real) -> real { return x; }', reference: cubicSource.reference },
      /expected wgsl to declare fn a_derivative\(x: real\) -> real, got none/,
    ],
    [
      'a parameter the WGSL lacks',
      { ...cubicSource, parameters: {} },
      /expected fn scaled_cubic\(x: real\) -> real, got one with 1 parameters/,
    ],
    [
      'a default out of range',
      { ...cubicSource, parameters: { scale: { default: 5, range: [0, 1] } } },
      /expected 0 ≤ scale ≤ 1, got 5/,
    ],
  ];
  test.each(wrong)('%s', (_name, definition, message) => {
    expect(() => defineActivation(definition)).toThrow(message);
  });
});

describe('wgsl: an activation in the epilogue of a matrix product', () => {
  const [rows, inner, columns] = [33, 19, 40];
  const a = exactValues(rows * inner, 1).map((value) => value / 16);
  const b = exactValues(inner * columns, 2).map((value) => value / 16);
  const bias = exactValues(columns, 3).map((value) => value / 16);
  const dy = exactValues(rows * columns, 4);

  // the kernel of the README: y = gelu(a × b + bias), or what its backward multiplies dy with
  const kernel = (names: { value: string; derivative: string }): string => `
    @group(0) @binding(0) var<storage, read> a: array<f32>;
    @group(0) @binding(1) var<storage, read> b: array<f32>;
    @group(0) @binding(2) var<storage, read> bias: array<f32>;
    @group(0) @binding(3) var<storage, read> dy: array<f32>;
    @group(0) @binding(4) var<storage, read_write> y: array<f32>;
    @group(0) @binding(5) var<storage, read_write> dx: array<f32>;
    @compute @workgroup_size(8, 8) fn matmul(@builtin(global_invocation_id) id: vec3<u32>) {
      if (id.x >= ${columns}u || id.y >= ${rows}u) { return; }
      var sum = 0.0;
      for (var k = 0u; k < ${inner}u; k++) { sum += a[id.y * ${inner}u + k] * b[k * ${columns}u + id.x]; }
      let i = id.y * ${columns}u + id.x;
      y[i] = ${names.value}(sum + bias[id.x]);
      dx[i] = dy[i] * ${names.derivative}(sum + bias[id.x]);
    }`;

  test.each(['gelu', 'silu', 'mish'] as const)('%s, forward and backward, as accurate as the kernels', async (name) => {
    const { device } = held;
    const code = wgsl(name, { prefix: 'my_' }) + kernel({ value: `my_${name}`, derivative: `my_${name}_derivative` });
    const compute = { module: device.createShaderModule({ code }), entryPoint: 'matmul' };
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
    const [y, dx] = [poisoned(device, rows * columns), poisoned(device, rows * columns)];
    const buffers = [...[a, b, bias, dy].map((values) => bufferOf(device, values)), y, dx];
    const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }));
    submit(device, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(Math.ceil(columns / 8), Math.ceil(rows / 8));
    });
    const [gotY, gotDx] = [await read(device, y), await read(device, dx)];
    let [worstY, worstDx] = [0, 0];
    for (let i = 0; i < rows * columns; i++) {
      let sum = bias[i % columns]!; // every partial sum is exact in float32
      for (let k = 0; k < inner; k++) sum += a[Math.floor(i / columns) * inner + k]! * b[k * columns + (i % columns)]!;
      worstY = Math.max(worstY, ulpError(gotY[i]!, reference[name].value(sum, {})));
      worstDx = Math.max(worstDx, ulpError(gotDx[i]!, dy[i]! * reference[name].derivative(sum, {})));
    }
    expect(worstY).toBeLessThanOrEqual(2.5);
    expect(worstDx).toBeLessThanOrEqual(3);
  });

  test('several at once share their math; the vec4 form stands beside the scalar one', async () => {
    const text = wgsl(['gelu', 'silu', 'swish', 'leakyRelu'], { prefix: 'p_', zero: 'uniforms.zero' });
    const declared = [...text.matchAll(/\bfn (\w+)/g)].map(([, name]) => name!);
    expect(declared).toEqual([...new Set(declared)]);
    expect(declared.every((name) => name.startsWith('p_'))).toBe(true);
    for (const name of ['gelu', 'silu', 'swish', 'leaky_relu'])
      for (const suffix of ['', '_derivative']) {
        expect(declared).toContain(`p_${name}${suffix}`);
        expect(declared).toContain(`p_${name}${suffix}_vec4`);
      }
    const module = held.device.createShaderModule({
      code: `struct U { zero: u32 }\n@group(0) @binding(0) var<uniform> uniforms: U;\n${text}`,
    });
    expect((await module.getCompilationInfo()).messages).toEqual([]);
  });

  test.each(elementwise)('%s gives what the kernels give, or is within their bounds', async (name) => {
    const { device, gpu } = held;
    const definition = resolveActivation(name);
    // WGSL has no text for ∞
    const parameters = Object.fromEntries(
      Object.entries(resolveParameters(definition)).map(([key, value]) => [key, Number.isFinite(value) ? value : 6]),
    );
    const x = sampleInputs({ points: definition.points(parameters), count: 2 ** 14 });
    const text = wgsl(name);
    const own = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const types = new RegExp(`fn activation_${own}_vec4\\(([^)]*)\\)`).exec(text)![1]!.split(',').slice(1);
    const values = Object.values(parameters).map((value, index) =>
      types[index]!.includes('vec2')
        ? `, vec2<f32>(${Math.fround(value)}, ${value - Math.fround(value)})`
        : `, ${types[index]!.includes('vec4') ? 'vec4<f32>' : 'f32'}(${Math.fround(value)})`,
    );
    const call = (suffix: string): string => `activation_${own}${suffix}(x[i]${values.join('')})`;
    const code = `${text}
      @group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;
      @group(0) @binding(1) var<storage, read_write> y: array<vec4<f32>>;
      @group(0) @binding(2) var<storage, read_write> dx: array<vec4<f32>>;
      @compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
        let i = id.x;
        y[i] = ${call('_vec4')};
        dx[i] = ${call('_derivative_vec4')};
      }`;
    const compute = { module: device.createShaderModule({ code }), entryPoint: 'main' };
    const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute });
    const [y, dx] = [poisoned(device, x.length), poisoned(device, x.length)];
    const entries = [bufferOf(device, x), y, dx].map((buffer, binding) => ({ binding, resource: { buffer } }));
    submit(device, (pass) => {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
      pass.dispatchWorkgroups(x.length / 256);
    });
    const dy = new Float32Array(x.length).fill(1);
    const { y: yExpected } = await dynamic(gpu).forward(name, { x }, parameters);
    const { dx: dxExpected } = await dynamic(gpu).backward(name, { x, dy }, parameters);
    const expected = { y: yExpected!, dx: dxExpected! };
    const allowance = allowanceOf(definition, parameters);
    for (const [tensor, buffer] of Object.entries({ y, dx })) {
      const got = await read(device, buffer);
      const wanted = expected[tensor as 'y' | 'dx'];
      const { value, derivative } = reference[name];
      const [exactOf, bound] =
        tensor === 'y' ? [value, definition.bounds.forward] : [derivative, definition.bounds.derivative];
      const isTiny = (number: number): boolean => Math.abs(number) < 2 ** -126; // one compiler flushes it, another not
      const differing = [...x.keys()].filter((i) => {
        if (Object.is(got[i], wanted[i]) || (isTiny(got[i]!) && isTiny(wanted[i]!))) return false;
        const exact = exactOf(x[i]!, parameters as never);
        return !(ulpError(got[i]!, exact) <= bound || Math.abs(got[i]! - exact) <= allowance(x[i]!));
      });
      expect(differing.map((i) => [tensor, x[i], wanted[i], got[i]]).slice(0, 3)).toEqual([]);
    }
  });

  test('the caller’s zero is taken as it stands', () => {
    expect(wgsl('gelu', { zero: 'order.zero /* real bits */' })).toContain('order.zero /* real bits */');
  });

  test('a prefix that is none, and a unit that is no function of x', () => {
    expect(() => wgsl('gelu', { prefix: '1' })).toThrow(/expected prefix to begin an identifier, got "1"/);
    expect(() => wgsl('swiglu')).toThrow(/expected activations of single elements, got "swiglu"/);
  });
});

describe('check of a user’s own activation', () => {
  test('passes one that is right', async () => {
    const results = await check(held.gpu as unknown as ArrayCalls, cubic, { count: 5000 });
    expect(results.map(({ suite, status }) => [suite, status])).toEqual([
      ['derivative', 'passed'],
      ['reference', 'passed'],
      ['reference', 'passed'],
    ]);
  });

  test('tells a derivative that is not the value’s, and a shader that is not the reference', async () => {
    const wrong = defineActivation({
      name: 'wrong',
      wgsl: 'fn wrong(x: real) -> real { return x * x + 0.5; } fn wrong_derivative(x: real) -> real { return 3.0 * x; }',
      reference: { value: (x) => x * x, derivative: (x) => 3 * x },
    });
    const [derivative, y, dx] = await check(held.gpu as unknown as ArrayCalls, wrong, { count: 5000 });
    expect(derivative).toMatchObject({ status: 'failed', reason: expect.stringContaining('not that of its value') });
    expect(y!.status).toBe('failed');
    expect(dx!.status).toBe('passed');
  });
});

test('two definitions of one name and text, their parameters in another order', async () => {
  const define = (parameters: ActivationDefinition<'a' | 'b'>['parameters']) =>
    defineActivation<'a' | 'b', 'a'>({
      name: 'lineOf',
      wgsl: `
        fn line_of(x: real, p: real, q: real) -> real { return x * p + q; }
        fn line_of_derivative(x: real, p: real, q: real) -> real { return p; }
        fn line_of_a_derivative(x: real, p: real, q: real) -> real { return x; }`,
      reference: { value: (x) => x, derivative: () => 1, by: { a: (x) => x } },
      parameters: parameters!,
      learned: ['a'],
    });
  const facts = { default: 1, range: [-10, 10] } as const;
  const tensors = { x: Float32Array.of(1, 2), a: Float32Array.of(3) };
  const first = await dynamic(held.gpu).forward(define({ a: facts, b: facts }), tensors, { b: 5 });
  expect([...first.y!]).toEqual([8, 11]);
  const second = await dynamic(held.gpu).forward(define({ b: facts, a: facts }), tensors, { b: 5 });
  expect([...second.y!]).toEqual([8, 13]);
});

test.each([['a', 'dA'], ['toString'], ['constructor']])('a parameter must not hide another tensor: %s', (...names) => {
  const parameters = Object.fromEntries(names.map((name) => [name, { default: 1, range: [0, 2] as const }]));
  const wrong = { ...cubicSource, parameters } as unknown as ActivationDefinition<'scale'>;
  expect(() => defineActivation(wrong)).toThrow('defineActivation: expected parameters of names that no option has');
});
