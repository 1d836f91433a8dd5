/** Every text the library can compile is joined and parsed here: a lone WGSL file is no module. */
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { catalogue, type Definition, resolveActivation } from '../../src/catalogue.js';
import type { Variant, WeightLayout } from '../../src/plan.js';
import { reference } from '../../src/reference/index.js';
import { shaders } from '../../src/shaders.js';
import { bindingNumbers, sourceOf, wgslName } from '../../src/source.js';

const names = Object.keys(catalogue);
const variant = (definition: Definition, rest: Partial<Variant>): Variant => ({
  definition,
  kernel: 'elementwise',
  entryPoint: 'forward',
  lanes: 4,
  inPlace: false,
  fromY: false,
  weight: undefined,
  constants: {},
  ...rest,
});

describe('row, file and reference match one to one', () => {
  test('each row has its WGSL file', () => {
    const files = Object.keys(shaders).filter((path) => path.startsWith('activations/'));
    expect(files.sort()).toEqual(names.map((name) => `activations/${wgslName(name)}`).sort());
  });

  test('each row has its reference pair', () => {
    expect(Object.keys(reference).sort()).toEqual([...names].sort());
  });

  test.each(names)('%s: the file declares what the row promises', (name) => {
    const { family, fromY, parameters } = resolveActivation(name);
    const text = shaders[`activations/${wgslName(name)}`]!;
    const declared = [...text.matchAll(/\bfn\s+(\w+)\s*\(([^)]*)\)/g)];
    const signature = (suffix: string): string[] | undefined =>
      declared
        .find(([, found]) => found === wgslName(name) + suffix)?.[2]!
        .split(',')
        .map((part) => part.trim());
    const count = 1 + Object.keys(parameters).length + (family === 'channelwise' ? 1 : 0);
    expect(signature('')).toHaveLength(count);
    expect(signature('_derivative')).toHaveLength(count);
    if (fromY) expect(signature('_derivative_from_y')).toHaveLength(count);
    else expect(signature('_derivative_from_y')).toBeUndefined();
  });
});

describe('every variant parses, and its bindings are those the text declares', () => {
  const check = (each: Variant): void => {
    for (const hasImmediates of [false, true]) {
      const text = sourceOf(each, hasImmediates);
      // wgsl_reflect 1.6 does not know the immediate address space yet
      const code = text.replace('requires immediate_address_space;', '').replace('var<immediate>', 'var<private>');
      const reflected = new WgslReflect(code);
      const entry = reflected.entry.compute.map((found) => found.name);
      expect(entry).toContain(each.entryPoint);
      const resources = [...reflected.uniforms, ...reflected.storage];
      expect(new Map(resources.map((resource) => [resource.name, resource.binding]))).toEqual(bindingNumbers(text));
      expect(resources.every((resource) => resource.group === 0)).toBe(true);
      const functions = reflected.functions.map((found) => found.name);
      expect(functions).toEqual([...new Set(functions)]);
    }
  };

  test.each(names)('%s', (name) => {
    const definition = resolveActivation(name);
    const layouts: (WeightLayout | undefined)[] =
      definition.family === 'channelwise' ? ['single', 'shared', 'vector', 'gather'] : [undefined];
    for (const lanes of [1, 4] as const)
      for (const weight of layouts) {
        if (lanes === 1 && (weight === 'gather' || weight === 'vector')) continue;
        for (const inPlace of [false, true])
          for (const entryPoint of ['forward', 'backward'])
            check(
              variant(definition, {
                lanes,
                weight,
                inPlace,
                entryPoint,
                fromY: definition.fromY && entryPoint === 'backward',
              }),
            );
        if (definition.family === 'channelwise')
          for (const entryPoint of ['backward_by_row', 'backward_by_column'])
            check(variant(definition, { kernel: 'channelwise', lanes, weight, entryPoint }));
      }
  });

  test('the reduction', () => {
    for (const entryPoint of ['reduce_by_row', 'reduce_by_column'])
      check(variant(resolveActivation('prelu'), { kernel: 'reduce', lanes: 1, entryPoint }));
  });
});
