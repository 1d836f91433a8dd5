/** The numbers behind the README's advice on which activation to choose, computed from the float64 reference. */
import { normalInputs } from '../src/check/samples.js';
import { reference } from '../src/reference/index.js';

const sample = normalInputs(2 ** 16, 1);
const compared = [
  'sigmoid',
  'tanh',
  'softsign',
  'relu',
  'leakyRelu',
  'elu',
  'selu',
  'softplus',
  'gelu',
  'silu',
  'mish',
] as const;
const parameters: Partial<Record<string, Record<string, number>>> = {
  leakyRelu: { alpha: 0.01 },
  elu: { alpha: 1 },
  softplus: { beta: 1 },
};

export interface Passage {
  readonly name: string;
  /**
   * √(E f′² / E f²) over standard normal inputs: what a layer does to the size of a gradient when its weights are
   * scaled so that the signal keeps its size (Schoenholz et al. 2016, arXiv:1611.01232; for relu that is He initialisation).
   */
  readonly factor: number;
  /** Share of inputs whose derivative is exactly 0. */
  readonly blocked: number;
}

/** How gradients pass an activation whose inputs are standard normal numbers. */
export function passage(name: (typeof compared)[number]): Passage {
  let [values, derivatives, blocked] = [0, 0, 0];
  const given = parameters[name] ?? {};
  for (const x of sample) {
    const derivative = reference[name]!.derivative(x, given);
    values += reference[name]!.value(x, given) ** 2;
    derivatives += derivative ** 2;
    if (derivative === 0) blocked++;
  }
  return { name, factor: Math.sqrt(derivatives / values), blocked: blocked / sample.length };
}

/** Largest |approximation − gelu| and where. */
export function approximationError(name: 'geluTanh' | 'geluSigmoid'): { error: number; x: number } {
  let worst = { error: 0, x: 0 };
  for (let x = -8; x <= 8; x += 1 / 1024) {
    const error = Math.abs(reference[name]!.value(x, {}) - reference.gelu!.value(x, {}));
    if (error > worst.error) worst = { error, x };
  }
  return worst;
}

const power = (value: number): string =>
  value < 1e-2 || value >= 100 ? value.toExponential(0).replace(/e\+?/, ' · 10^') : value.toPrecision(2);

/** The table and the sentences with numbers in them. */
export function guide(): string {
  const left = (factor: number, layers: number): string =>
    power(factor ** layers).replace(/\^(-?\d+)/, (_, digits) => superscript(digits));
  const rows = compared.map((name) => {
    const { factor, blocked } = passage(name);
    return `| ${name} | ${left(factor, 20)} | ${left(factor, 50)} | ${Math.round(100 * blocked)} % |`;
  });
  const [tanh, sigmoid] = [approximationError('geluTanh'), approximationError('geluSigmoid')];
  return [
    '| f | 20 layers | 50 layers | inputs with f′ = 0 |',
    '|---|---|---|---|',
    ...rows,
    '',
    `Against the exact gelu, geluTanh is off by at most ${tanh.error.toExponential(1)} (at x = ${tanh.x.toFixed(2)}), geluSigmoid by ` +
      `${sigmoid.error.toExponential(1)} (at x = ${sigmoid.x.toFixed(2)}).`,
  ].join('\n');
}

const superscript = (digits: string): string =>
  digits.replace(/./g, (digit) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'['-0123456789'.indexOf(digit)]!);
