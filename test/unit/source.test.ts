/** Every text the library can compile is joined and parsed here: a lone WGSL file is no module. */
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { type Direction, planTensors } from '../../src/arguments.js';
import { catalogue, type Definition, type Row, resolveActivation } from '../../src/catalogue.js';
import { planEncode, type Variant } from '../../src/plan/index.js';
import { gated, reference, rowwise } from '../../src/reference/index.js';
import { shaders } from '../../src/shaders.js';
import { bindingNumbers, sourceOf, wgslName } from '../../src/source.js';

const names = Object.keys(catalogue);
describe('row, file and reference match one to one', () => {
  const inFamilies = (...families: Row['family'][]): string[] =>
    names.filter((name) => families.includes(resolveActivation(name).family));

  test('each row but the gated ones, which name another, has its WGSL file', () => {
    const files = Object.keys(shaders).filter((path) => path.startsWith('activations/'));
    expect(files.sort()).toEqual(
      inFamilies('elementwise', 'channelwise', 'rowwise')
        .map((name) => `activations/${wgslName(name)}`)
        .sort(),
    );
  });

  test('each row has its reference pair', () => {
    expect(Object.keys(reference).sort()).toEqual(inFamilies('elementwise', 'channelwise').sort());
    expect(Object.keys(gated).sort()).toEqual(inFamilies('gated').sort());
    expect(Object.keys(rowwise).sort()).toEqual(inFamilies('rowwise').sort());
  });

  test.each(inFamilies('elementwise', 'channelwise'))('%s: the file declares what the row promises', (name) => {
    const { family, fromY, parameters } = resolveActivation(name);
    const text = shaders[`activations/${wgslName(name)}`]!;
    const declared = [...text.matchAll(/\bfn\s+(\w+)\s*\(([^)]*)\)/g)];
    const signature = (suffix: string): string[] | undefined => {
      const found = declared.find((each) => each[1] === wgslName(name) + suffix);
      return found?.[2]?.split(',').map((part) => part.trim());
    };
    const count = 1 + Object.keys(parameters).length + (family === 'channelwise' ? 1 : 0);
    expect(signature('')).toHaveLength(count);
    expect(signature('_derivative')).toHaveLength(count);
    if (fromY) expect(signature('_derivative_from_y')).toHaveLength(count);
    else expect(signature('_derivative_from_y')).toBe(undefined);
  });
});

describe('every text that can be compiled parses, and its bindings are those it declares', () => {
  const limits = {
    maxStorageBufferBindingSize: 2 ** 27,
    minStorageBufferOffsetAlignment: 256,
    maxComputeWorkgroupsPerDimension: 65535,
  };
  const buffer = (): object => ({ usage: 0x80, size: 2 ** 40, label: '' });

  /** The variants of a call, its tensors apart and in place. */
  function variantsOf(
    definition: Definition,
    direction: Direction,
    given: string[],
    length: number,
    options: object,
  ): Variant[] {
    const { inputs, outputs, inPlace } = planTensors(
      definition,
      direction,
      Object.fromEntries(given.map((name) => [name, {}])),
    );
    const apart = Object.fromEntries([...inputs, ...outputs].map((name) => [name, buffer()]));
    const shared = inPlace.map(([output, input]) => ({ ...apart, [input]: apart[output] }));
    return [apart, ...shared].flatMap((tensors) =>
      planEncode(definition, direction, { ...tensors, length }, { ...options }, limits).dispatches.map(
        ({ variant }) => variant,
      ),
    );
  }

  const check = (each: Variant): void => {
    for (const hasImmediates of [false, true]) {
      const text = sourceOf(each, hasImmediates);
      // wgsl_reflect 1.6 does not know the immediate address space yet
      const code = text
        .replace(/\/\/.*/g, '')
        .replace('requires immediate_address_space;', '')
        .replace('var<immediate>', 'var<private>');
      const reflected = new WgslReflect(code);
      expect(reflected.entry.compute.map(({ name }) => name)).toContain(each.entryPoint);
      const resources = [...reflected.uniforms, ...reflected.storage];
      expect(new Map(resources.map(({ name, binding }) => [name, binding]))).toEqual(bindingNumbers(text));
      for (const constant in each.constants) expect(text).toContain(`override ${constant}:`);
      const functions = reflected.functions.map(({ name }) => name);
      expect(functions).toEqual([...new Set(functions)]);
    }
  };

  test.each([
    ['relu', undefined, 2],
    ['relu', true, 4],
    ['gelu', true, 2],
  ] as const)('%s, on a fallback adapter: %s, has %d groups a thread', (name, isFallback, steps) => {
    const tensors = { x: buffer(), y: buffer(), length: 2 ** 20 };
    const plan = planEncode(resolveActivation(name), 'forward', tensors, {}, { ...limits, isFallback });
    expect(plan.dispatches.map(({ variant }) => variant.constants.steps)).toEqual([steps]);
  });

  const layouts = [
    [1, 1, 5],
    [4, 1, 8],
    [3, 1, 15],
    [2, 64, 256],
    [2, 6, 24],
    [2, 8, 32],
  ] as const;
  test.each(names)('%s', (name) => {
    const definition = resolveActivation(name);
    const { family, fromY } = definition;
    const checked = new Set<string>();
    const checkAll = (direction: Direction, given: string[], length: number, options: object): void => {
      for (const dtype of ['f32', 'f16', ...(name === 'relu' ? ['bf16'] : [])])
        for (const each of variantsOf(definition, direction, given, length, { ...options, dtype })) {
          const key = JSON.stringify([each.entryPoint, each.files, each.reads, each.fromY]);
          if (!checked.has(key)) check(each);
          checked.add(key);
        }
    };
    for (const direction of ['forward', 'backward'] as const) {
      if (family === 'rowwise') {
        for (const columns of [1, 3, 8, 1023, 1024, 5000, 2 ** 20])
          checkAll(direction, direction === 'backward' ? ['y'] : [], columns * 3, { columns });
        continue;
      }
      checkAll(direction, [], 5, {});
      if (fromY && direction === 'backward') checkAll(direction, ['y'], 5, {});
      for (const [channels, inner, length] of layouts) checkAll(direction, ['bias'], length, { channels, inner });
      if (family === 'gated') for (const columns of [6, 8]) checkAll(direction, ['x'], columns * 2, { columns });
    }
    expect(checked.size).toBeGreaterThan(1);
  });
});
