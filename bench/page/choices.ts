/** The catalogue as choices of a form. */
import { type ActivationName, catalogue } from '../../src/index.js';
import type { Choice } from './controls.js';

export const activationNames = Object.keys(catalogue) as ActivationName[];

export const activationChoices: readonly Choice[] = activationNames.map((value) => ({
  ...{ value, note: catalogue[value].formula },
}));
