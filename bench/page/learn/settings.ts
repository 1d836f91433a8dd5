import { addressOf, createSettings } from '../settings.js';

export const settings = createSettings('learn', {
  scene: 'slope',
  /** What was guessed, scene.choice: those scenes show their answer. */
  guessed: [] as readonly string[],
  /** A teacher's link has false: settings are hidden, and the scenes show what the link says. */
  controls: true as boolean,
  /** Nothing around the scene, for a frame in another page. */
  embed: false as boolean,

  // the slope
  of: 'sigmoid',
  at: 3,

  // vanishing
  names: ['sigmoid', 'tanh', 'relu', 'gelu', 'silu'] as readonly string[],
  /** What every unit sees: one x, or standard normal numbers. */
  signal: 'one',
  x: 3,
  layers: 20,
  factor: 0.6,
  start: 'glorot',

  // dying
  data: 'moons',
  activation: 'relu',
  initialisation: 'he',
  rate: 10,
  leak: 0.2,
  seed: 1,

  // GELU
  input: -0.75,

  // choosing
  logits: ['2', '1', '0', '-1'] as readonly string[],
  temperature: 1,
  label: 0,
});

export type LearnSettings = typeof settings.value;

// A teacher's link and a frame are what the address says, not what the last visit was.
if (!location.hash.includes('?')) settings.value = { ...settings.value, controls: true, embed: false };

export const change = (part: Partial<LearnSettings>): void => {
  settings.value = { ...settings.value, ...part };
};

/** The address of what is shown, with some settings changed. */
export function linkTo(part: Partial<LearnSettings>): string {
  const [path, query] = addressOf('learn').split('?');
  const changed = new URLSearchParams(query);
  for (const [key, value] of Object.entries(part)) changed.set(key, String(value));
  return `${path}?${changed.toString().replaceAll('%2C', ',')}`;
}

/** A link may say anything. */
export const within = (value: number, minimum: number, maximum: number): number =>
  Math.min(Math.max(value, minimum), maximum);

export const oneOf = <T extends string>(value: string, known: readonly T[], standard: T): T =>
  known.find((name) => name === value) ?? standard;
