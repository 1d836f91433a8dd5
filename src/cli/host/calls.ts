/**
 * Every call beside the array calls that `check` is about: encode calls apart, in place, at an offset and accumulating, biases,
 * halves of rows, statistics, monitors, tuning, functions in a kernel of one's own, each against float64.
 */
import { catalogue, type Row, resolveActivation } from '../../catalogue.js';
import type { Arrays } from '../../check/compute.js';
import { storedAs } from '../../check/dtype.js';
import { fromElements, toElements } from '../../check/half.js';
import { toJsonNumber } from '../../check/json.js';
import type { Result, Worst } from '../../check/result.js';
import { labelsOf, slopeUnit, valueUnit } from '../../check/rows.js';
import { normalInputs } from '../../check/samples.js';
import {
  boundOf,
  inputNames,
  referenceOf,
  referenceParameters,
  sampleLearned,
  slackOf,
  truthsOf,
} from '../../check/truth.js';
import { FLUSH_LIMIT, spacing } from '../../check/ulp.js';
import { resolveParameters, wgslName } from '../../definition.js';
import { formOf, forms, gradientOf, isSmall, usualForm } from '../../forms.js';
import {
  createDeadUnitMonitor,
  dynamic,
  readStatistics,
  type Statistics,
  statisticsByteLength,
  wgsl,
} from '../../index.js';
import { reference, rowValues, rowwise } from '../../reference/index.js';
import { type StorageType, storages } from '../../storage.js';
import type { HostContext, HostFunction } from './call.js';
import { ByteBuffer, submit } from './calls_buffers.js';
import { tellLoss } from './guard.js';

/** What a case found: a tensor, and how far each of its elements may be from the exact one. */
interface Finding {
  readonly tensor: string;
  readonly got: ArrayLike<number>;
  readonly exact: ArrayLike<number>;
  readonly allowed: (index: number) => number;
}

interface Case {
  readonly op: string;
  readonly name: string;
  readonly direction: Result['direction'];
  run(context: HostContext): Promise<readonly Finding[]>;
}

/** An odd number of elements, which ends within a vector and within a word; rows of it that four does not divide. */
const LENGTH = 51 * 7 * 29;
const COLUMNS = 51;
const CHANNELS = 7;
const ROUNDING = 2 ** -24;
/** The contract of a sum, in units of 2⁻²⁴ · Σ|terms|. */
const SUM_BOUND = 4;
const dtypes = Object.keys(storages) as StorageType[];

export const checkCalls: HostFunction<Record<string, never>, readonly Result[]> = async (_, context) => {
  const cases = [...encodeCases(), ...arrayCases(), ...statisticsCases(), ...monitorCases(), ...otherCases()];
  const answer: Result[] = [];
  for (const [done, given] of cases.entries()) {
    context.report({ label: `${given.op}: ${given.name}`, done, total: cases.length });
    answer.push(await judge(given, context));
  }
  return { answer };
};

async function judge({ op, name, direction, run }: Case, context: HostContext): Promise<Result> {
  const facts = { suite: 'calls', name: `${op} ${name}`, op, direction };
  let findings: readonly Finding[];
  try {
    findings = await run(context);
  } catch (error) {
    await tellLoss(context.activations.device);
    const nothing = { values: 0, maxUlp: 'Infinity', maxAbs: 'Infinity', worst: null } as const;
    return { ...facts, status: 'failed', reason: (error as Error).message, ...nothing };
  }
  let [values, maxAbs, excess] = [0, 0, 0];
  let worst: Worst | null = null;
  let isWhole = findings.length > 0;
  for (const { tensor, got, exact, allowed } of findings) {
    isWhole &&= got.length === exact.length && exact.length > 0;
    values += exact.length;
    for (let index = 0; index < exact.length; index++) {
      if (Object.is(got[index], exact[index])) continue;
      const error = Math.abs(got[index]! - exact[index]!);
      const share = error / allowed(index);
      // written so that NaN counts as the largest
      if (share <= excess) continue;
      excess = Number.isNaN(share) ? Infinity : share;
      maxAbs = Number.isNaN(error) ? Infinity : Math.max(maxAbs, error);
      const [expected, given] = [toJsonNumber(exact[index]!), toJsonNumber(got[index] ?? Number.NaN)];
      worst = { tensor, index, x: null, expected, got: given };
    }
  }
  const isGood = isWhole && excess <= 1;
  const reason = isWhole
    ? `${Number(excess.toPrecision(4))} times the error allowed`
    : 'not as many values as expected';
  return {
    ...facts,
    status: isGood ? 'passed' : 'failed',
    ...(!isGood && { reason }),
    values,
    // here in units of what is allowed
    maxUlp: toJsonNumber(excess),
    maxAbs: toJsonNumber(maxAbs),
    bound: 1,
    worst,
  };
}

const calls = ({ activations }: HostContext) => dynamic(activations);

// ── encode calls

type Form = 'apart' | 'in place' | 'at an offset' | 'accumulating';

function encodeCases(): Case[] {
  const rows = Object.values(catalogue).filter(({ maps }) => maps === 'row');
  return ['gelu', 'prelu', 'swiglu', ...rows.map(({ name }) => name)].flatMap((op) =>
    dtypes.flatMap((dtype) =>
      (['forward', 'backward'] as const).flatMap((direction) =>
        formsOf(direction).map((form) => ({
          op,
          direction,
          name: `encode ${direction} ${dtype} ${form}`,
          run: (context: HostContext) => encode(context, resolveActivation(op), dtype, direction, form),
        })),
      ),
    ),
  );
}

const formsOf = (direction: Result['direction']): Form[] =>
  direction === 'forward'
    ? ['apart', 'in place', 'at an offset']
    : ['apart', 'in place', 'at an offset', 'accumulating'];

async function encode(
  context: HostContext,
  definition: Row,
  dtype: StorageType,
  direction: Result['direction'],
  form: Form,
): Promise<Finding[]> {
  const { device } = context.activations;
  const inputs = inputsOf(definition, direction, dtype);
  const truths = exactOf(definition, direction, inputs, context.adapter.software);
  const offset = form === 'at an offset' ? device.limits.minStorageBufferOffsetAlignment : 0;
  // weights, sums and values of rows are float32 whatever the elements are
  const { extent } = formOf(definition, direction, inputs);
  const typeOf = (tensor: string): StorageType => (isSmall(extent(tensor)) ? 'f32' : dtype);
  const buffers = new Map<string, ByteBuffer>();
  for (const [tensor, values] of Object.entries(inputs))
    buffers.set(tensor, new ByteBuffer(device, toElements(values, typeOf(tensor)), offset));
  const starts = new Map<string, Float32Array>();
  for (const { tensor, exact } of truths) {
    const place = form === 'in place' ? buffers.get(placeOf(definition, tensor)) : undefined;
    const start = rounded(normalInputs(exact.length, 9), typeOf(tensor));
    starts.set(tensor, start);
    buffers.set(tensor, place ?? new ByteBuffer(device, toElements(start, typeOf(tensor)), offset));
  }
  const options = {
    dtype,
    ...(definition.maps === 'row' && { columns: COLUMNS }),
    ...(definition.requires && definition.learned[definition.requires] && { channels: CHANNELS }),
    ...(form === 'accumulating' && { accumulate: true }),
  };
  const tensors = Object.fromEntries([...buffers].map(([tensor, { binding }]) => [tensor, binding]));
  const call = direction === 'forward' ? 'encodeForward' : 'encodeBackward';
  submit(device, (pass) => calls(context)[call](pass, definition, { ...tensors, length: LENGTH }, options));
  const findings: Finding[] = [];
  for (const { tensor, exact, allowed } of truths) {
    const got = fromElements(await buffers.get(tensor)!.read(tensor), typeOf(tensor));
    const start = form === 'accumulating' ? starts.get(tensor)! : undefined;
    const sum = start ? exact.map((value, index) => value + start[index]!) : exact;
    const { format } = storedAs[typeOf(tensor)];
    const rounding = (index: number) =>
      (start ? spacing(sum[index]!) : 0) + (typeOf(tensor) === 'f32' ? 0 : 0.5001 * spacing(sum[index]!, format));
    findings.push({ tensor, got, exact: sum, allowed: (index) => allowed(index) + rounding(index) });
  }
  for (const buffer of buffers.values()) buffer.destroy();
  return findings;
}

/** The input in whose place an output may be, the last that may. */
const placeOf = (definition: Row, tensor: string): string => {
  const { forward, backward } = forms[usualForm(definition)].inPlace;
  return [...forward, ...backward].find(([output]) => output === tensor)?.[1] ?? '';
};

const rounded = (values: Float32Array, dtype: StorageType): Float32Array =>
  fromElements(toElements(values, dtype), dtype);

function inputsOf(definition: Row, direction: Result['direction'], dtype: StorageType): Arrays {
  const numbers = (seed: number) => rounded(normalInputs(LENGTH, seed), dtype);
  const dy: Arrays = direction === 'backward' ? { dy: numbers(3) } : {};
  if (rowValues[definition.name]) {
    const rows = LENGTH / COLUMNS;
    const values: Arrays = direction === 'backward' ? { dy: normalInputs(rows, 3) } : {};
    return { x: numbers(1), ...labelsOf(definition, rows, COLUMNS), ...values };
  }
  if (definition.maps === 'row' && direction === 'backward') {
    const y = rowwise[definition.name]!.forward(numbers(1), LENGTH / COLUMNS, COLUMNS);
    return { y: rounded(Float32Array.from(y), dtype), ...dy };
  }
  const named = inputNames(definition).map((name, index) => [name, numbers(index + 1)] as const);
  const learned = Object.entries(sampleLearned(definition)).map(
    ([name, [value]]) => [name, new Float32Array(CHANNELS).fill(value!)] as const,
  );
  return { ...Object.fromEntries([...named, ...learned]), ...dy };
}

interface Exact {
  readonly tensor: string;
  readonly exact: Float64Array;
  /** The error that the float32 result may have. */
  readonly allowed: (index: number) => number;
}

function exactOf(definition: Row, direction: Result['direction'], inputs: Arrays, isIeee: boolean): readonly Exact[] {
  if (definition.maps === 'row') return [exactRows(definition, direction, inputs)];
  const given = resolveParameters(definition);
  const slack = slackOf(definition, given, inputs);
  const truths = truthsOf(definition, given).filter((truth) => truth.direction === direction);
  const results: Exact[] = truths.map(({ tensor, fill }) => {
    const exact = new Float64Array(LENGTH);
    fill(inputs, exact);
    const bound = boundOf(definition, tensor, isIeee);
    return { tensor, exact, allowed: (index) => bound * spacing(exact[index]!) + FLUSH_LIMIT + slack(index) };
  });
  const { x, dy } = inputs;
  const parameters = referenceParameters(definition, given);
  for (const name of x && dy ? Object.keys(sampleLearned(definition)) : []) {
    const by = referenceOf(definition).by![definition.learned[name]!]!;
    results.push(sumsOf(gradientOf(name), CHANNELS, (index) => dy![index]! * by(x![index]!, parameters)));
  }
  return results;
}

function sumsOf(tensor: string, channels: number, term: (index: number) => number): Exact {
  const [exact, sizes] = [new Float64Array(channels), new Float64Array(channels)];
  for (let index = 0; index < LENGTH; index++) {
    const channel = index % channels;
    exact[channel]! += term(index);
    sizes[channel]! += Math.abs(term(index));
  }
  return { tensor, exact, allowed: (index) => SUM_BOUND * ROUNDING * sizes[index]! };
}

function exactRows(definition: Row, direction: Result['direction'], inputs: Arrays): Exact {
  const { name, bounds } = definition;
  if (rowValues[name]) return exactValues(definition, direction, inputs);
  const { forward, backward, units } = rowwise[name]!;
  if (direction === 'forward') {
    const exact = forward(inputs.x!, LENGTH / COLUMNS, COLUMNS);
    const unit = (y: number) => (units.forward === 'ulp' ? spacing(y) : ROUNDING * units.forward(y));
    return { tensor: 'y', exact, allowed: (index) => bounds.forward * unit(exact[index]!) + FLUSH_LIMIT };
  }
  const dy = inputs.dy!;
  const rows = Float64Array.from(
    { length: LENGTH / COLUMNS },
    (_, row) => ROUNDING * units.backward(dy.subarray(row * COLUMNS, (row + 1) * COLUMNS)),
  );
  const exact = backward(inputs.y!, dy, LENGTH / COLUMNS, COLUMNS);
  return {
    tensor: 'dx',
    exact,
    allowed: (index) => bounds.derivative * rows[Math.floor(index / COLUMNS)]! + FLUSH_LIMIT,
  };
}

function exactValues(definition: Row, direction: Result['direction'], inputs: Arrays): Exact {
  const { name, bounds } = definition;
  const { forward, backward } = rowValues[name]!;
  const { x, labels, dy } = inputs;
  const rows = { x: x!, ...(labels && { labels }), columns: COLUMNS, parameters: resolveParameters(definition) };
  if (direction === 'forward') {
    const exact = forward(rows);
    const [tensor] = formOf(definition, direction, inputs).outputs;
    return { tensor: tensor!, exact, allowed: (index) => bounds.forward * valueUnit(exact[index]!) + FLUSH_LIMIT };
  }
  const unit = (index: number) => slopeUnit(dy![Math.floor(index / COLUMNS)]!);
  const allowed = (index: number) => bounds.derivative * unit(index) + FLUSH_LIMIT;
  return { tensor: 'dx', exact: backward(rows, dy!), allowed };
}

// ── arrays with a bias, rows of halves

function arrayCases(): Case[] {
  return dtypes.flatMap((dtype): Case[] => [
    {
      op: 'silu',
      direction: 'forward',
      name: `bias forward ${dtype}`,
      run: (context) => biased(context, dtype, 'forward'),
    },
    {
      op: 'silu',
      direction: 'backward',
      name: `bias backward ${dtype}`,
      run: (context) => biased(context, dtype, 'backward'),
    },
    { op: 'swiglu', direction: 'forward', name: `halves forward ${dtype}`, run: (context) => halves(context, dtype) },
  ]);
}

async function biased(context: HostContext, dtype: StorageType, direction: Result['direction']): Promise<Finding[]> {
  const definition = resolveActivation('silu');
  const given = inputsOf(definition, direction, dtype);
  const bias = normalInputs(CHANNELS, 4);
  // what the activation is given is the rounded sum
  const x = given.x!.map((value, index) => value + bias[index % CHANNELS]!);
  const exact = exactOf(definition, direction, { ...given, x }, context.adapter.software);
  const { derivative } = reference.silu!;
  const term = (index: number) => given.dy![index]! * derivative(x[index]!, {});
  const all = direction === 'forward' ? exact : [...exact, sumsOf('dBias', CHANNELS, term)];
  const tensors = Object.entries(given).map(([name, values]) => [name, toElements(values, dtype)] as const);
  const results = await calls(context)[direction](
    'silu',
    { ...(Object.fromEntries(tensors) as unknown as Arrays), bias },
    { channels: CHANNELS, dtype },
  );
  return all.map(({ tensor, exact, allowed }) => {
    const isElement = tensor !== 'dBias';
    const type = isElement ? dtype : 'f32';
    const { format } = storedAs[type];
    const rounding = (index: number) => (type === 'f32' ? 0 : 0.5001 * spacing(exact[index]!, format));
    // the terms of the sum have errors of their own
    const share = isElement ? 1 : 2;
    const got = fromElements(results[tensor]!, type);
    return { tensor, got, exact, allowed: (index) => share * allowed(index) + rounding(index) };
  });
}

async function halves(context: HostContext, dtype: StorageType): Promise<Finding[]> {
  const definition = resolveActivation('swiglu');
  const { gate, up } = inputsOf(definition, 'forward', dtype);
  const x = new Float32Array(2 * LENGTH);
  for (let row = 0; row < LENGTH / COLUMNS; row++) {
    const part = (values: Float32Array) => values.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    x.set(part(gate!), 2 * row * COLUMNS);
    x.set(part(up!), (2 * row + 1) * COLUMNS);
  }
  const results = await calls(context).forward(
    'swiglu',
    { x: toElements(x, dtype) as Float32Array },
    { columns: 2 * COLUMNS, dtype },
  );
  const { format } = storedAs[dtype];
  return exactOf(definition, 'forward', { gate: gate!, up: up! }, context.adapter.software).map(
    ({ tensor, exact, allowed }) => {
      const rounding = (index: number) => (dtype === 'f32' ? 0 : 0.5001 * spacing(exact[index]!, format));
      const got = fromElements(results[tensor]!, dtype);
      return { tensor, got, exact, allowed: (index) => allowed(index) + rounding(index) };
    },
  );
}

// ── statistics

function statisticsCases(): Case[] {
  return dtypes.flatMap((dtype): Case[] => [
    {
      op: 'statistics',
      direction: 'forward',
      name: `of arrays ${dtype}`,
      run: async (context) => {
        const x = statisticsInput(dtype);
        const options = { channels: CHANNELS, bins: 16, dtype };
        return described(x, await context.activations.statistics('relu', { x: toElements(x, dtype) }, options));
      },
    },
    {
      op: 'statistics',
      direction: 'forward',
      name: `encoded ${dtype}`,
      run: async (context) => {
        const { device } = context.activations;
        const values = statisticsInput(dtype);
        const x = new ByteBuffer(device, toElements(values, dtype), 0);
        const byteLength = statisticsByteLength({ channels: CHANNELS, bins: 16 });
        const statistics = new ByteBuffer(device, new Float32Array(byteLength / 4), 0);
        const tensors = { x: x.binding, statistics: statistics.binding, length: LENGTH };
        const options = { channels: CHANNELS, bins: 16, dtype };
        submit(device, (pass) => context.activations.encodeStatistics(pass, 'relu', tensors, options));
        const read = await statistics.read('statistics');
        x.destroy();
        statistics.destroy();
        return described(values, readStatistics(read));
      },
    },
  ]);
}

function statisticsInput(dtype: StorageType): Float32Array {
  const x = normalInputs(LENGTH, 5).map((value, index) => (index % 11 === 0 ? 0 : 4 * value));
  [x[100], x[200], x[300]] = [Number.NaN, Infinity, -Infinity];
  return rounded(x, dtype);
}

/** What was counted must be exact; the moments are sums. */
function described(x: Float32Array, got: Statistics): Finding[] {
  const { edges } = got.histogram;
  const bins = edges.length - 1;
  const counts = new Float64Array(CHANNELS * bins);
  const channels = Array.from({ length: CHANNELS }, (_, channel) => {
    const all = x.filter((_, index) => index % CHANNELS === channel);
    const finite = all.filter((value) => Number.isFinite(value));
    const count = (test: (value: number) => boolean) => all.filter(test).length;
    const mean = finite.reduce((sum, value) => sum + value, 0) / finite.length;
    for (const value of finite) {
      const bin = value === edges[bins] ? bins - 1 : edges.findLastIndex((edge) => value >= edge);
      if (bin >= 0 && bin < bins) counts[channel * bins + bin]!++;
    }
    return {
      count: all.length,
      nans: count(Number.isNaN),
      infinities: count((value) => Math.abs(value) === Infinity),
      zeros: count((value) => value === 0),
      negatives: count((value) => value < 0),
      saturated: count((value) => value <= 0) / all.length,
      minimum: finite.reduce((least, value) => Math.min(least, value), Infinity),
      maximum: finite.reduce((most, value) => Math.max(most, value), -Infinity),
      mean,
      variance: finite.reduce((sum, value) => sum + (value - mean) ** 2, 0) / finite.length,
    };
  });
  const names = Object.keys(channels[0]!) as (keyof (typeof channels)[0])[];
  const findings = names.map((name): Finding => {
    const exact = channels.map((channel) => channel[name]);
    // a share is one division of two counts; a mean near 0 has terms of size 4
    const relative = { saturated: ROUNDING, mean: 2 ** -22, variance: 2 ** -20 }[name as string] ?? 0;
    const size = name === 'mean' ? 4 : 0;
    const allowed = (index: number) => relative * Math.max(Math.abs(exact[index]!), size);
    return { tensor: name, got: got[name], exact, allowed };
  });
  return [...findings, { tensor: 'histogram', got: got.histogram.counts, exact: counts, allowed: () => 0 }];
}

// ── monitors

function monitorCases(): Case[] {
  const kinds = [
    { kind: 'dead', op: 'relu', isIdle: (y: number) => y === 0 },
    { kind: 'saturation', op: 'tanh', isIdle: (y: number) => 1 - y * y < 0.01 },
  ] as const;
  return kinds.flatMap(({ kind, op, isIdle }) =>
    dtypes.map(
      (dtype): Case => ({
        op: 'monitor',
        direction: 'forward',
        name: `${kind} ${dtype}`,
        async run(context) {
          const { activations } = context;
          const monitor = createDeadUnitMonitor(activations, { channels: CHANNELS, window: 2, kind, name: op, dtype });
          const idle = new Set(Array.from({ length: CHANNELS }, (_, unit) => unit));
          for (const batch of [1, 2, 3]) {
            // units that are idle in every element, and others that are once not
            const values = rounded(new Float32Array(LENGTH).fill(op === 'relu' ? 0 : 1), dtype);
            for (const unit of [batch, 6]) values[CHANNELS * 100 + unit] = 0.5;
            if (batch > 1)
              for (let index = 0; index < LENGTH; index++) if (!isIdle(values[index]!)) idle.delete(index % CHANNELS);
            const y = new ByteBuffer(activations.device, toElements(values, dtype), 0);
            submit(activations.device, (pass) => monitor.encode(pass, { y: y.binding, length: LENGTH }));
            y.destroy();
          }
          const { dead, batches } = await monitor.report();
          monitor.dispose();
          const expected = [...idle, 3];
          return [{ tensor: 'idle units and batches', got: [...dead, batches], exact: expected, allowed: () => 0 }];
        },
      }),
    ),
  );
}

// ── tuning, functions in another kernel

function otherCases(): Case[] {
  return [
    {
      op: 'tune',
      direction: 'forward',
      name: 'leaves the results the same',
      async run(context) {
        const x = normalInputs(LENGTH, 1);
        const before = (await context.activations.forward('gelu', { x })).y;
        await context.activations.tune();
        const after = (await context.activations.forward('gelu', { x })).y;
        return [{ tensor: 'y', got: after, exact: before, allowed: () => 0 }];
      },
    },
    ...['gelu', 'selu', 'geluTanh', 'mish'].map(
      (op): Case => ({
        op,
        direction: 'forward',
        name: 'wgsl() in another kernel',
        run: (context) => embedded(context, resolveActivation(op)),
      }),
    ),
  ];
}

/** y and f′ side by side, in a kernel that hands in the zero for every other element. */
async function embedded({ activations, adapter }: HostContext, definition: Row): Promise<Finding[]> {
  const { device } = activations;
  const length = 4096;
  const word = wgslName(definition.name);
  const code = `${wgsl(definition, { prefix: 'handed_', zero: 'setting.x' })}${wgsl(definition, { prefix: 'own_' })}
@group(0) @binding(0) var<storage, read_write> values: array<f32>;
@group(0) @binding(1) var<uniform> setting: vec4<u32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let x = values[id.x];
  let is_own = id.x % 2u == 1u;
  values[id.x] = select(handed_${word}(x), own_${word}(x), is_own);
  values[id.x + ${length}u] = select(handed_${word}_derivative(x), own_${word}_derivative(x), is_own);
}`;
  const module = device.createShaderModule({ label: 'calls', code });
  const pipeline = await device.createComputePipelineAsync({ label: 'calls', layout: 'auto', compute: { module } });
  const x = normalInputs(length, 6);
  const values = new ByteBuffer(device, new Float32Array([...x, ...x]), 0);
  const setting = device.createBuffer({ label: 'setting', size: 16, usage: GPUBufferUsage.UNIFORM });
  const bindGroup = device.createBindGroup({
    label: 'calls',
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: values.binding },
      { binding: 1, resource: { buffer: setting } },
    ],
  });
  submit(device, (pass) => {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(length / 64);
  });
  const got = (await values.read('values')) as Float32Array;
  values.destroy();
  setting.destroy();
  const inputs = { x, dy: new Float32Array(length).fill(1) };
  const given = resolveParameters(definition);
  const slack = slackOf(definition, given, inputs);
  return truthsOf(definition, given).map(({ tensor, fill }, index) => {
    const exact = new Float64Array(length);
    fill(inputs, exact);
    const bound = boundOf(definition, tensor, adapter.software, true);
    const allowed = (element: number) => bound * spacing(exact[element]!) + FLUSH_LIMIT + slack(element);
    return { tensor, got: got.subarray(index * length, (index + 1) * length), exact, allowed };
  });
}
