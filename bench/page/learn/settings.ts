import { createSettings } from '../settings.js';

export const settings = createSettings('learn', {
  names: ['sigmoid', 'tanh', 'relu', 'gelu', 'silu'] as readonly string[],
  /** What every unit sees: one x, or standard normal numbers. */
  signal: 'one',
  x: 3,
  layers: 20,
  data: 'moons',
  activation: 'relu',
  initialisation: 'he',
  rate: 0.3,
  leak: 0.2,
  seed: 1,
});

export const change = (part: Partial<typeof settings.value>): void => {
  settings.value = { ...settings.value, ...part };
};
