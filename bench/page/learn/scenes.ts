/** The five scenes: what each claims, what it lets you guess, what it measures, and why. */
import type { ComponentType } from 'preact';
import type { Activations } from '../../../src/index.js';
import { formatNumber } from '../numbers.js';
import { Choosing, softmaxOf } from './choosing.js';
import { countDead, Dying, UNITS } from './dying.js';
import { pointOf } from './exercises.js';
import { distanceOf, Gelu } from './gelu.js';
import { passThrough } from './gradients.js';
import { Slope } from './slope.js';
import { Vanishing } from './vanishing.js';

export interface Scene {
  readonly id: string;
  readonly title: string;
  readonly claim: string;
  readonly guess: {
    readonly question: string;
    readonly choices: readonly { readonly text: string; readonly value: number }[];
    /** Near is a matter of factors, or of differences. */
    readonly isLogarithmic: boolean;
    /** The truth, by the kernels or the reference. */
    readonly measure: (activations: Activations | undefined) => Promise<number>;
    readonly tell: (value: number) => string;
  };
  readonly Act: ComponentType;
  readonly why: string;
}

const LAYERS = 20;
const STEPS = 40;

export const scenes: readonly Scene[] = [
  {
    id: 'slope',
    title: 'The slope',
    claim: 'The slope of an activation decides how much of a gradient passes.',
    guess: {
      question: 'A gradient of 1 meets a sigmoid whose input is 3. How much comes out?',
      choices: [0.95, 0.45, 0.045, 0.0045].map((value) => ({ value, text: formatNumber(value) })),
      isLogarithmic: true,
      measure: async (activations) => (await pointOf(activations, 'sigmoid', 3)).slope,
      tell: (value) => `${formatNumber(value)}. The output there is almost 1, and hardly changes with x.`,
    },
    Act: Slope,
    why: 'Backward means: multiply by f′(x). Where the curve is flat, nothing comes back.',
  },
  {
    id: 'vanishing',
    title: 'Vanishing gradients',
    claim: 'Every layer multiplies the gradient by its slope. Many small factors leave nothing.',
    guess: {
      question: `Twenty sigmoid layers, each with the input 3. What is left of a gradient of 1?`,
      choices: [
        { text: 'about a twentieth', value: 0.05 },
        { text: 'a millionth', value: 1e-6 },
        { text: '10⁻¹³', value: 1e-13 },
        { text: '10⁻²⁷', value: 1e-27 },
      ],
      isLogarithmic: true,
      measure: async (activations) => (await passThrough(activations, 'sigmoid', 3)).left[LAYERS]!,
      tell: (value) => `${formatNumber(value)}. Added to a weight in float32, that changes nothing.`,
    },
    Act: Vanishing,
    why: 'A product of many factors below 1 goes to 0: take functions with slopes near 1, and weights that fit them.',
  },
  {
    id: 'dying',
    title: 'Dying ReLU',
    claim: 'A ReLU that no example wakes gets no gradient. It is dead until a layer before it changes.',
    guess: {
      question: `A network with ${UNITS} ReLUs learns with steps that are thirty times too long. How many are dead after ${STEPS} steps?`,
      choices: [0, 10, 48, 90].map((value) => ({ value, text: value ? `about ${value}` : 'none' })),
      isLogarithmic: false,
      measure: () => countDead(STEPS),
      tell: (value) => `${value} of ${UNITS} are dead.`,
    },
    Act: Dying,
    why: 'One step that is too long pushes a unit below 0 for every example; a slope below 0 (leakyRelu) lets it learn its way back.',
  },
  {
    id: 'gelu',
    title: 'GELU and its approximations',
    claim: 'GELU is x times the chance that a normal number lies below x. Its approximations are near, not equal.',
    guess: {
      question: 'How far is the tanh approximation from the exact GELU at most?',
      choices: [0.05, 0.0005, 5e-6, 5e-8].map((value) => ({ value, text: formatNumber(value) })),
      isLogarithmic: true,
      measure: async (activations) => (await distanceOf(activations, 'geluTanh')).distance,
      tell: (value) =>
        `${formatNumber(value, 2)}. That is small beside 1, and thousands of steps between float32 numbers.`,
    },
    Act: Gelu,
    why: 'Smooth, never dead, and near relu far from 0: that is why transformers have gelu or silu.',
  },
  {
    id: 'choosing',
    title: 'Choosing',
    claim: 'The task chooses the output function, and the output function chooses its loss.',
    guess: {
      question: 'Three classes have the logits 2, 1 and 0. What share does softmax give to the first?',
      choices: [0.34, 0.5, 0.67, 0.95].map((value) => ({ value, text: `${Math.round(100 * value)} %` })),
      isLogarithmic: false,
      measure: async (activations) => (await softmaxOf(activations, [2, 1, 0]))[0]!,
      tell: (value) => `${formatNumber(100 * value, 3)} %. Each logit more is a factor of e = 2.718 against the next.`,
    },
    Act: Choosing,
    why: 'Output and loss must fit together: then the gradient is answer minus truth, large where the network is wrong.',
  },
];

/** Which of the choices is nearest to what was measured. */
export function nearestChoice({ choices, isLogarithmic }: Scene['guess'], measured: number): number {
  const place = isLogarithmic ? Math.log : (value: number) => value;
  const distances = choices.map(({ value }) => Math.abs(place(value) - place(measured)));
  return distances.indexOf(Math.min(...distances));
}
