/**
 * A function's arithmetic as a graph: every call inlined, every value named by what it is made of, as an optimising
 * compiler sees it. Graphs are then rewritten as such a compiler may, see rewrite.ts.
 */
import type { Expression, Statement, WgslText } from './wgsl.js';

export type Scalar = 'f32' | 'i32' | 'u32' | 'bool';

export interface Node {
  readonly id: number;
  readonly type: Scalar;
  /** add, mul, div, neg, abs, floor, sqrt, sign, fma of f32; others, with their type, of the rest. */
  readonly op: string;
  readonly of: readonly Node[];
  /** Of a constant, or the name of an input. */
  readonly value?: number | string;
}

/** A node, or the members of a structure or vector. */
export type Value = Node | { readonly [member: string]: Value };

const isNode = (value: Value): value is Node => typeof (value as Node).op === 'string';
const FLOAT = new Float32Array(1);
const INTEGER = new Int32Array(FLOAT.buffer);

export function bitsOf(value: number): number {
  FLOAT[0] = value;
  return INTEGER[0]!;
}

export function floatOf(bits: number): number {
  INTEGER[0] = bits;
  return FLOAT[0]!;
}

/** How a literal that is no float32 becomes one. */
export type Rounding = (value: number) => number;

export class Graph {
  readonly #known = new Map<string, Node>();

  node(op: string, type: Scalar, of: readonly Node[] = [], value?: number | string): Node {
    // bits that pass through a float are none of JavaScript's NaN
    if (op === 'bitcast' && of[0]!.op === 'bitcast') {
      const bits = of[0]!.of[0]!;
      return bits.type === type ? bits : this.node('bitcast', type, [bits]);
    }
    const folded = of.length && of.every((each) => each.op === 'const') ? fold(op, type, of) : undefined;
    if (folded !== undefined) return this.constant(folded, type);
    const text = Object.is(value, -0) ? '-0' : value;
    const key = `${op}:${type}:${of.map(({ id }) => id).join()}:${text ?? ''}`;
    let node = this.#known.get(key);
    if (!node) {
      node = { id: this.#known.size, type, op, of, ...(value !== undefined && { value }) };
      this.#known.set(key, node);
    }
    return node;
  }

  constant(value: number, type: Scalar): Node {
    return this.node('const', type, [], value);
  }

  add(a: Node, b: Node): Node {
    return this.node('add', 'f32', [a, b]);
  }

  mul(a: Node, b: Node): Node {
    return this.node('mul', 'f32', [a, b]);
  }

  neg(a: Node): Node {
    return a.op === 'neg' ? a.of[0]! : this.node('neg', 'f32', [a]);
  }
}

/** What WGSL evaluates when it compiles. */
function fold(op: string, type: Scalar, of: readonly Node[]): number | undefined {
  const [a, b, c] = of.map(({ value }) => value as number) as [number, number, number];
  const isFloat = of[0]!.type === 'f32';
  switch (op) {
    case 'add':
      return Math.fround(a + b);
    case 'mul':
      return Math.fround(a * b);
    case 'div':
      return Math.fround(a / b);
    case 'neg':
      return -a;
    case 'abs':
      return Math.abs(a);
    case 'floor':
      return Math.floor(a);
    case 'bitcast': {
      const bits = isFloat ? bitsOf(a) : a | 0;
      return type === 'f32' ? floatOf(bits) : type === 'u32' ? bits >>> 0 : bits;
    }
    case 'convert':
      return type === 'f32' ? Math.fround(a) : type === 'u32' ? a >>> 0 : a | 0;
    case 'select':
      return c ? b : a;
    case '&':
      return type === 'u32' ? (a & b) >>> 0 : a & b;
    case '+':
      return type === 'u32' ? (a + b) >>> 0 : (a + b) | 0;
    case '-':
      return type === 'u32' ? (a - b) >>> 0 : (a - b) | 0;
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '!':
      return Number(!a);
  }
  return undefined;
}

type Scope = Map<string, Value>;

/** Of a loop by lane and part, of which there is one lane with two, or by the three words of a product. */
const MOST_ROUNDS = 3;

/** The graph of a call; a `barrier` is a node that no rewriting sees through. */
export function trace(
  { functions, constants, structures }: WgslText,
  name: string,
  inputs: readonly Value[],
  graph: Graph,
  overrides: Readonly<Record<string, number>>,
  round: Rounding,
  /** What a compiler that knows the parameters knows of a condition. */
  decide: (condition: Node) => boolean | undefined = () => undefined,
): Value {
  const globals: Scope = new Map();

  function global(constant: string): Value {
    if (constant === 'LANE_FLAGS') return graph.constant(1, 'u32');
    let value = globals.get(constant);
    if (!value) {
      const initial = constants.get(constant);
      if (!initial) throw new ReferenceError(`${constant} in ${name}`);
      value = constant in overrides ? graph.constant(overrides[constant]!, 'bool') : evaluate(initial, new Map());
      globals.set(constant, value);
    }
    return value;
  }

  function call(callee: string, given: readonly Value[]): Value {
    const { parameters, body } = functions.get(callee)!;
    const scope: Scope = new Map(parameters.map((parameter, index) => [parameter.name, given[index]!]));
    return run(body, scope)!;
  }

  function run(statements: readonly Statement[], scope: Scope): Value | undefined {
    for (const [index, statement] of statements.entries()) {
      if (statement.kind === 'return') return evaluate(statement.value, scope);
      if (statement.kind === 'set') scope.set(statement.name, evaluate(statement.value, scope));
      else if (statement.kind === 'while')
        for (let round = 0; round < MOST_ROUNDS; round++) run([{ ...statement, kind: 'if' }], scope);
      else {
        const condition = evaluate(statement.condition, scope) as Node;
        if (condition.op === 'const') {
          const result = condition.value ? run(statement.body, scope) : undefined;
          if (result) return result;
        } else {
          const inner = new Map(scope);
          const inside = run(statement.body, inner);
          if (inside) return merge(run(statements.slice(index + 1), scope)!, inside, condition);
          for (const [variable, before] of scope) {
            const after = inner.get(variable)!;
            if (after !== before) scope.set(variable, merge(before, after, condition));
          }
        }
      }
    }
    return undefined;
  }

  function merge(a: Value, b: Value, condition: Node): Value {
    const decided = decide(condition);
    if (decided !== undefined) return decided ? b : a;
    if (isNode(a)) return graph.node('select', a.type, [a, b as Node, condition]);
    return Object.fromEntries(
      Object.entries(a).map(([member, each]) => [
        member,
        merge(each, (b as Record<string, Value>)[member]!, condition),
      ]),
    );
  }

  function evaluate(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case 'number':
        return graph.constant(expression.isExact ? expression.value : round(expression.value), expression.type);
      case 'name':
        if (expression.name === 'true' || expression.name === 'false')
          return graph.constant(Number(expression.name === 'true'), 'bool');
        return scope.get(expression.name) ?? global(expression.name);
      case 'member':
        return (evaluate(expression.of, scope) as Record<string, Value>)[expression.member]!;
      case 'unary':
        return unary(expression.operator, evaluate(expression.operand, scope));
      case 'binary':
        return binary(
          expression.operator,
          evaluate(expression.left, scope) as Node,
          evaluate(expression.right, scope) as Node,
        );
      case 'call':
        return apply(
          expression.name,
          expression.type,
          expression.arguments.map((argument) => evaluate(argument, scope)),
        );
    }
  }

  function unary(operator: string, a: Value): Value {
    if (!isNode(a))
      return Object.fromEntries(Object.entries(a).map(([member, each]) => [member, unary(operator, each)]));
    if (operator === '-' && a.type === 'f32') return graph.neg(a);
    if (operator === '-' && a.op === 'const') return graph.constant(-(a.value as number), a.type);
    return graph.node(operator, a.type, [a]);
  }

  function binary(operator: string, a: Node, b: Node): Node {
    if (/^[<>=!]/.test(operator) && !/<<|>>/.test(operator)) {
      const isFloat = a.type === 'f32' || b.type === 'f32';
      return graph.node(operator, 'bool', isFloat ? [asFloat(a), asFloat(b)] : [a, b]);
    }
    if (a.type === 'f32' || b.type === 'f32') {
      const [left, right] = [asFloat(a), asFloat(b)];
      if (operator === '+') return graph.add(left, right);
      if (operator === '-') return graph.add(left, graph.neg(right));
      return graph.node({ '*': 'mul', '/': 'div' }[operator]!, 'f32', [left, right]);
    }
    return graph.node(operator, a.op === 'const' ? b.type : a.type, [a, b]);
  }

  /** A number without a suffix beside a float is one. */
  function asFloat(a: Node): Node {
    return a.type === 'f32' ? a : graph.constant(a.value as number, 'f32');
  }

  function apply(callee: string, type: string | undefined, given: readonly Value[]): Value {
    const nodes = given as readonly Node[];
    const types: Readonly<Record<string, Scalar>> = {
      ...{ real: 'f32', bits: 'u32', ints: 'i32', logic: 'bool' },
      ...{ f32: 'f32', u32: 'u32', i32: 'i32', bool: 'bool', scalar: 'f32', scalar_bits: 'u32' },
    };
    if (callee === 'barrier' || callee === 'total_barrier') return graph.node('barrier', 'f32', nodes);
    if (callee === 'bitcast') return graph.node('bitcast', types[type!]!, nodes);
    if (callee === 'vec2' || callee === 'parameter') return { x: asFloat(nodes[0]!), y: asFloat(nodes[1]!) };
    if (types[callee]) {
      const to = types[callee];
      return nodes[0]!.type === to ? nodes[0]! : graph.node('convert', to, nodes);
    }
    if (callee === 'any' || callee === 'lane_bits') return nodes[0]!;
    if (callee === 'select') return merge(given[0]!, given[1]!, nodes[2]!);
    if (functions.has(callee)) {
      const { parameters } = functions.get(callee)!;
      return call(
        callee,
        given.map((value, index) => {
          const wanted = types[parameters[index]!.type];
          return isNode(value) && value.op === 'const' && wanted && wanted !== value.type
            ? graph.constant(value.value as number, wanted)
            : value;
        }),
      );
    }
    const members = structures.get(callee);
    if (members) return Object.fromEntries(members.map((member, index) => [member, given[index]!]));
    if (['abs', 'floor', 'sqrt', 'sign', 'min', 'max'].includes(callee))
      return graph.node(callee, nodes[0]!.type, nodes);
    throw new ReferenceError(`${callee} in ${name}`);
  }

  return call(name, inputs);
}
