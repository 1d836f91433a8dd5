import { expect, test } from 'vitest';
import { inTurn } from '../../bench/page/turn.js';

test('measurements of the page take turns, and a wait can be ended', async () => {
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const begin = (name: string, { signal } = new AbortController()) =>
    inTurn({ signal, onWait: () => told.push(`${name} waits`) }, async () => {
      told.push(`${name} begins`);
      await new Promise<void>((resolve) => ends.push(resolve));
      told.push(`${name} ends`);
      return name;
    });
  const settle = () => new Promise((resolve) => setTimeout(resolve));
  const leaving = new AbortController();
  const first = begin('first');
  const second = begin('second', leaving);
  const third = begin('third');
  await settle();
  expect(told).toEqual(['second waits', 'third waits', 'first begins']);
  leaving.abort(new Error('left'));
  await expect(second).rejects.toThrow('left');
  ends[0]!();
  expect(await first).toBe('first');
  await settle();
  expect(told.slice(3)).toEqual(['first ends', 'third begins']);
  ends[1]!();
  expect(await third).toBe('third');
  const failing = inTurn({ signal: new AbortController().signal, onWait: () => told.push('waits') }, async () => {
    throw new Error('failed');
  });
  await expect(failing).rejects.toThrow('failed');
  const last = begin('last');
  await settle();
  expect(told.slice(5)).toEqual(['third ends', 'last begins']);
  ends[2]!();
  expect(await last).toBe('last');
});
