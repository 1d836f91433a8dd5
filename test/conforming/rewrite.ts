/**
 * What the WGSL specification lets a compiler make of floating-point expressions ("Reassociation and Fusion"), and what
 * compilers do under fast math: sums and products regrouped over every value they are made of, equal terms cancelled,
 * common factors taken out, constants multiplied out and joined, division by reciprocals, contraction to fma.
 */
import { createRandom } from '../../src/check/samples.js';
import type { Graph, Node } from './graph.js';

export interface Rules {
  /** How the terms of sums and the factors of products are grouped; absent: as written. */
  readonly order?: 'left' | 'right' | 'reversed' | 'balanced' | 'shuffled';
  readonly seed?: number;
  /** k·(a + b) becomes k·a + k·b for a constant k. */
  readonly distributes?: boolean;
  /** a·b + a·c becomes a·(b + c). */
  readonly factors?: boolean;
  /** a / b becomes a·(1 / b). */
  readonly inverts?: boolean;
  /** a·b + c is rounded once; of two products the first or the second. */
  readonly contracts?: 'first' | 'second';
}

const isConstant = (node: Node): boolean => node.op === 'const';

export function rewrite(graph: Graph, root: Node, rules: Rules): Node {
  const random = createRandom(rules.seed ?? 1);
  const rewritten = new Map<Node, Node>();
  const contracted = new Map<Node, Node>();
  return rules.contracts ? contract(visit(root)) : visit(root);

  function visit(node: Node): Node {
    let result = rewritten.get(node);
    if (!result) {
      if ((node.op === 'add' || (rules.distributes && isMultiple(node))) && rules.order) result = sum(node);
      else if ((node.op === 'mul' || node.op === 'div') && (rules.order || rules.inverts)) result = product(node);
      else result = graph.node(node.op, node.type, node.of.map(visit), node.value);
      rewritten.set(node, result);
    }
    return result;
  }

  function sum(node: Node): Node {
    let constant = 0;
    const terms: { node: Node; sign: number }[] = [];
    const collect = (each: Node, sign: number): void => {
      if (each.op === 'add') for (const part of each.of) collect(part, sign);
      else if (each.op === 'neg') collect(each.of[0]!, -sign);
      else if (isConstant(each)) constant += sign * (each.value as number);
      else if (rules.distributes && isMultiple(each)) for (const part of multipliedOut(each)) collect(part, sign);
      else {
        const opposite = terms.findIndex((term) => term.node === each && term.sign === -sign);
        if (opposite >= 0) terms.splice(opposite, 1);
        else terms.push({ node: each, sign });
      }
    };
    collect(node, 1);
    if (rules.factors) takeFactorOut(terms);
    const parts = terms.map((term) => (term.sign > 0 ? visit(term.node) : graph.neg(visit(term.node))));
    if (constant !== 0 || parts.length === 0) parts.push(graph.constant(Math.fround(constant), 'f32'));
    return grouped(parts, (a, b) => graph.add(a, b));
  }

  /** A constant times, or a sum divided by, what is a sum. */
  function isMultiple({ op, of }: Node): boolean {
    const [a, b] = of as [Node, Node];
    if (op === 'mul') return (isConstant(a) && b.op === 'add') || (isConstant(b) && a.op === 'add');
    return op === 'div' && isConstant(b) && a.op === 'add';
  }

  function multipliedOut({ op, of }: Node): Node[] {
    const [a, b] = of as [Node, Node];
    const [scale, added] = isConstant(a) ? [a, b] : [b, a];
    const factor = op === 'div' ? graph.node('div', 'f32', [graph.constant(1, 'f32'), scale]) : scale;
    return added.of.map((part) => graph.mul(factor, part));
  }

  function takeFactorOut(terms: { node: Node; sign: number }[]): void {
    for (let i = 0; i < terms.length; i++)
      for (let j = i + 1; j < terms.length; j++) {
        const [a, b] = [terms[i]!, terms[j]!];
        const [ours, theirs] = [factorsOf(a.node), factorsOf(b.node)];
        const common = ours.find((factor) => !isConstant(factor) && theirs.includes(factor));
        if (!common) continue;
        const without = (factors: readonly Node[], sign: number): Node => {
          const others = factors.toSpliced(factors.indexOf(common), 1);
          const rest = others.length ? others.reduce((x, y) => graph.mul(x, y)) : graph.constant(1, 'f32');
          return sign > 0 ? rest : graph.neg(rest);
        };
        const rest = graph.add(without(ours, a.sign), without(theirs, b.sign));
        terms.splice(j, 1);
        terms[i] = { node: graph.mul(common, rest), sign: 1 };
        j = i;
      }
  }

  function factorsOf(node: Node): Node[] {
    return node.op === 'mul' ? node.of.flatMap(factorsOf) : [node];
  }

  function product(node: Node): Node {
    let constant = 1;
    const above: Node[] = [];
    const below: Node[] = [];
    const collect = (each: Node, isBelow: boolean): void => {
      if (isConstant(each) && (!isBelow || rules.inverts))
        constant = isBelow ? constant / (each.value as number) : constant * (each.value as number);
      else if (each.op === 'neg') {
        constant = -constant;
        collect(each.of[0]!, isBelow);
      } else if (each.op === 'mul' && (rules.order || each === node))
        for (const part of each.of) collect(part, isBelow);
      else if (each.op === 'div' && (rules.order || each === node)) {
        collect(each.of[0]!, isBelow);
        collect(each.of[1]!, !isBelow);
      } else if (isBelow && rules.inverts) above.push(graph.node('rcp', 'f32', [visit(each)]));
      else (isBelow ? below : above).push(visit(each));
    };
    collect(node, false);
    const sumAt = above.findIndex(({ op }) => op === 'add');
    if (rules.distributes && constant !== 1 && sumAt >= 0) {
      const scale = graph.constant(Math.fround(constant), 'f32');
      const [a, b] = above[sumAt]!.of as [Node, Node];
      above[sumAt] = graph.add(graph.mul(scale, a), graph.mul(scale, b));
      constant = 1;
    }
    if (constant !== 1 || above.length === 0) {
      if (constant === -1 && above.length) above[0] = graph.neg(above[0]!);
      else above.push(graph.constant(Math.fround(constant), 'f32'));
    }
    const multiply = (a: Node, b: Node): Node => graph.mul(a, b);
    if (!below.length) return grouped(above, multiply);
    // (a·b)/c or (a/c)·b
    const divisor = grouped(below, multiply);
    if (rules.order === 'left' || rules.order === undefined || above.length === 1)
      return graph.node('div', 'f32', [grouped(above, multiply), divisor]);
    const [first, ...others] = above as [Node, ...Node[]];
    return grouped([graph.node('div', 'f32', [first, divisor]), ...others], multiply);
  }

  function grouped(parts: readonly Node[], join: (a: Node, b: Node) => Node): Node {
    switch (rules.order) {
      case 'right':
        return parts.reduceRight((tail, part) => join(part, tail));
      case 'reversed':
        return parts.toReversed().reduce(join);
      case 'balanced': {
        if (parts.length === 1) return parts[0]!;
        const half = parts.length >> 1;
        return join(grouped(parts.slice(0, half), join), grouped(parts.slice(half), join));
      }
      case 'shuffled': {
        const list = [...parts];
        while (list.length > 1) {
          const [a] = list.splice(random() % list.length, 1);
          const [b] = list.splice(random() % list.length, 1);
          list.push(join(a!, b!));
        }
        return list[0]!;
      }
      default:
        return parts.reduce(join);
    }
  }

  function contract(node: Node): Node {
    let result = contracted.get(node);
    if (!result) {
      const of = node.of.map(contract);
      const products = of
        .map((each, index) => ({ index, factors: signedFactors(each) }))
        .filter(({ factors }) => factors);
      const chosen = rules.contracts === 'first' ? products[0] : products.at(-1);
      result =
        node.op === 'add' && chosen
          ? graph.node('fma', 'f32', [...chosen.factors!, of[1 - chosen.index]!])
          : graph.node(node.op, node.type, of, node.value);
      contracted.set(node, result);
    }
    return result;
  }

  function signedFactors(node: Node): readonly Node[] | undefined {
    if (node.op === 'mul') return node.of;
    if (node.op !== 'neg' || node.of[0]!.op !== 'mul') return undefined;
    const [a, b] = node.of[0]!.of as [Node, Node];
    return [graph.neg(a), b];
  }
}
