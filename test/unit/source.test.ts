/** Every text the library can compile is joined and parsed here: a lone WGSL file is no module. */
import { describe, expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';
import { type Call, checkLater } from '../../src/call.js';
import { catalogue, type Row, resolveActivation } from '../../src/catalogue.js';
import { referenceOf } from '../../src/check/truth.js';
import { defineActivation } from '../../src/define.js';
import { type Definition, wgslName } from '../../src/definition.js';
import { type Direction, usualForm } from '../../src/forms.js';
import { type Dispatch, type Limits, planCall, type Variant } from '../../src/plan/index.js';
import { reference, rowValues, rowwise, unitFacts } from '../../src/reference/index.js';
import type { WgslFile } from '../../src/wgsl/file.js';
import { bindingNumbers, requiredFiles, sourceOf } from '../../src/wgsl/link.js';
import { functionsIn, withoutComments } from '../../src/wgsl/scan.js';

const files = Object.values(import.meta.glob<WgslFile>('../../shaders/**/*.wgsl', { eager: true, import: 'default' }));

const names = Object.keys(catalogue);
describe('row, file and reference match one to one', () => {
  const rows = names.map(resolveActivation);
  const namesOf = (isWanted: (row: Row) => boolean): string[] => rows.filter(isWanted).map(({ name }) => name);
  const own = rows.filter(({ name, of }) => name === of);

  test('each row but those that name another has its WGSL file', () => {
    const paths = files.map(({ path = '' }) => path).filter((path) => path.startsWith('activations/'));
    expect(paths.sort()).toEqual(own.map(({ name }) => `activations/${wgslName(name)}`).sort());
    for (const { of, source } of rows) expect(source.path).toBe(`activations/${wgslName(of)}`);
  });

  test('each row has its reference', () => {
    expect(Object.keys(reference).sort()).toEqual(namesOf((row) => usualForm(row) === 'element').sort());
    expect(Object.keys(unitFacts).sort()).toEqual(namesOf((row) => usualForm(row) === 'gate').sort());
    expect([rowwise, rowValues].flatMap(Object.keys).sort()).toEqual(namesOf((row) => row.maps === 'row').sort());
  });

  test.each(namesOf(({ maps }) => maps === 'element'))('%s: the file declares what the row promises', (name) => {
    const row = resolveActivation(name);
    const { fromY, parameters, learned, source, of } = row;
    const declared = files.find(({ path }) => path === source.path)!.functions!;
    const signature = (suffix: string): readonly string[] | undefined => declared[wgslName(of) + suffix];
    const count = 1 + Object.keys(parameters).length;
    expect(signature('')).toHaveLength(count);
    expect(signature('_derivative')).toHaveLength(count);
    if (fromY) expect(signature('_derivative_from_y')).toHaveLength(count);
    else if (name === of) expect(signature('_derivative_from_y')).toBe(undefined);
    for (const parameter of Object.values(learned)) {
      expect(signature(`_${wgslName(parameter)}_derivative`)).toHaveLength(count);
      expect(referenceOf(row).by![parameter]).toBeTypeOf('function');
      const place = 1 + Object.keys(parameters).indexOf(parameter);
      for (const suffix of ['', '_derivative', `_${wgslName(parameter)}_derivative`])
        expect(['real', 'parameter']).toContain(signature(suffix)![place]);
    }
  });
});

/** Every tensor that may be learned, of one, two and three at once, as the passes of a user's own activation have them. */
const learnedOwn = resolveActivation(
  defineActivation({
    name: 'threeLearned',
    parameters: {
      low: { default: 1, range: [-9, 9] },
      middle: { default: 1, range: [-9, 9] },
      high: { default: 1, range: [-9, 9] },
    },
    learned: ['low', 'middle', 'high'],
    wgsl: ['', '_derivative', '_low_derivative', '_middle_derivative', '_high_derivative']
      .map((suffix) => `fn three_learned${suffix}(x: real, low: real, middle: real, high: real) -> real { return x; }`)
      .join('\n'),
    reference: {
      value: (x) => x,
      derivative: () => 1,
      by: { low: (x) => x, middle: (x) => x, high: (x) => x },
    },
  }),
);

describe('every text that can be compiled parses, and its bindings are those it declares', () => {
  const limits = {
    maxStorageBufferBindingSize: 2 ** 27,
    maxStorageBuffersPerShaderStage: 10,
    minStorageBufferOffsetAlignment: 256,
    maxComputeWorkgroupsPerDimension: 65535,
    maxComputeInvocationsPerWorkgroup: 256,
    maxComputeWorkgroupSizeX: 256,
  };

  /** The ways in which outputs may take inputs' memory: none, each alone, and all that go together. */
  function sharingsOf({ form, outputs }: Call): Record<string, string>[] {
    const pairs = form.inPlace.filter(([output, input]) => outputs.includes(output) && form.inputs.includes(input));
    const together: Record<string, string> = {};
    for (const [output, input] of pairs) if (!Object.values(together).includes(output)) together[input] = output;
    return [{}, ...pairs.map(([output, input]) => ({ [input]: output })), together];
  }

  /** Every gradient; then without those of dx, dGate or dUp; then without the sums, and with one sum alone. */
  function outputsOf({ form, direction }: Call): (readonly string[])[] {
    if (direction === 'forward') return [form.outputs, form.outputs.slice(0, 1)];
    const isSum = (output: string): boolean => form.extent(output) === 'channels';
    const sums = form.outputs.filter(isSum);
    const wide = form.outputs.filter((output) => !isSum(output));
    const choices = [form.outputs, wide, sums, ...sums.map((sum) => [sum]), ...wide.map((output) => [output])];
    return choices.filter((outputs) => outputs.length > 0);
  }

  /** The dispatches of a call: its tensors apart, in place, in one buffer; gradients wanted and not. */
  function dispatchesOf(
    definition: Definition,
    direction: Direction,
    given: readonly string[],
    length: number,
    options: object,
    device: Limits = limits,
  ): readonly Dispatch[] {
    const tensors = Object.fromEntries(given.map((name) => [name, {}]));
    const call = checkLater(definition, direction, tensors, length, { ...options });
    return outputsOf(call).flatMap((outputs) =>
      sharingsOf({ ...call, outputs }).flatMap((through) =>
        [false, true].flatMap((isArena) => planCall({ ...call, outputs, through, isArena }, device).dispatches),
      ),
    );
  }

  interface Declared {
    readonly functions: readonly string[];
    /** Constants that a pipeline sets. */
    readonly overrides: readonly string[];
    /** What a bind group binds. */
    readonly variables: readonly string[];
  }
  const declarations = new Map<WgslFile, Declared>();
  function declaredIn(file: WgslFile): Declared {
    let declared = declarations.get(file);
    if (!declared) {
      const overrides = [...withoutComments(file.code).matchAll(/^override (\w+):/gm)].map(([, name]) => name!);
      const variables = [...bindingNumbers(file.code).keys()];
      declared = { functions: Object.keys(functionsIn(file.code)), overrides, variables };
      declarations.set(file, declared);
    }
    return declared;
  }
  const common = files.find(({ path }) => path === 'kernels/common')!;

  const checked = new Set<string>();
  /** @returns whether it is new */
  const isNew = (...key: unknown[]): boolean => checked.size < checked.add(JSON.stringify(key)).size;

  /** Not one by one with `expect`, which takes longer than all the rest. */
  function expectAmong(known: readonly string[], names: readonly string[]): void {
    if (names.some((name) => !known.includes(name))) expect(known).toEqual(expect.arrayContaining([...names]));
  }

  /**
   * A text is joined from a kernel's files, the activation's, and a few lines between them. It is parsed whole where one of
   * these is new; whether the names of all of them go together is looked at in every one.
   */
  function check({ variant, bindings }: Dispatch): void {
    const { activation, constants, entryPoint, files: kernels, fromY, learned = [], sums = [] } = variant;
    const { reads = {}, keeps = {} } = variant;
    const paths = kernels.map(({ path }) => path);
    const bound = bindings.map(({ name }) => name);
    const named = [activation?.name, entryPoint, Object.keys(constants), bound];
    if (!isNew('call', paths, named, fromY, learned, sums, reads, keeps)) return;
    const isGate = kernels.some(({ path }) => path === 'kernels/gated');
    const tail = isGate ? activation?.tail : undefined;
    const own = [...(activation ? [activation.source] : []), ...(tail ? [tail] : [])];
    const joined = new Set([common, ...kernels, ...requiredFiles([common, ...kernels, ...own]), ...own]);
    const declared = [...joined].map(declaredIn);
    const functions = declared.flatMap((each) => each.functions);
    if (new Set(functions).size < functions.length) expect(functions).toEqual([...new Set(functions)]);
    const wanted = Object.keys(keeps).filter((name) => keeps[name]);
    const called = [...Object.values(reads).map((name) => `load_${name}`), ...wanted.map((name) => `store_${name}`)];
    expectAmong(functions, [entryPoint, ...called]);
    expectAmong(
      declared.flatMap((each) => each.overrides),
      Object.keys(constants),
    );
    expectAmong(
      declared.flatMap((each) => each.variables),
      bound,
    );

    const added = sums.map((parameter) => parameter !== null);
    const isNewKernel = isNew('kernel', paths, activation?.maps);
    const isNewGlue = [isNew('glue', reads, keeps, fromY), isNew('learned', isGate, learned.length, added)].includes(
      true,
    );
    const isNewActivation = isNew('activation', activation?.name, fromY, learned, sums, isGate);
    if (!isNewKernel && !isNewGlue && !isNewActivation) return;
    for (const hasImmediates of isNewActivation ? [false, true] : [false]) parse(variant, hasImmediates);
  }

  const functionsSeen = new Set<string>();
  /** A text without the insides of functions that another text had: the parser takes 2 ms a thousand characters. */
  const newIn = (code: string): string =>
    code.replace(/^fn [^{]*(\{(?:.*\}$|$[\s\S]*?^\}))/gm, (whole, body: string) =>
      functionsSeen.size < functionsSeen.add(whole).size ? whole : whole.replace(body, '{}'),
    );

  let parsed = 0;
  function parse(each: Variant, hasImmediates: boolean): void {
    parsed++;
    const text = sourceOf(each, hasImmediates);
    // wgsl_reflect 1.6 does not know the immediate address space yet
    const code = text
      .replace(/\/\/.*/g, '')
      .replace('requires immediate_address_space;', '')
      .replace('var<immediate>', 'var<private>');
    const reflected = new WgslReflect(newIn(code));
    expect(reflected.entry.compute.map(({ name }) => name)).toContain(each.entryPoint);
    const resources = [...reflected.uniforms, ...reflected.storage];
    expect(new Map(resources.map(({ name, binding }) => [name, binding]))).toEqual(bindingNumbers(text));
    for (const constant in each.constants) expect(text).toContain(`override ${constant}:`);
    const functions = reflected.functions.map(({ name }) => name);
    expect(functions).toEqual([...new Set(functions)]);
  }

  test.each(names)('%s: within the limits of compatibility mode', (name) => {
    const definition = resolveActivation(name);
    const isOfRows = definition.maps === 'row';
    const least = { ...limits, maxComputeInvocationsPerWorkgroup: 128, maxComputeWorkgroupSizeX: 128 };
    for (const isFallback of [false, true])
      for (const columns of isOfRows ? [4, 1023, 2048, 2 ** 20] : [1])
        for (const [direction, given] of [
          ['forward', []],
          ['backward', isOfRows && definition.fromY ? ['y'] : []],
          ...(isOfRows ? [] : ([['backward', ['bias']]] as const)),
        ] as const) {
          const options = isOfRows ? { columns } : {};
          const device = { ...least, isFallback };
          for (const each of dispatchesOf(definition, direction, given, columns * 2 ** 11, options, device)) {
            expect(each.variant.constants.workgroup_size).toBeLessThanOrEqual(128);
            expect(each.bindings.length).toBeLessThanOrEqual(8);
          }
        }
  });

  const layouts = [
    [1, 1, 5],
    [4, 1, 8],
    [3, 1, 15],
    [2, 64, 256],
    [2, 6, 24],
    [2, 8, 32],
  ] as const;
  const ungated = ['mish', 'elu', 'hardSigmoid', 'leakyRelu'];

  /** Every call of an activation. @returns how many texts were parsed */
  function checkCalls(definition: Definition): number {
    const { name, fromY, maps, learned, requires, sight } = definition;
    const before = parsed;
    const checkAll = (direction: Direction, given: readonly string[], length: number, options: object): void => {
      for (const dtype of ['f32', 'f16', ...(name === 'relu' ? ['bf16'] : [])])
        dispatchesOf(definition, direction, given, length, { ...options, dtype }).forEach(check);
    };
    for (const direction of ['forward', 'backward'] as const) {
      if (maps === 'row') {
        for (const columns of [1, 3, 8, 1023, 1024, 5000, 2 ** 20])
          for (const given of direction === 'forward' ? [[]] : fromY ? [['y'], ['x']] : [[], ['logSumExp']])
            for (const inner of columns < 2048 ? [1, 2] : [1])
              checkAll(direction, given, columns * 6, { columns, inner });
        if (sight)
          for (const columns of [3, 8, 5000])
            for (const [given, options] of [
              [['mask'], { maskDtype: 'f32' }],
              [['mask', 'sink'], { softcap: 30, causal: 0 }],
              [['sink', 'logSumExp'], {}],
              [['mask', 'logSumExp'], { empty: 'zero' }],
            ] as const)
              checkAll(direction, given, columns * 6, { columns, ...options });
        continue;
      }
      const tensors = Object.keys(learned);
      const subsets = [[], ...tensors.map((_, index) => tensors.slice(0, index + 1))];
      const isGate = usualForm(definition) === 'gate' || ungated.includes(name) || tensors.length > 0;
      for (const given of subsets) {
        checkAll(direction, given, 5, {});
        if (isGate) checkAll(direction, ['gate', 'up', ...given], 5, {});
        if (isGate)
          for (const halves of ['split', 'interleaved'])
            for (const columns of [6, 8]) checkAll(direction, ['x', ...given], columns * 2, { columns, halves });
        for (const [channels, inner, length] of layouts) {
          const layout = { channels, inner };
          for (const bias of [[], ['bias']]) {
            if (!bias.length && !given.length && !requires) continue;
            checkAll(direction, [...given, ...bias], length, layout);
            if (isGate) checkAll(direction, ['gate', 'up', ...given, ...bias], length, layout);
          }
        }
      }
      if (fromY && direction === 'backward') checkAll(direction, ['y'], 5, {});
    }
    return parsed - before;
  }

  test.each(names)('%s', (name) => {
    expect(checkCalls(resolveActivation(name))).toBeGreaterThan(1);
  });

  test('an activation of three learned parameters', () => {
    expect(checkCalls(learnedOwn)).toBeGreaterThan(1);
  });
});
