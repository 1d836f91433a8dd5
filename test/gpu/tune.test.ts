import { expect, test } from 'vitest';
import { createActivations } from '../../src/index.js';
import { exactValues, useDevice } from './support.js';

const held = useDevice();

test('tune measures a shape, keeps it by adapter, and results stay the same', async () => {
  const { gpu } = held;
  const x = exactValues(100_003);
  const run = async (): Promise<Float32Array> => (await gpu.forward('gelu', { x })).y;
  const before = await run();
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const shape = await gpu.tune({ storage });
  expect([64, 128, 256]).toContain(shape.workgroupSize);
  expect([1, 2, 4]).toContain(shape.steps);
  expect([...kept.values()].map((value) => JSON.parse(value))).toEqual([shape]);
  expect([...kept.keys()][0]).toContain(held.device.adapterInfo.vendor);
  expect(await run()).toEqual(before);

  for (const [key] of kept) kept.set(key, JSON.stringify({ workgroupSize: 64, steps: 4 }));
  expect(await gpu.tune({ storage })).toEqual({ workgroupSize: 64, steps: 4 });
  expect(await run()).toEqual(before);

  // what is kept needs no measuring, which an abort would stop
  const signal = AbortSignal.abort(new Error('measures'));
  expect(await gpu.tune({ storage, signal })).toEqual({ workgroupSize: 64, steps: 4 });
  for (const [key] of kept) kept.set(key, '{ "workgroupSize": 1e9 }');
  await expect(gpu.tune({ storage, signal })).rejects.toThrow('measures');
});

test('a shape of an earlier run is used; a wrong one is refused', async () => {
  const { device } = held;
  const given = await createActivations({ device, shape: { workgroupSize: 32, steps: 1 } });
  const { y } = await given.forward('relu', { x: exactValues(70_001) });
  expect(y).toEqual(exactValues(70_001).map((value) => Math.max(value, 0)));
  given.dispose();
  const wrong = { workgroupSize: 64, steps: 3 };
  await expect(createActivations({ device, shape: wrong })).rejects.toThrow(
    'createActivations: expected shape to be what tune() gave on this adapter, got {"workgroupSize":64,"steps":3}',
  );
});

test('an abort stops it', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(held.gpu.tune({ signal })).rejects.toThrow('enough');
});

test('a storage that takes nothing costs the measurement nothing', async () => {
  const refuse = (): never => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  const shape = await held.gpu.tune({ storage: { getItem: refuse, setItem: refuse } });
  expect([64, 128, 256]).toContain(shape.workgroupSize);
});
