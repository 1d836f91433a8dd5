/** What the page's lesson computes without a GPU. */
import { expect, test } from 'vitest';
import { createPoints } from '../../bench/page/learn/data.js';
import { exercises, isRight, solve } from '../../bench/page/learn/exercises.js';
import { Network, type NetworkOptions } from '../../bench/page/learn/network.js';
import { questions } from '../../bench/page/learn/quiz.js';
import { createTrainer } from '../../bench/page/learn/trainer.js';

test('the answers are the course’s', async () => {
  const answers = await Promise.all(exercises.map((exercise) => solve(undefined, exercise)));
  expect(answers.map((answer) => Number(answer.toFixed(4)))).toEqual([
    ...[0.0452, 0.0066, 0.0099, 0.0002, 0.1192, -0.964, 0, -0.02, -0.0455, -2, 0.7616, 0.9277],
  ]);
});

test('an answer is right to four decimals or one percent, with a comma too; nothing is no answer', () => {
  for (const text of ['0.0452', ' 0,0452 ', '0.04518', '.0450']) expect(isRight(text, 0.0451767), text).toBe(true);
  for (const text of ['', ' ', '0.046', '-0.0452', 'x']) expect(isRight(text, 0.0451767), text).toBe(false);
  expect(isRight('−2', -2)).toBe(true);
  expect(isRight('', 0)).toBe(false);
});

test('every question of the quiz has one right answer among its choices', () => {
  for (const { choices, right, because } of questions) {
    expect(choices[right]).toBeDefined();
    expect(because.length).toBeGreaterThan(20);
  }
});

const options: Omit<NetworkOptions, 'rate'> = {
  ...{ widths: [2, 32, 32, 32, 1], activation: 'relu', leak: 0.2, initialisation: 'he', seed: 1 },
  points: createPoints('moons', 64),
};

test('on the CPU a network learns, dies of steps that are too long, and is revived', { timeout: 60_000 }, async () => {
  const healthy = await Network.create(undefined, { ...options, rate: 0.3 });
  healthy.train(60);
  const before = await healthy.observe();
  expect(before.loss).toBeLessThan(0.1);
  expect(before.gradients).toHaveLength(4);
  for (const activation of ['leakyRelu', 'prelu'] as const) {
    const network = await Network.create(undefined, { ...options, rate: 10 });
    network.train(40);
    const { units, loss, awake } = await network.observe();
    expect(units.reduce((sum, { dead }) => sum + dead.length, 0)).toBeGreaterThan(70);
    expect(loss).toBeGreaterThan(before.loss);
    for (const [layer, { dead }] of units.entries()) for (const unit of dead) expect(awake[layer]![unit]).toBe(0);
    network.rate = 0.3;
    network.activation = activation;
    network.train(80);
    const after = await network.observe();
    expect(after.units.map(({ dead }) => dead.length)).toEqual([0, 0, 0]);
    expect(after.loss).toBeLessThan(0.45);
    if (activation === 'prelu')
      expect(new Set(after.slopes!.flatMap((slopes) => [...slopes])).size).toBeGreaterThan(30);
  }
});

test('what arrives at the last layer is the answer minus the truth, and small steps lower the loss', async () => {
  const small = { ...options, widths: [2, 4, 1], activation: 'tanh', initialisation: 'glorot' } as const;
  const network = await Network.create(undefined, { ...small, rate: 0.1 });
  const losses: number[] = [];
  for (let step = 0; step < 5; step++) {
    network.train(1);
    const { loss, gradients } = await network.observe();
    losses.push(loss);
    expect(gradients[1]).toBeGreaterThan(0.2);
    expect(gradients[1]).toBeLessThan(0.8);
  }
  expect(losses).toEqual(losses.toSorted((a, b) => b - a));
});

test('training stops at its last step, whatever the steps between two looks', async () => {
  const small = { ...options, widths: [2, 4, 1], rate: 0.1 } as const;
  const networks = await Promise.all([1, 2].map((seed) => Network.create(undefined, { ...small, seed })));
  const trainer = createTrainer(() => {});
  const seen: number[] = [];
  await trainer.guard(() =>
    trainer.train(networks, 13, async () => {
      seen.push(networks[0]!.step);
    }),
  );
  expect(trainer.problem.value).toBe('');
  expect(networks.map(({ step }) => step)).toEqual([13, 13]);
  expect(seen[0]).toBe(1);
  expect(seen.at(-1)).toBe(13);
});
