/** Dead and saturated units over a sliding window, against a count on the CPU. */
import { describe, expect, test } from 'vitest';
import { createDeadUnitMonitor } from '../../src/index.js';
import { bufferOf, POISON, read, submit, useDevice } from './support.js';

const held = useDevice();

let state = 1;
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

/** Units that `isIdle` says are idle in every element of each of the last `window` batches. */
function idleUnits(
  batches: Float32Array[],
  channels: number,
  inner: number,
  window: number,
  isIdle: (y: number) => boolean,
): number[] {
  const recent = batches.slice(-window);
  return Array.from({ length: channels }, (_, unit) => unit).filter((unit) =>
    recent.every((y) => y.every((value, i) => Math.floor(i / inner) % channels !== unit || isIdle(value))),
  );
}

const layouts: [examples: number, channels: number, inner: number][] = [
  [1, 1, 1],
  [7, 1, 1],
  [4000, 1, 1],
  [5, 7, 1],
  [4, 8, 1],
  [64, 300, 1],
  [3, 5, 6],
  [2, 6, 64],
  [3, 4, 67],
  [2, 10, 1024],
];

describe('dead units', () => {
  test.each(layouts)('[%i, %i, %i] over a sliding window of 3', async (examples, channels, inner) => {
    const { gpu, device } = held;
    const n = examples * channels * inner;
    const monitor = createDeadUnitMonitor(gpu, { channels, inner, window: 3 });
    expect(await monitor.report()).toMatchObject({
      ...{ batches: 0, dead: [], verdict: 'healthy' },
      advice: expect.stringMatching(/^No batch was recorded yet/),
    });
    const batches: Float32Array[] = [];
    for (let batch = 0; batch < 10; batch++) {
      // units that sleep through this batch, and among the others a lone element that is not zero, sometimes the last one
      const y = new Float32Array(n);
      for (let unit = 0; unit < channels; unit++) {
        if (random() < 0.6) continue;
        const example = Math.floor(random() * examples);
        const element = random() < 0.3 ? inner - 1 : Math.floor(random() * inner);
        y[(example * channels + unit) * inner + element] = random() < 0.1 ? NaN : random() < 0.5 ? -1e-40 : 2;
      }
      batches.push(y);
      const buffer = bufferOf(device, [...y, POISON, POISON, POISON, POISON]);
      submit(device, (pass) => monitor.encode(pass, { y: buffer, length: n }));
      buffer.destroy();
      const { dead, deadShare, batches: seen, verdict, advice } = await monitor.report();
      expect(dead).toEqual(idleUnits(batches, channels, inner, 3, (value) => value === 0));
      expect(seen).toBe(batch + 1);
      expect(deadShare).toBe(dead.length / channels);
      expect(verdict).toBe(deadShare > 0.3 ? 'act' : deadShare > 0.2 ? 'watch' : 'healthy');
      if (verdict === 'act') expect(advice).toMatch(/learning rate.*leakyRelu or prelu.*He/s);
    }
    monitor.dispose();
  });

  test('w = (−2, −3), b = 1 is dead on (1, 1) and (2, 2)', async () => {
    const { gpu, device } = held;
    const monitor = createDeadUnitMonitor(gpu, { channels: 1, window: 1 });
    const x = bufferOf(device, [-2 - 3 + 1, -4 - 6 + 1]);
    const y = bufferOf(device, [POISON, POISON]);
    submit(device, (pass) => {
      gpu.encodeForward(pass, 'relu', { x, y, length: 2 });
      monitor.encode(pass, { y, length: 2 });
    });
    expect((await read(device, y)).subarray(0, 2)).toEqual(new Float32Array(2));
    expect(await monitor.report()).toMatchObject({ deadShare: 1, dead: [0], batches: 1, verdict: 'act' });
    monitor.dispose();
  });

  test('several batches in one submit count one by one; verdicts at their borders', async () => {
    const { gpu, device } = held;
    const monitor = createDeadUnitMonitor(gpu, { channels: 10, window: 2 });
    for (const [dead, verdict] of [
      [2, 'healthy'],
      [3, 'watch'],
      [4, 'act'],
      [0, 'healthy'],
    ] as const) {
      const y = bufferOf(
        device,
        Array.from({ length: 10 }, (_, unit) => (unit < dead ? 0 : 1)),
      );
      submit(device, (pass) => {
        monitor.encode(pass, { y, length: 10 });
        monitor.encode(pass, { y, length: 10 });
      });
      expect(await monitor.report()).toMatchObject({ verdict, deadShare: dead / 10 });
    }
    expect((await monitor.report()).batches).toBe(8);
    monitor.dispose();
  });

  test('a threshold above zero', async () => {
    const { gpu, device } = held;
    const monitor = createDeadUnitMonitor(gpu, { channels: 3, window: 1, threshold: 0.5 });
    submit(device, (pass) => monitor.encode(pass, { y: bufferOf(device, [0.5, -0.75, -0.25]), length: 3 }));
    expect((await monitor.report()).dead).toEqual([0, 2]);
    monitor.dispose();
  });
});

describe('saturation', () => {
  test.each([
    ['sigmoid', (y: number) => y * (1 - y), 0],
    ['tanh', (y: number) => 1 - y * y, -1],
  ] as const)('%s', async (name, slope, low) => {
    const { gpu, device } = held;
    const [examples, channels] = [16, 40];
    const monitor = createDeadUnitMonitor(gpu, { channels, window: 2, kind: 'saturation', name, threshold: 0.05 });
    const batches: Float32Array[] = [];
    for (let batch = 0; batch < 6; batch++) {
      const y = new Float32Array(examples * channels).map((_, i) => {
        const saturates = (i % channels) % 3 < batch % 3 || random() < 0.7;
        return saturates ? (random() < 0.5 ? low : 1) : low / 2 + 0.5;
      });
      batches.push(y);
      submit(device, (pass) => monitor.encode(pass, { y: bufferOf(device, y), length: y.length }));
      const expected = idleUnits(batches, channels, 1, 2, (value) => Math.abs(slope(value)) < 0.05);
      expect((await monitor.report()).dead).toEqual(expected);
    }
    monitor.dispose();
  });
});

test('saturation: |f′| equal to the threshold is not below it', async () => {
  const { gpu, device } = held;
  // σ′ = y·(1 − y) is exact for these: 1/4, 3/16, 7/64
  const y = bufferOf(device, [0.5, 0.25, 0.125]);
  for (const [threshold, dead] of [
    [3 / 16, [2]],
    [3 / 16 + 2 ** -26, [1, 2]],
    [0.25, [1, 2]],
    [7 / 64, []],
  ] as const) {
    const monitor = createDeadUnitMonitor(gpu, { channels: 3, window: 1, kind: 'saturation', threshold });
    submit(device, (pass) => monitor.encode(pass, { y, length: 3 }));
    expect((await monitor.report()).dead).toEqual(dead);
    monitor.dispose();
  }
});

describe('errors', () => {
  test('options', () => {
    const { gpu } = held;
    expect(() => createDeadUnitMonitor(gpu, { channels: 0, window: 1 })).toThrow(
      new RangeError('relu.deadUnitMonitor: expected channels to be a positive integer, got 0'),
    );
    expect(() => createDeadUnitMonitor(gpu, { channels: 1, window: 1.5 })).toThrow(/window to be a positive integer/);
    expect(() => createDeadUnitMonitor(gpu, { channels: 1, window: 1, windows: 2 } as never)).toThrow(
      /did you mean "window"/,
    );
    expect(() => createDeadUnitMonitor(gpu, { channels: 1, window: 1, kind: 'saturation', name: 'gelu' })).toThrow(
      /derivative is a function of y, got "gelu"/,
    );
    expect(() => createDeadUnitMonitor({} as never, { channels: 1, window: 1 })).toThrow(
      /what createActivations\(\) gave/,
    );
  });

  test('tensors, and use after dispose', async () => {
    const { gpu, device } = held;
    const monitor = createDeadUnitMonitor(gpu, { channels: 4, window: 1 });
    const y = bufferOf(device, new Float32Array(8));
    submit(device, (pass) => {
      expect(() => monitor.encode(pass, { y, length: 6 })).toThrow(
        /positive multiple of channels · inner = 4 · 1, got 6/,
      );
      expect(() => monitor.encode(pass, { y, length: 12 })).toThrow(/expected y to hold 48 bytes, got 32/);
    });
    expect((await monitor.report()).batches).toBe(0);
    // as `using` ends it
    (monitor as unknown as Record<symbol, () => void>)[(Symbol as unknown as { dispose: symbol }).dispose]!();
    expect(() => submit(device, (pass) => monitor.encode(pass, { y, length: 2 }))).toThrow('got a disposed one');
    await expect(monitor.report()).rejects.toThrow(/expected a live monitor/);
  });
});
