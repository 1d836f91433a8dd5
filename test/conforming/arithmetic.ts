/**
 * Runs a graph as one implementation's arithmetic would: the order is the graph's, how each operation errs is chosen here
 * from what the WGSL specification allows ("Floating Point Accuracy").
 */
import type { Node } from './graph.js';

export interface Arithmetic {
  /** To nearest, or the neighbour on the other side: the specification asks for no direction. */
  readonly rounding?: 'up' | 'down' | 'either';
  /** Division within 2.5 ULP of the exact quotient, and square roots as 1 / inverseSqrt within 2 ULP. */
  readonly division?: 'high' | 'low' | 'either';
  /** Subnormal operands and results count as 0; the reciprocal of a divisor beyond 2^126 too. */
  readonly flushes?: boolean;
  /** What arithmetic and comparisons make of NaN, which a compiler may assume never to occur. */
  readonly nan?: { readonly result: number; readonly isTrue: boolean };
  readonly seed?: number;
}

export type Compiled = (...inputs: readonly number[]) => number;

/** A function of the graph's inputs in the order of their names. */
export function compile(root: Node, inputs: readonly string[], arithmetic: Arithmetic): Compiled {
  const lines: string[] = [];
  const names = new Map<Node, string>();
  const visit = (node: Node): string => {
    let name = names.get(node);
    if (name === undefined) {
      name = node.op === 'const' ? numeral(node.value as number) : node.op === 'input' ? String(node.value) : '';
      if (!name) {
        const code = expression(node, node.of.map(visit));
        name = `v${node.id}`;
        lines.push(`const ${name} = ${code};`);
      }
      names.set(node, name);
    }
    return name;
  };
  const result = visit(root);
  const body = `${prelude(arithmetic)}\nreturn (${inputs.join(', ')}) => {\n${lines.join('\n')}\nreturn ${result};\n};`;
  return new Function(body)() as Compiled;
}

const numeral = (value: number): string => (Object.is(value, -0) ? '-0' : value < 0 ? `(${value})` : String(value));

function expression({ op, type, of }: Node, [a, b, c]: readonly string[]): string {
  const whole = (code: string): string => (type === 'u32' ? `(${code} >>> 0)` : `(${code} | 0)`);
  const from = of[0]!.type;
  switch (op) {
    case 'barrier':
      return a!;
    case 'unrounded':
      return `${a} + ${b}`;
    case 'select':
      return `${c} ? ${b} : ${a}`;
    case 'bitcast':
      if (from === type) return a!;
      return type === 'f32' ? `floatOf(${a})` : from === 'f32' ? whole(`bitsOf(${a})`) : whole(a!);
    case 'convert':
      return type === 'f32' ? `Math.fround(${a})` : type === 'bool' ? `${a} !== 0` : whole(a!);
    case '!':
      return `!${a}`;
    case '~':
      return whole(`~${a}`);
    case '&':
    case '|':
    case '^':
      return type === 'bool' ? `Boolean(${a} ${op} ${b})` : whole(`(${a} ${op} ${b})`);
    case '&&':
    case '||':
      return `${a} ${op} ${b}`;
    case '<<':
      return whole(`(${a} << ${b})`);
    case '>>':
      return whole(type === 'u32' ? `(${a} >>> ${b})` : `(${a} >> ${b})`);
    case '+':
    case '-':
      return whole(`(${a} ${op} ${b})`);
    case '*':
      return whole(`Math.imul(${a}, ${b})`);
  }
  if (/^[<>=!]/.test(op))
    return from === 'f32'
      ? `(read(${a}) ${op.replace(/^([=!]=)$/, '$1=')} read(${b}) || isTrueOf(${a}, ${b}))`
      : `${a} ${op.replace(/^([=!]=)$/, '$1=')} ${b}`;
  if (type !== 'f32') return whole(`Math.${op}(${[a, b].slice(0, of.length).join(', ')})`);
  return `${op}(${[a, b, c].slice(0, of.length).join(', ')})`;
}

/** Each operation in float64, where + − × of two float32 are exact but for sums far apart, then rounded once. */
function prelude({ rounding, division, flushes, nan, seed = 1 }: Arithmetic): string {
  const outward = { high: '2', low: '-2', either: '(random() >>> 8) % 5 - 2' };
  const outwardRoot = { high: '1', low: '-1', either: '(random() >>> 8) % 3 - 1' };
  return `
const floats = new Float32Array(1), integers = new Int32Array(floats.buffer);
const bitsOf = (x) => { floats[0] = x; return integers[0]; };
const floatOf = (bits) => { integers[0] = bits; return floats[0]; };
let state = ${seed};
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0);
// the neighbour that lies further away from zero, or nearer
const moved = (x, steps) => {
  if ((x < 1e-44 && x > -1e-44) || x - x !== 0) return x;
  floats[0] = x; integers[0] += steps;
  return floats[0] - floats[0] === 0 ? floats[0] : x * Infinity;
};
const above = (x) => x === 0 ? 1.401298464324817e-45 : moved(x, x > 0 ? 1 : -1);
const below = (x) => x === 0 ? -1.401298464324817e-45 : moved(x, x > 0 ? -1 : 1);
const read = (x) => ${flushes ? '(x < 1.1754943508222875e-38 && x > -1.1754943508222875e-38 ? 0 : x)' : 'x'};
const rounded = (exact) => {
  const nearest = Math.fround(exact);
  ${
    rounding === 'up'
      ? 'return nearest < exact ? above(nearest) : nearest;'
      : rounding === 'down'
        ? 'return nearest > exact ? below(nearest) : nearest;'
        : rounding === 'either'
          ? 'return nearest === exact || random() < 0 ? nearest : nearest < exact ? above(nearest) : below(nearest);'
          : 'return nearest;'
  }
};
const isTrueOf = (a, b) => ${nan?.isTrue ? 'a !== a || b !== b' : 'false'};
const written = (exact) => ${nan === undefined ? 'read(rounded(exact))' : `exact !== exact ? ${nan.result} : read(rounded(exact))`};
const add = (a, b) => written(read(a) + read(b));
const mul = (a, b) => written(read(a) * read(b));
const fma = (a, b, c) => written(read(a) * read(b) + read(c));
const quotient = (a, b) => ${division ? `moved(rounded(a / b), ${outward[division]})` : 'rounded(a / b)'};
const div = (a, b) => {
  const divisor = read(b);
  ${flushes ? 'if (divisor > 8.507059173023462e37 || divisor < -8.507059173023462e37) return read(a) === 0 || read(a) - read(a) === 0 ? 0 : written(NaN);' : ''}
  return written(quotient(read(a), divisor));
};
const rcp = (a) => {
  const divisor = read(a);
  ${flushes ? 'if (divisor > 8.507059173023462e37 || divisor < -8.507059173023462e37) return 0;' : ''}
  return written(${division ? `moved(rounded(1 / divisor), ${outwardRoot[division]})` : 'rounded(1 / divisor)'});
};
const sqrt = (a) => ${division ? `read(a) > 0 && a < Infinity ? written(quotient(1, moved(rounded(1 / Math.sqrt(read(a))), ${outwardRoot[division]}))) : Math.sqrt(read(a))` : 'written(Math.sqrt(read(a)))'};
const neg = (a) => -read(a);
const abs = (a) => Math.abs(read(a));
const floor = (a) => Math.floor(read(a));
const sign = (a) => Math.sign(read(a));
const min = (a, b) => Math.min(read(a), read(b));
const max = (a, b) => Math.max(read(a), read(b));`;
}
