/** Reads the WGSL of elementary and activation functions, the part of the language that those are written in. */
import { withoutComments } from '../../src/wgsl/scan.js';

export type Expression =
  | { readonly kind: 'number'; readonly value: number; readonly type: 'f32' | 'i32' | 'u32'; readonly isExact: boolean }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'member'; readonly of: Expression; readonly member: string }
  | { readonly kind: 'call'; readonly name: string; readonly type?: string; readonly arguments: readonly Expression[] }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression };

export type Statement =
  | { readonly kind: 'set'; readonly name: string; readonly value: Expression }
  | { readonly kind: 'return'; readonly value: Expression }
  | { readonly kind: 'if' | 'while'; readonly condition: Expression; readonly body: readonly Statement[] };

export interface WgslFunction {
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly body: readonly Statement[];
}

export interface WgslText {
  readonly functions: ReadonlyMap<string, WgslFunction>;
  /** Constants and overrides, by their initial values. */
  readonly constants: ReadonlyMap<string, Expression>;
  /** The members of each structure. */
  readonly structures: ReadonlyMap<string, readonly string[]>;
}

const TOKEN =
  /\s*(0[xX][\da-fA-F]*\.?[\da-fA-F]*(?:p[+-]?\d+)?[uif]?|\d+\.?\d*(?:e[+-]?\d+)?[uif]?|\w+|&&|\|\||[<>=!]=|<<|>>|.)/y;
/** From loose to tight; WGSL has more rules about what may stand beside what, which a valid text keeps. */
const LEVELS = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

const known = new Map<string, WgslText>();

export function readWgsl(text: string): WgslText {
  let read = known.get(text);
  if (!read) {
    read = parse(text);
    known.set(text, read);
  }
  return read;
}

function parse(text: string): WgslText {
  const code = withoutComments(text).trim();
  const tokens: string[] = [];
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < code.length; ) tokens.push(TOKEN.exec(code)![1]!);
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const next = (): string => tokens[at++]!;
  const accept = (token: string): boolean => peek() === token && ++at > 0;
  const expect = (token: string): void => {
    if (!accept(token)) throw new SyntaxError(`expected ${token}, got ${tokens.slice(at, at + 8).join(' ')}`);
  };

  function readType(): string {
    let type = next();
    if (!accept('<')) return type;
    do type += `,${readType()}`;
    while (accept(','));
    expect('>');
    return type;
  }

  function readArguments(): Expression[] {
    const list: Expression[] = [];
    while (!accept(')')) {
      list.push(readExpression());
      accept(',');
    }
    return list;
  }

  function readPrimary(): Expression {
    if (accept('(')) {
      const inner = readExpression();
      expect(')');
      return inner;
    }
    const token = next();
    if (token === '-' || token === '!' || token === '~')
      return { kind: 'unary', operator: token, operand: readPostfix() };
    if (/^\d/.test(token)) return readNumber(token);
    if (token === 'bitcast' || token === 'vec2') {
      expect('<');
      const type = readType();
      expect('>');
      expect('(');
      return { kind: 'call', name: token, type, arguments: readArguments() };
    }
    return accept('(') ? { kind: 'call', name: token, arguments: readArguments() } : { kind: 'name', name: token };
  }

  function readPostfix(): Expression {
    let value = readPrimary();
    while (accept('.')) value = { kind: 'member', of: value, member: next() };
    return value;
  }

  function readExpression(level = 0): Expression {
    if (level === LEVELS.length) return readPostfix();
    let left = readExpression(level + 1);
    while (LEVELS[level]!.includes(peek()))
      left = { kind: 'binary', operator: next(), left, right: readExpression(level + 1) };
    return left;
  }

  function readBlock(): Statement[] {
    expect('{');
    const list: Statement[] = [];
    while (!accept('}')) list.push(readStatement());
    return list;
  }

  function readStatement(): Statement {
    for (const kind of ['if', 'while'] as const)
      if (accept(kind)) {
        const condition = readExpression();
        return { kind, condition, body: readBlock() };
      }
    let statement: Statement;
    if (accept('return')) statement = { kind: 'return', value: readExpression() };
    else {
      if (peek() === 'let' || peek() === 'var') next();
      const name = next();
      if (accept(':')) readType();
      expect('=');
      statement = { kind: 'set', name, value: readExpression() };
    }
    expect(';');
    return statement;
  }

  const functions = new Map<string, WgslFunction>();
  const constants = new Map<string, Expression>();
  const structures = new Map<string, string[]>();
  while (at < tokens.length) {
    const keyword = next();
    const name = next();
    if (keyword === 'fn') {
      expect('(');
      const parameters: { name: string; type: string }[] = [];
      while (!accept(')')) {
        const parameter = next();
        expect(':');
        parameters.push({ name: parameter, type: readType() });
        accept(',');
      }
      expect('-');
      expect('>');
      readType();
      functions.set(name, { parameters, body: readBlock() });
    } else if (keyword === 'struct') {
      const members: string[] = [];
      expect('{');
      while (!accept('}')) {
        members.push(next());
        expect(':');
        readType();
        accept(',');
      }
      structures.set(name, members);
    } else {
      if (accept(':')) readType();
      expect('=');
      constants.set(name, readExpression());
      expect(';');
    }
  }
  return { functions, constants, structures };
}

function readNumber(token: string): Expression {
  const isHex = /^0x/i.test(token);
  const isFloat = isHex ? /[.p]/.test(token) : /[.ef]/.test(token);
  const suffix = isHex && isFloat ? '' : /[ui]$/.exec(token)?.[0];
  if (!isFloat)
    return {
      kind: 'number',
      value: Number(token.replace(/[ui]$/, '')),
      type: suffix === 'u' ? 'u32' : 'i32',
      isExact: true,
    };
  const value = isHex ? readHexFloat(token) : Number.parseFloat(token);
  return { kind: 'number', value, type: 'f32', isExact: Math.fround(value) === value };
}

function readHexFloat(token: string): number {
  const [, whole, fraction = '', exponent = '0'] = /^0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i.exec(token)!;
  return Number.parseInt(whole + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
}
