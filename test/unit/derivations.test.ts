/** The page's derivations: every formula that a student reads is evaluated, and is the function or its slope. */
import { expect, test } from 'vitest';
import { defaultsOf } from '../../bench/page/explore/curve.js';
import { derivations } from '../../bench/page/learn/derivations.js';
import { isAlone } from '../../bench/page/learn/gradients.js';
import { referenceOf, referenceParameters } from '../../src/check/truth.js';
import { type ActivationName, catalogue, resolveActivation } from '../../src/index.js';
import { erf, normalCdf, normalDensity, sigmoid } from '../../src/reference/math.js';

type Scalar = (...values: number[]) => number;
type Names = Readonly<Record<string, number>>;

const functions: Readonly<Record<string, Scalar>> = {
  ...{ σ: (x) => sigmoid(x!), tanh: Math.tanh, ln: Math.log, erf: (x) => erf(x!), sin: Math.sin, cos: Math.cos },
  ...{ Φ: (x) => normalCdf(x!), φ: (x) => normalDensity(x!), max: Math.max, min: Math.min, sign: Math.sign },
  silu: (x) => x! * sigmoid(x!),
};

const slopeOf =
  (f: Scalar): Scalar =>
  (x) =>
    (f(x! + 1e-5) - f(x! - 1e-5)) / 2e-5;

/** A formula's value: + − · / ^, superscripts, |…|, √, functions and their slopes, "a if c, b if d, else e". */
function evaluate(formula: string, names: Names): number {
  const tokens = formula.match(/[\d.]+|\p{L}+[′]?|[²³½√^|()+−·/,<>≤≥]|\S/gu)!;
  let at = 0;
  const is = (...wanted: string[]) => wanted.includes(tokens[at]!) && !!++at;
  const need = (wanted: string) => {
    if (!is(wanted)) throw new Error(`expected ${wanted}, got ${tokens[at]} in ${formula}`);
  };
  const atom = (): number => {
    if (is('(')) {
      const value = pieces();
      need(')');
      return value;
    }
    if (is('|')) {
      const value = sum();
      need('|');
      return Math.abs(value);
    }
    if (is('√')) return Math.sqrt(atom());
    if (is('½')) return 0.5;
    if (is('−')) return -power();
    const token = tokens[at++]!;
    if (/\d/.test(token)) return Number(token) * (/^\p{L}/u.test(tokens[at] ?? '') && tokens[at] === 'π' ? atom() : 1);
    if (tokens[at] === '(') {
      const f = token.endsWith('′') ? slopeOf(functions[token.slice(0, -1)]!) : functions[token];
      if (f) {
        at++;
        const given = [pieces()];
        while (is(',')) given.push(pieces());
        need(')');
        return f(...given);
      }
    }
    const value = token === 'e' ? Math.E : token === 'π' ? Math.PI : names[token];
    if (value === undefined) throw new Error(`expected a name that is known, got ${token} in ${formula}`);
    return value;
  };
  const power = (): number => {
    let value = atom();
    for (;;)
      if (is('²')) value **= 2;
      else if (is('³')) value **= 3;
      else if (is('^')) value **= power();
      else return value;
  };
  const product = (): number => {
    let value = power();
    for (;;)
      if (is('·')) value *= power();
      else if (is('/')) value /= power();
      else return value;
  };
  const sum = (): number => {
    let value = is('−') ? -product() : product();
    for (;;)
      if (is('+')) value += product();
      else if (is('−')) value -= product();
      else return value;
  };
  const orders: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    ...{ '<': (a, b) => a < b, '>': (a, b) => a > b, '≤': (a, b) => a <= b, '≥': (a, b) => a >= b },
  };
  const condition = (): boolean => {
    let [left, holds] = [sum(), true];
    while (tokens[at]! in orders) {
      const order = orders[tokens[at++]!]!;
      const right = sum();
      holds &&= order(left, right);
      left = right;
    }
    return holds;
  };
  const pieces = (): number => {
    let found: number | undefined;
    for (;;) {
      const start = at;
      const value = is('else') ? sum() : sum();
      if (tokens[start] === 'else') return found ?? value;
      if (!is('if')) {
        if (found !== undefined) throw new Error(`expected an else in ${formula}`);
        return value;
      }
      if (condition()) found ??= value;
      need(',');
    }
  };
  const value = pieces();
  if (at !== tokens.length) throw new Error(`expected an end, got ${tokens[at]} in ${formula}`);
  return value;
}

const letters: Readonly<Record<string, string>> = {
  ...{ α: 'alpha', β: 'beta', λ: 'lambda', ω: 'omega', γ: 'gamma', μ: 'mu', ε: 'epsilon', αp: 'alphaP', αn: 'alphaN' },
  ...{ s: 'scale', b: 'shift', a: 'weight' },
};

const points = [-4.3, -2.6, -1.7, -0.8, -0.3, 0.4, 0.9, 1.3, 2.2, 3.7];
const alone = (Object.keys(catalogue) as ActivationName[]).filter(isAlone);

test('every function that is offered has its derivation', () => {
  expect(Object.keys(derivations).sort(), 'bench/page/learn/derivations.ts has a line for each').toEqual(
    [...alone, 'prelu'].sort(),
  );
});

test.each(Object.entries(derivations))('%s: its definition is the function, every line its slope', (name, given) => {
  const row = resolveActivation(name as ActivationName);
  const values = defaultsOf(row);
  const parameters = referenceParameters(row, values);
  const { value, derivative } = referenceOf(row);
  const named = Object.fromEntries(
    Object.entries(letters).flatMap(([letter, long]) => (long in values ? [[letter, values[long]!]] : [])),
  );
  for (const x of points) {
    const names: Record<string, number> = { ...values, ...named, x };
    if (name === 'selu') Object.assign(names, { λ: 1.0507009873554805, α: 1.6732632423543772 });
    for (const [key, formula] of Object.entries(given.where ?? {})) names[key] = evaluate(formula, names);
    expect(evaluate(given.f, names), `${given.f} at ${x}`).toBeCloseTo(value(x, parameters), 9);
    for (const [formula] of given.steps)
      expect(evaluate(formula, names), `${formula} at ${x}`).toBeCloseTo(derivative(x, parameters), 6);
  }
});

test('a formula that is wrong is found out', () => {
  expect(evaluate('1 if x > 0, else α · e^x', { x: -1, α: 2 })).toBeCloseTo(2 / Math.E, 12);
  expect(evaluate('−2 · x²', { x: 3 })).toBe(-18);
  for (const wrong of ['y', '1 if x > 0', '(x', 'x x']) expect(() => evaluate(wrong, { x: -1 })).toThrow();
});
