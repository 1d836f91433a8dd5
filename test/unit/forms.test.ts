/** The table of forms: what a call reads and writes follows from the activation's row and the tensors that came. */
import { describe, expect, test } from 'vitest';
import * as activations from '../../src/activations.js';
import { checkEncode, checkLater } from '../../src/call.js';
import { resolveActivation, catalogue as table } from '../../src/catalogue.js';
import * as core from '../../src/core.js';
import { defineActivation } from '../../src/define.js';
import { type Definition, optionsOf } from '../../src/definition.js';
import { familyOf, formOf, forms, gradientOf, usualForm } from '../../src/forms.js';
import { optionNames } from '../../src/options.js';
import { asDevice, FakeDevice } from './fake_device.js';

const rows = Object.values<Definition>(activations);
const given = (...names: string[]): Record<string, object> => Object.fromEntries(names.map((name) => [name, {}]));
const buffer = (): object => ({ usage: 0x80, size: 2 ** 20, label: '' });
const buffers = (...names: string[]): Record<string, object> =>
  Object.fromEntries(names.map((name) => [name, buffer()]));

describe('the form of a call', () => {
  test('the usual one, and the family, of each kind of row', () => {
    for (const [name, form, family] of [
      ['gelu', 'element', 'elementwise'],
      ['leakyRelu', 'element', 'elementwise'],
      ['prelu', 'element', 'channelwise'],
      ['swiglu', 'gate', 'gated'],
      ['softmax', 'row', 'rowwise'],
    ] as const)
      expect([usualForm(resolveActivation(name)), familyOf(resolveActivation(name))]).toEqual([form, family]);
  });

  test.each(rows.filter(({ maps }) => maps === 'element').map((row) => [row.name, row] as const))(
    '%s may be a gate, of two tensors or of the halves of one',
    (_, row) => {
      const learned = Object.keys(row.learned).filter((tensor) => tensor === row.requires);
      for (const direction of ['forward', 'backward'] as const) {
        const gradients = direction === 'backward' ? learned.map(gradientOf) : [];
        const dy = direction === 'backward' ? ['dy'] : [];
        const apart = formOf(row, direction, given('gate', 'up', ...learned));
        expect(apart.name).toBe('gate');
        expect(apart.inputs).toEqual(['gate', 'up', ...learned, ...dy]);
        expect(apart.outputs).toEqual(direction === 'backward' ? ['dGate', 'dUp', ...gradients] : ['y']);
        const halves = formOf(row, direction, given('x', ...learned), { halves: 'split' });
        expect(halves.name).toBe('halves');
        expect(halves.inputs).toEqual(['x', ...learned, ...dy]);
        expect(halves.outputs).toEqual(direction === 'backward' ? ['dx', ...gradients] : ['y']);
        expect(['x', 'dx', 'y', 'dy'].map(halves.extent)).toEqual(['halves', 'halves', 'elements', 'elements']);
      }
    },
  );

  test('x of a named gated unit is its halves', () => {
    expect(formOf(table.swiglu, 'forward', given('x')).name).toBe('halves');
    expect(formOf(table.swish, 'forward', given('x')).name).toBe('element');
  });

  test('learned tensors and the bias have one value a channel, and so have their gradients', () => {
    const form = formOf(table.leakyRelu, 'backward', given('x', 'alpha', 'bias', 'dy'));
    expect(form.inputs).toEqual(['x', 'alpha', 'bias', 'dy']);
    expect(form.outputs).toEqual(['dx', 'dAlpha', 'dBias']);
    expect(form.learned).toEqual([['alpha', 'alpha']]);
    expect(['alpha', 'dAlpha', 'bias', 'dBias'].map(form.extent)).toEqual(Array(4).fill('channels'));
    expect(formOf(table.leakyRelu, 'backward', given('x', 'dy')).learned).toEqual([]);
    expect(formOf(table.prelu, 'forward', given('x')).learned).toEqual([['weight', 'alpha']]);
  });

  test('rows have neither gate nor bias nor halves', () => {
    for (const tensors of [given('x'), given('x', 'bias'), given('gate', 'up')]) {
      const { name, inputs, outputs } = formOf(table.softmax, 'forward', tensors, { halves: 'split' });
      expect([name, inputs, outputs]).toEqual(['row', ['x'], ['y']]);
    }
    expect(() => checkLater(table.softmax, 'forward', given('x'), 8, { halves: 'split' })).toThrow(
      /softmax\.forward: expected options among .*, got "halves"/,
    );
  });

  test('the saved y, where it tells the derivative', () => {
    expect(formOf(table.tanh, 'backward', given('y', 'dy')).inputs).toEqual(['y', 'dy']);
    expect(formOf(table.softmax, 'backward', given('y', 'dy')).fromY).toBe(true);
    const wrong =
      (row: Definition, ...tensors: string[]) =>
      () =>
        formOf(row, 'backward', given(...tensors));
    expect(wrong(table.gelu, 'y', 'dy')).toThrow(
      'gelu.backward: expected x, got y; its derivative is no function of y',
    );
    expect(wrong(table.prelu, 'y', 'weight', 'dy')).toThrow('prelu.backward: expected x, got y');
    expect(wrong(table.tanh, 'x', 'y', 'dy')).toThrow('tanh.backward: expected x or y, got both');
    expect(wrong(table.leakyRelu, 'y', 'alpha', 'dy')).toThrow(
      'leakyRelu.backward: expected x with a learned alpha, got y',
    );
  });
});

describe('a call of a form', () => {
  const encode = (row: Definition, direction: 'forward' | 'backward', names: string[], options: object = {}) =>
    checkEncode(row, direction, { ...buffers(...names), length: 24 }, { ...options }, 256);

  test('gradients may be left out, but not all of them', () => {
    const wanted = (...names: string[]) =>
      encode(table.leakyRelu, 'backward', ['x', 'alpha', 'bias', 'dy', ...names], { channels: 3 }).call.outputs;
    expect(wanted('dx')).toEqual(['dx']);
    expect(wanted('dAlpha')).toEqual(['dAlpha']);
    expect(wanted('dBias', 'dAlpha')).toEqual(['dAlpha', 'dBias']);
    expect(() => wanted()).toThrow('leakyRelu.backward: expected x, alpha, bias, dy, dx, dAlpha, dBias, got no dx');
    expect(encode(table.mish, 'backward', ['gate', 'up', 'dy', 'dUp']).call.outputs).toEqual(['dUp']);
  });

  test('tensors that do not go together', () => {
    expect(() => encode(table.mish, 'forward', ['gate', 'y'])).toThrow('mish.forward: expected gate, up, y, got no up');
    expect(() => encode(table.selu, 'forward', ['x', 'alpha', 'y'])).toThrow(
      'selu.forward: expected x, y, got "alpha" too',
    );
    expect(() => encode(table.mish, 'forward', ['x', 'gate', 'up', 'y'], { columns: 4 })).toThrow(
      /got "(?:gate|up)" too/,
    );
  });

  test('a parameter is a number or a tensor', () => {
    expect(() => encode(table.leakyRelu, 'forward', ['x', 'alpha', 'y'], { alpha: 1 })).toThrow(
      new TypeError(
        'leakyRelu.forward: expected alpha as a number or as a tensor, got the number alpha and the tensor alpha',
      ),
    );
    expect(encode(table.leakyRelu, 'forward', ['x', 'alpha', 'y']).call.settings.parameters).toEqual({});
    expect(encode(table.leakyRelu, 'forward', ['x', 'y'], { alpha: 2 }).call.settings.parameters).toEqual({ alpha: 2 });
    expect(optionsOf(table.leakyRelu)).toEqual(['alpha']);
    expect(optionsOf(table.prelu)).toEqual([]);
  });

  test('halves, and what else they are called', () => {
    expect(() => encode(table.mish, 'forward', ['x', 'y'], { halves: 'joined', columns: 4 })).toThrow(
      'mish.forward: expected halves to be "split" or "interleaved", got "joined"',
    );
    expect(() => encode(table.mish, 'forward', ['x', 'y'], { halves: 'split' })).toThrow(
      'mish.forward: expected columns, the length of a row of x whose halves are gate and up, got none',
    );
    expect(() => encode(table.mish, 'forward', ['x', 'y'], { halves: 'split', columns: 5 })).toThrow(/even/);
  });

  test('every option of every form is told apart from a misspelt one', () => {
    for (const row of rows)
      for (const form of Object.keys(forms) as (keyof typeof forms)[]) {
        if ((form === 'row') !== (row.maps === 'row')) continue;
        const names = optionNames(row, form, 'backward');
        expect(names).toEqual([...new Set(names)]);
      }
  });

  test('in place: the outputs of each form over its own inputs', () => {
    const one = buffer();
    const over = (row: Definition, direction: 'forward' | 'backward', names: string[], pair: [string, string]) =>
      checkEncode(
        row,
        direction,
        { ...buffers(...names), [pair[0]]: one, [pair[1]]: one, length: 24 },
        row.maps === 'row' ? { columns: 8 } : {},
        256,
      ).call.through;
    expect(over(table.mish, 'forward', ['gate', 'up', 'y'], ['y', 'up'])).toEqual({ up: 'y' });
    expect(over(table.mish, 'backward', ['gate', 'up', 'dy', 'dGate', 'dUp'], ['dGate', 'gate'])).toEqual({
      gate: 'dGate',
    });
    expect(over(table.elu, 'backward', ['x', 'dy', 'dx'], ['dx', 'dy'])).toEqual({ dy: 'dx' });
    expect(over(table.softmax, 'forward', ['x', 'y'], ['y', 'x'])).toEqual({ x: 'y' });
    expect(() => over(table.mish, 'backward', ['gate', 'up', 'dy', 'dGate', 'dUp'], ['dGate', 'up'])).toThrow(
      'mish.backward: expected dGate not to overlap up, got overlapping ranges of one buffer',
    );
  });
});

describe('a definition of one’s own with learned parameters', () => {
  const text = (...suffixes: string[]) =>
    ['', '_derivative', ...suffixes]
      .map((suffix) => `fn own${suffix}(x: real, scale: real) -> real { return x; }`)
      .join('\n');
  const definition = {
    name: 'own',
    parameters: { scale: { default: 1, range: [-9, 9] } },
    learned: ['scale'],
    wgsl: text('_scale_derivative'),
    reference: { value: (x: number) => x, derivative: () => 1, by: { scale: (x: number) => x } },
  } as const;
  // biome-ignore lint/suspicious/noExplicitAny: deliberately wrong
  const define = (changes: object) => () => defineActivation({ ...definition, ...changes } as any);

  test('has a tensor and a gradient of that name, and may be a gate', () => {
    const own = defineActivation(definition as never) as Definition;
    expect(formOf(own, 'backward', given('x', 'scale', 'dy')).outputs).toEqual(['dx', 'dScale']);
    expect(formOf(own, 'backward', given('gate', 'up', 'scale', 'dy')).outputs).toEqual(['dGate', 'dUp', 'dScale']);
  });

  test.each([
    ['a parameter it has not', { learned: ['size'] }, 'expected learned to name parameters, got "size"'],
    ['no array', { learned: 'scale' }, 'expected learned to be an array of at most 3 names, got "scale"'],
    [
      'no derivative by it',
      { wgsl: text() },
      /expected wgsl to declare fn own_scale_derivative\(.*\) -> real, got none/,
    ],
    [
      'no reference of that',
      { reference: { value: (x: number) => x, derivative: () => 1 } },
      'expected reference.by.scale to be a function, got undefined',
    ],
    [
      'a number where each lane has its own',
      { wgsl: text('_scale_derivative').replaceAll('scale: real', 'scale: f32') },
      'expected the learned scale of own to be real or parameter, got f32',
    ],
  ])('%s', (_, changes, message) => {
    expect(define(changes)).toThrow(message);
  });
});

describe('the library without a list of names', () => {
  test('a name is a TypeError that tells what to import', async () => {
    const gpu = await core.createActivations({ device: asDevice(new FakeDevice()) });
    const message = (got: string) =>
      new TypeError(
        `activation: expected an import of webgpu-activations/activations, got ${got}; createActivations of webgpu-activations takes names`,
      );
    const x = new Float32Array(4);
    await expect(gpu.forward('gelu' as never, { x } as never)).rejects.toThrow(message('"gelu"'));
    await expect(gpu.prepare('gelu' as never)).rejects.toThrow(message('"gelu"'));
    await expect(gpu.forward(undefined as never, { x } as never)).rejects.toThrow(message('undefined'));
    // what looks like a row is none: it was checked by nobody
    await expect(gpu.forward({ ...table.gelu } as never, { x } as never)).rejects.toThrow(message('Object'));
    expect((await gpu.forward(table.gelu, { x })).y).toHaveLength(4);
  });

  test('what needs kernels of its own says which import has them, and takes them', async () => {
    const { elu, prelu, silu, swiglu } = activations;
    const { channels, gates, halfPrecision } = core;
    const gpu = await core.createActivations({ device: asDevice(new FakeDevice()) });
    const x = new Float32Array(4);
    const bits = new Uint16Array(4);
    const needs = (where: string, part: string, what: string) =>
      new TypeError(
        `${where}: expected ${part} of webgpu-activations/core for ${what}, as createActivations({ parts: { ${part} } }), got none`,
      );
    const channeled = needs('elu.forward', 'channels', 'a bias and learned parameters');
    await expect(gpu.forward(elu, { x, bias: x }, { channels: 4 })).rejects.toThrow(channeled);
    await expect(gpu.forward(elu, { x, alpha: x }, { channels: 4 })).rejects.toThrow(channeled);
    await expect(gpu.forward(silu, { gate: x, up: x })).rejects.toThrow(needs('silu.forward', 'gates', 'gate and up'));
    await expect(gpu.prepare(silu, { dtype: 'bf16' })).rejects.toThrow(
      needs('silu.forward', 'halfPrecision', 'dtype "bf16"'),
    );
    // what is nothing without them brings them
    await gpu.forward(prelu, { x, weight: x }, { channels: 4 });
    await gpu.forward(swiglu, { gate: x, up: x });
    const whole = await core.createActivations({
      device: asDevice(new FakeDevice()),
      parts: { channels, gates, halfPrecision },
    });
    await whole.forward(silu, { gate: x, up: x, bias: x }, { channels: 4 });
    await whole.forward(elu, { x: bits, alpha: x }, { dtype: 'f16', channels: 4 });
    await expect(core.createActivations({ parts: { gate: gates } as never })).rejects.toThrow(
      'createActivations: expected parts among channels, gates, halfPrecision, got "gate"; did you mean "gates"?',
    );
  });

  test('its rows are those of the catalogue', () => {
    for (const row of rows) {
      expect(table[row.name as 'gelu']).toMatchObject({ name: row.name, of: row.of, maps: row.maps });
      expect(resolveActivation(row).bounds).toBe(resolveActivation(row.name).bounds);
    }
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(activations));
  });
});
