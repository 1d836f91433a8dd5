/** Gated unitFacts: two buffers or two halves, one dispatch each way, in place into gate and up. */
import { describe, expect, test } from 'vitest';
import { resolveActivation } from '../../src/catalogue.js';
import { referenceOf } from '../../src/check/truth.js';
import { ulpError } from '../../src/check/ulp.js';
import { resolveParameters } from '../../src/definition.js';
import { dynamic } from '../../src/index.js';
import { gatedBy, unitFacts } from '../../src/reference/index.js';
import { bufferOf, exactValues, poisoned, read, submit, useDevice } from './support.js';

const held = useDevice();
const names = Object.keys(unitFacts) as 'swiglu'[];
const unitOf = (name: string) => gatedBy(referenceOf(resolveActivation(name)), resolveActivation(name).flat);
const parametersOf = (name: string) => resolveParameters(resolveActivation(name));

const values = (length: number, seed: number): Float32Array<ArrayBuffer> =>
  exactValues(length, seed).map((value) => value * 0.37);

const worst = (got: Float32Array, exact: (i: number) => number): number =>
  got.reduce((most, value, i) => Math.max(most, ulpError(value, exact(i))), 0);

describe.each(names)('%s', (name) => {
  const { value, dGate, dUp } = unitOf(name);
  const parameters = parametersOf(name);
  const { bounds } = resolveActivation(name);
  test.each([1, 4, 7, 1029])('%i elements, gate and up apart', async (length) => {
    const [gate, up, dy] = [values(length, 1), values(length, 2), values(length, 3)];
    const { y } = await held.gpu.forward(name, { gate, up });
    expect(worst(y, (i) => value(gate[i]!, up[i]!, parameters))).toBeLessThanOrEqual(bounds.forward);
    const gradients = await held.gpu.backward(name, { gate, up, dy });
    expect(worst(gradients.dGate, (i) => dGate(gate[i]!, up[i]!, dy[i]!, parameters))).toBeLessThanOrEqual(
      bounds.derivative + 0.5,
    );
    expect(worst(gradients.dUp, (i) => dUp(gate[i]!, up[i]!, dy[i]!, parameters))).toBeLessThanOrEqual(3.5);
  });

  test.each([
    [2, true],
    [6, true],
    [6, false],
    [8, true],
    [8, false],
    [1024, false],
  ])('the halves of rows of %i, gateFirst %s', async (columns, gateFirst) => {
    const half = columns / 2;
    const rows = 5;
    const x = values(rows * columns, 4);
    const dy = values(rows * half, 5);
    const at = (i: number, second: boolean): number =>
      Math.floor(i / half) * columns + (i % half) + (second ? half : 0);
    const gate = (i: number): number => x[at(i, !gateFirst)]!;
    const up = (i: number): number => x[at(i, gateFirst)]!;
    const { y } = await held.gpu.forward(name, { x }, { columns, gateFirst });
    expect(y).toHaveLength(rows * half);
    expect(worst(y, (i) => value(gate(i), up(i), parameters))).toBeLessThanOrEqual(bounds.forward);
    const { dx } = await held.gpu.backward(name, { x, dy }, { columns, gateFirst });
    const exact = new Float64Array(x.length);
    dy.forEach((dy_i, i) => {
      exact[at(i, !gateFirst)] = dGate(gate(i), up(i), dy_i, parameters);
      exact[at(i, gateFirst)] = dUp(gate(i), up(i), dy_i, parameters);
    });
    expect(worst(dx, (i) => exact[i]!)).toBeLessThanOrEqual(bounds.derivative + 0.5);
  });
});

describe.each(names)('%s: factors outside the normal float32 numbers, products inside', (name) => {
  const { value, dGate, dUp } = unitOf(name);
  const parameters = parametersOf(name);
  const { bounds } = resolveActivation(name);
  const gates = [
    -95, -88, -87.2, -105, -140, -173, -9, -11.5, -12.9, -13.4, -14.2, -16, -18.5, -61, -72, 95, 140, 20, 3, -3,
  ];
  gates.push(1e-40, -1e-39, 1e-20, 2e-38, -(2 ** -110), 0, 1e30);
  const factors = [1e38, -3.3e38, 2e20, 1e-3, -1e-20, 3e-38, 1e-40, -4e-45, 0];

  test('forward and backward', async () => {
    const pairs = gates.flatMap((gate) => factors.map((up) => [gate, up] as const));
    const gate = new Float32Array(pairs.map(([gate]) => gate));
    const up = new Float32Array(pairs.map(([, up]) => up));
    const { y } = await held.gpu.forward(name, { gate, up });
    expect(worst(y, (i) => value(gate[i]!, up[i]!, parameters))).toBeLessThanOrEqual(bounds.forward);
    for (const factor of factors) {
      const dy = new Float32Array(gate.length).fill(factor);
      const gradients = await held.gpu.backward(name, { gate, up, dy });
      expect(worst(gradients.dUp, (i) => dUp(gate[i]!, up[i]!, dy[i]!, parameters))).toBeLessThanOrEqual(3.5);
      expect(worst(gradients.dGate, (i) => dGate(gate[i]!, up[i]!, dy[i]!, parameters))).toBeLessThanOrEqual(
        bounds.derivative + 0.5,
      );
    }
  });
});

test('swiglu of gate −95 and up 1e38', async () => {
  const gate = new Float32Array([-95]);
  const { y } = await held.gpu.forward('swiglu', { gate, up: new Float32Array([1e38]) });
  expect(y[0]).toBeCloseTo(-0.0525, 4);
});

describe('in a pipeline', () => {
  test('y over gate, y over up; gradients over gate and up; one dispatch each way', async () => {
    const { gpu, device } = held;
    const length = 512;
    const [gate, up, dy] = [values(length, 1), values(length, 2), values(length, 3)];
    const expected = await gpu.forward('swiglu', { gate, up });
    const gradients = await gpu.backward('swiglu', { gate, up, dy });
    let dispatches = 0;
    const counted = (pass: GPUComputePassEncoder): GPUComputePassEncoder =>
      new Proxy(pass, {
        get(target, key) {
          const member = Reflect.get(target, key);
          if (typeof member !== 'function') return member;
          return (...given: unknown[]) => {
            if (key === 'dispatchWorkgroups') dispatches++;
            return member.apply(target, given);
          };
        },
      });
    for (const over of ['gate', 'up'] as const) {
      const tensors = { gate: bufferOf(device, gate), up: bufferOf(device, up) };
      submit(device, (pass) => gpu.encodeForward(counted(pass), 'swiglu', { ...tensors, y: tensors[over], length }));
      expect(await read(device, tensors[over])).toEqual(expected.y);
    }
    const tensors = { gate: bufferOf(device, gate), up: bufferOf(device, up), dy: bufferOf(device, dy) };
    const outputs = { dGate: tensors.gate, dUp: tensors.up };
    submit(device, (pass) => gpu.encodeBackward(counted(pass), 'swiglu', { ...tensors, ...outputs, length }));
    expect(await read(device, tensors.gate)).toEqual(gradients.dGate);
    expect(await read(device, tensors.up)).toEqual(gradients.dUp);
    expect(dispatches).toBe(3);
  });

  test('of halves, the first is the gate unless the caller says otherwise', async () => {
    const { gpu, device } = held;
    const [x, dy] = [values(64, 1), values(32, 2)];
    const first = await gpu.forward('glu', { x }, { columns: 16, gateFirst: true });
    const second = await gpu.forward('glu', { x }, { columns: 16, gateFirst: false });
    expect(first.y).not.toEqual(second.y);
    expect(await gpu.forward('glu', { x }, { columns: 16 })).toEqual(first);
    expect(await gpu.backward('glu', { x, dy }, { columns: 16 })).toEqual(
      await gpu.backward('glu', { x, dy }, { columns: 16, gateFirst: true }),
    );
    const [xBuffer, y] = [bufferOf(device, x), poisoned(device, 32)];
    submit(device, (pass) => gpu.encodeForward(pass, 'glu', { x: xBuffer, y, length: 32 }, { columns: 16 }));
    expect(await read(device, y)).toEqual(first.y);
  });

  test('dx over x, for halves', async () => {
    const { gpu, device } = held;
    const [x, dy] = [values(64, 1), values(32, 2)];
    const { dx } = await gpu.backward('geglu', { x, dy }, { columns: 16 });
    const xBuffer = bufferOf(device, x);
    const tensors = { x: xBuffer, dy: bufferOf(device, dy), dx: xBuffer, length: 32 };
    submit(device, (pass) => gpu.encodeBackward(pass, 'geglu', tensors, { columns: 16 }));
    expect(await read(device, xBuffer)).toEqual(dx);
  });

  test('halves without their row length are refused', () => {
    const { gpu, device } = held;
    const x = poisoned(device, 64);
    submit(device, (pass) => {
      expect(() => gpu.encodeForward(pass, 'glu', { x, y: poisoned(device, 32), length: 32 })).toThrow(
        /glu\.forward: expected columns/,
      );
      expect(() => gpu.encodeForward(pass, 'glu', { x, y: poisoned(device, 32), length: 32 }, { columns: 7 })).toThrow(
        /even/,
      );
    });
  });
});

describe('units that hold gate and up within a limit', () => {
  const units = [
    ['swigluOai', { alpha: 1.702, limit: 7 }],
    ['swigluOai', { alpha: 1, limit: 1.1 }],
    ['swigluClamped', { limit: 10 }],
    ['swigluClamped', { limit: 0.3 }],
    ['swigluStep', { limit: 7 }],
    ['swigluStep', { limit: 2.5 }],
  ] as const;
  const calls = () => dynamic(held.gpu);
  const float = new Float32Array(1);
  const word = new Int32Array(float.buffer);
  /** The float32 numbers nearest to one, on both sides. */
  const around = (x: number): number[] =>
    [-2, -1, 0, 1, 2].map((step) => {
      float[0] = x;
      word[0]! += step;
      return float[0];
    });

  test.each(units)('%s %j: both sides of the limits, NaN and ∞, bit by bit 0 beyond', async (name, options) => {
    const { value, dGate, dUp } = unitOf(name);
    const { limit } = options;
    // silu(x) = limit: where the gate of swigluStep ends
    let end: number = limit;
    for (let step = 0; step < 99; step++) end = limit * (1 + Math.exp(-end));
    const gates = [...around(limit), ...around(end), 0, -0, -3, -90, 1e30, Infinity, NaN];
    const ups = [...around(limit), ...around(-limit), 0, 0.25, -1, 1e30, -Infinity, Infinity, NaN];
    const pairs = gates.flatMap((gate) =>
      ups.flatMap((up) => [1.5, NaN, Infinity].map((dy) => [gate, up, dy] as const)),
    );
    const [gate, up, dy] = [0, 1, 2].map((part) => Float32Array.from(pairs, (pair) => pair[part]!));
    const { y } = await calls().forward(name, { gate, up }, options);
    const got: Record<string, Float32Array> = await calls().backward(name, { gate, up, dy }, options);
    for (const [i] of pairs.entries()) {
      const [g, u, d] = [gate![i]!, up![i]!, dy![i]!];
      const exact = { y: value(g, u, options), dGate: dGate(g, u, d, options), dUp: dUp(g, u, d, options) };
      const at = `gate ${g}, up ${u}, dy ${d}`;
      for (const [tensor, array] of Object.entries({ y, ...got })) {
        const wanted = exact[tensor as 'y'];
        if (Math.abs(wanted) < 2 ** -126) expect(Math.abs(array![i]!), `${tensor}, ${at}`).toBeLessThan(2 ** -126);
        else expect(ulpError(array![i]!, wanted), `${tensor}, ${at}`).toBeLessThanOrEqual(8);
      }
      if (Math.abs(u) > limit) expect(got.dUp![i], at).toBe(0);
    }
  });
});

test.each([
  ['reluSquared', {}, [1e-39, 1e-31], [3e38, 3e38], [0, 0]],
  ['lisht', {}, [1e-39, 1e-31], [3e38, 3e38], [0, 0]],
  ['starRelu', { shift: 0 }, [1e-39, 1e-31], [3e38, 3e38], [0, 0]],
  ['xielu', { beta: 0 }, [1e-39, 1e-31], [3e38, 3e38], [0, 0]],
  ['affine', { beta: 1e-35 }, [1e-39, 1e-31], [3e38, 3e38], [3000, 30_003_000]],
  ['threshold', { value: 1e-35 }, [1e-39, 1e-39], [1e35, 1e35], [1, 1]],
  ['clippedRelu', { slope: 1e-32, threshold: 1 }, [1e-39, 1e-39], [1e35, 1e35], [-1000, -1000]],
  ['gelu', {}, [1e-39, 1e-31], [3e38, 3e38], [0.15, 15_000_000]],
] as const)('%s %j of a gate near 0, whatever lies beside it', async (name, parameters, gates, ups, expected) => {
  const [gate, up] = [Float32Array.of(...gates, 1, 1), Float32Array.of(...ups, 1, 1)];
  const { y } = await dynamic(held.gpu).forward(name, { gate, up }, parameters);
  const { dUp } = await dynamic(held.gpu).backward(name, { gate, up, dy: up }, parameters);
  for (const [i, exact] of expected.entries())
    for (const got of [y![i]!, dUp![i]!])
      expect(Math.abs(got - exact)).toBeLessThanOrEqual(2e-4 * Math.abs(exact) + 2 ** -126);
});
