import type { Row } from '../catalogue.js';
import type { Definition, Parameters } from '../definition.js';
import { forms, gradientOf, usualForm } from '../forms.js';
import { factsByName, gatedBy, gradient, type Reference, reference, unitReference } from '../reference/index.js';
import type { Arrays } from './compute.js';
import { FLUSH_LIMIT } from './ulp.js';

/** What a parameter that is always learned is checked with where one value serves: PyTorch's initial slope of prelu. */
const SAMPLE_WEIGHT = 0.25;

/** One output of an activation and its truth. */
export interface Truth {
  readonly tensor: string;
  readonly direction: 'forward' | 'backward';
  /** The float64 reference in a plain loop, over the inputs' first `exact.length` elements. */
  fill(inputs: Arrays, exact: Float64Array): void;
}

/** The inputs of a forward pass, without learned ones. The first one decides what an element's result looks like. */
export const inputNames = (definition: Definition): readonly string[] => forms[usualForm(definition)].sources;

/** The tensors of one value each that every call has: prelu's weight. */
export function sampleLearned({ requires, learned }: Definition): Record<string, Float32Array<ArrayBuffer>> {
  return requires && learned[requires] ? { [requires]: Float32Array.of(SAMPLE_WEIGHT) } : {};
}

/** Those tensors' gradients. */
export const sampleGradients = (definition: Definition): string[] =>
  Object.keys(sampleLearned(definition)).map(gradientOf);

/** The parameters of the reference: those of the call, and what stands in the tensors of one value each. */
export function referenceParameters(
  definition: Definition,
  parameters: Parameters,
  tensors: Arrays = sampleLearned(definition),
): Parameters {
  const learned = Object.entries(definition.learned).flatMap(([tensor, parameter]) =>
    tensors[tensor] ? [[parameter, tensors[tensor]![0]!] as const] : [],
  );
  return { ...parameters, ...Object.fromEntries(learned) };
}

/** The float64 truth of the function that an activation maps each element by. */
export const referenceOf = ({ of, reference: own }: Row): Reference => own ?? reference[of] ?? unitReference[of]!;

/** What is computed from those, and from dy. */
export function truthsOf(row: Row, given: Parameters): readonly Truth[] {
  const parameters = referenceParameters(row, given);
  const { flat } = row;
  const activation = referenceOf(row);
  if (usualForm(row) === 'gate') {
    const { value, dGate, dUp } = gatedBy(activation, flat);
    return [
      {
        tensor: 'y',
        direction: 'forward',
        fill({ gate, up }, exact) {
          for (let i = 0; i < exact.length; i++) exact[i] = value(gate![i]!, up![i]!, parameters);
        },
      },
      {
        tensor: 'dGate',
        direction: 'backward',
        fill({ gate, up, dy }, exact) {
          for (let i = 0; i < exact.length; i++) exact[i] = dGate(gate![i]!, up![i]!, dy![i]!, parameters);
        },
      },
      {
        tensor: 'dUp',
        direction: 'backward',
        fill({ gate, up, dy }, exact) {
          for (let i = 0; i < exact.length; i++) exact[i] = dUp(gate![i]!, up![i]!, dy![i]!, parameters);
        },
      },
    ];
  }
  // NaN gives NaN, whatever a reference of the user's own makes of it
  const { value, derivative } = activation;
  return [
    {
      tensor: 'y',
      direction: 'forward',
      fill({ x }, exact) {
        for (let i = 0; i < exact.length; i++) exact[i] = Number.isNaN(x![i]!) ? NaN : value(x![i]!, parameters);
      },
    },
    {
      tensor: 'dx',
      direction: 'backward',
      fill({ x, dy }, exact) {
        for (let i = 0; i < exact.length; i++) {
          const slope = Number.isNaN(x![i]!) ? NaN : derivative(x![i]!, parameters);
          exact[i] = gradient(dy![i]!, slope, flat);
        }
      },
    },
  ];
}

/** The facts of the activation whose functions a row calls: a gated unit's are those of its gate. */
const gateOf = (row: Row): Row['bounds'] | undefined =>
  usualForm(row) === 'gate' ? factsByName[row.of]!.bounds : undefined;

/** Inputs that deserve a closer look: a gated unit's are those of its gate's activation. */
export const pointsOf = (row: Row, parameters: Parameters): readonly number[] =>
  (usualForm(row) === 'gate' ? factsByName[row.of]! : row).points(parameters);

/**
 * The largest error in ULP that an output may have. The contract of the catalogue holds where + − × ÷ are IEEE's, as on the
 * software adapters; WGSL allows a division 2.5 ULP, so of other adapters no function with a division can promise less than
 * 5.5 ULP. Bounds up to 1 belong to functions without one.
 * @param isDerivative dx is f′ itself, since dy is 1; a gated unit's dy and up are at most 1 in size
 */
export function boundOf(row: Row, tensor: string, isIeee: boolean, isDerivative = false): number {
  const { bounds } = row;
  const promise = (bound: number): number => (isIeee || bound <= 1 ? bound : Math.max(bound, 5.5));
  if (tensor === 'y') return promise(bounds.forward);
  if (isDerivative) return promise(bounds.derivative);
  // An ULP of f′ is up to two of a product with it, and each product's rounding adds half, which the next may double.
  const gate = gateOf(row);
  if (!gate) return 2 * promise(bounds.derivative) + 0.5;
  return tensor === 'dGate' ? 2 * promise(gate.derivative) + 1.5 : 2 * promise(gate.forward) + 0.5;
}

/** An error of this size at x passes whatever it is in ULP: beside roots. */
export function allowanceOf({ bounds: { absolute = 0 } }: Row, parameters: Parameters): (x: number) => number {
  return typeof absolute === 'function' ? (x) => absolute(x, parameters) : () => absolute;
}

/**
 * The error that an element of a result may have whatever it is in ULP: beside roots, and where f′ is below 2⁻¹²⁶ and so may be 0.
 * A gradient has it times |dy|. Gated units multiply such an f′ exactly.
 */
export function slackOf(row: Row, parameters: Parameters, inputs: Arrays): (index: number) => number {
  const allowance = allowanceOf(row, parameters);
  const { [inputNames(row)[0]!]: source, dy } = inputs;
  if (!dy) return (index) => allowance(source![index]!);
  const flushed = usualForm(row) === 'element' ? FLUSH_LIMIT : 0;
  return (index) => (allowance(source![index]!) + flushed) * Math.abs(dy[index]!);
}
