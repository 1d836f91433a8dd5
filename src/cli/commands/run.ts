import { join } from 'node:path';
import { isSameShape } from '../../check/layout.js';
import { type Definition, optionsOf, resolveParameters } from '../../definition.js';
import { type Direction, formOf, gradientOf } from '../../forms.js';
import { type Arguments, countOf, numberOf, type Options, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { activationKeys, activationNamed } from '../names.js';
import { type NpyArray, readNpy, writeNpy } from '../npy.js';
import { checkTarget, print } from '../output.js';
import { ProgressDisplay } from '../progress.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';

const tensorOptions: Options = {
  x: { value: 'x.npy', description: 'the input' },
  y: { value: 'y.npy', description: 'the saved output in place of x, for a gradient that is a function of y' },
  dy: { value: 'dy.npy', description: 'the gradient of y; the backward pass runs too' },
  weight: { value: 'w.npy', description: "a learned weight; its shape broadcasts against x's as in NumPy" },
  bias: {
    value: 'b.npy',
    description:
      "what is added to x, or to the gate; its shape broadcasts against x's as in NumPy; a number for shrink",
  },
  gate: { value: 'g.npy', description: 'the gate of a gated activation' },
  up: { value: 'u.npy', description: 'what the gate is multiplied with' },
  mask: { value: 'm.npy', description: "what is added to the logits of a row; its shape broadcasts against x's" },
  sink: {
    value: 's.npy',
    description: "a logit that is in a row's sum alone, one for each --queries rows, which are all rows unless given",
  },
  labels: { value: 'l.npy', description: "the label of each row of x's last axis, of a loss: int32, uint32 or int64" },
};

const layoutOptions: Options = {
  channels: { value: 'N', description: 'channels of a weight or a bias, for x of layout [outer, channels, inner]' },
  inner: {
    value: 'N',
    description: 'elements of x that lie together in a channel, or after the axis of rows; default 1',
  },
};

const gateOptions: Options = {
  halves: {
    value: 'split|interleaved',
    description: "gate and up lie in halves of x's rows, or by turns; a gate of any activation",
  },
  gateFirst: {
    value: 'true|false',
    description: 'the first half of x, or the first of two, is the gate; default true',
  },
};

const sightOptions: Options = {
  causal: { value: 'N', description: 'row r sees the columns up to r + N' },
  queries: { value: 'N', description: 'rows of a block, as of a head of attention; default all' },
  empty: { value: 'nan|zero', description: 'what a row has that sees no column; default nan' },
  logSumExp: { description: 'writes ln Σ e^logit of each row too' },
};

const otherOptions: Options = {
  ...layoutOptions,
  ...gateOptions,
  ...sightOptions,
  out: { value: 'DIR', description: 'the folder for y.npy, dx.npy, dWeight.npy, dGate.npy, dUp.npy …' },
  ...runtimeOptions,
};

type Arrays = Readonly<Record<string, NpyArray>>;
type Settings = Readonly<Record<string, unknown>>;

export const run: Command = {
  name: 'run',
  synopsis:
    'NAME --x x.npy [--dy dy.npy] [--weight w.npy] [--bias b.npy] [--gate g.npy --up u.npy | --halves split|interleaved] [--labels l.npy] [--mask m.npy] [--sink s.npy] [--alpha 0.2 | a.npy …] --out DIR',
  summary: 'applies an activation to .npy arrays (float32, float16), forward and with --dy backward',
  options: {
    ...tensorOptions,
    ...otherOptions,
  },
  /** Whether the activation at hand has the parameter is checked later. */
  parameterOptions: (own) =>
    Object.fromEntries(
      [...activationKeys([]), ...own]
        .flatMap((name) => optionsOf(activationNamed(name)))
        .map((name) => [
          name,
          { value: 'NUMBER', description: `the parameter ${name}; where the activation can learn it, a .npy file too` },
        ]),
    ),
  async run(given) {
    const [name, ...spare] = given.positionals;
    if (!name || spare.length)
      throw new UsageError(`expected one activation, got ${given.positionals.join(' ') || 'none'}`);
    const definition = activationNamed(name);
    const out = optionOf(given, 'out');
    if (!out) throw new UsageError('expected --out DIR');
    const settings = readSettings(given, definition);
    const arrays = await readArrays(given, definition);
    const directions = directionsOf(definition, arrays, settings);
    for (const direction of directions)
      for (const tensor of formOf(definition, direction, arrays, settings).outputs)
        await checkTarget(join(out, `${tensor}.npy`));
    await withRuntime(given, async (runtime) => {
      for (const direction of directions)
        for (const [tensor, array] of Object.entries(await compute(runtime, definition, direction, arrays, settings))) {
          const file = join(out, `${tensor}.npy`);
          await writeNpy(file, array);
          print(`${file}  ${array.dtype} [${array.shape.join(', ')}]`);
        }
    });
    return ExitStatus.good;
  },
};

/** The parameters and the layout. @throws {UsageError} for what the activation does not have, or a value out of its range */
function readSettings(given: Arguments, definition: Definition): Settings {
  const settings: Record<string, unknown> = {};
  for (const name of given.values.keys()) {
    if (isTensor(given, name) || Object.hasOwn(otherOptions, name)) continue;
    if (isFile(given, name) && name in definition.learned) continue;
    if (!optionsOf(definition).includes(name)) throw new UsageError(`${definition.name} has no parameter ${name}`);
    settings[name] = numberOf(given, name)!;
  }
  try {
    resolveParameters(definition, settings);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  for (const name of Object.keys(layoutOptions)) {
    const value = countOf(given, name, Number.MAX_SAFE_INTEGER);
    if (value === undefined) continue;
    const isOfRows = name === 'inner' && definition.maps === 'row';
    if (!isOfRows && !Object.keys(definition.learned).length && !isTensor(given, 'bias'))
      throw new UsageError(`${definition.name} has no weight and no bias, so no --${name}`);
    settings[name] = value;
  }
  const allowed: Readonly<Record<string, readonly string[]>> = {
    halves: ['split', 'interleaved'],
    gateFirst: ['true', 'false'],
  };
  for (const [name, values] of Object.entries(allowed)) {
    const text = optionOf(given, name);
    if (text === undefined) continue;
    if (definition.maps === 'row') throw new UsageError(`${definition.name} takes no --${name}`);
    if (!values.includes(text)) throw new UsageError(`--${name} needs ${values.join(' or ')}, got ${text}`);
    settings[name] = name === 'halves' ? text : text === 'true';
  }
  for (const name of Object.keys(sightOptions)) {
    const text = optionOf(given, name);
    if (text === undefined) continue;
    if (!definition.sight) throw new UsageError(`${definition.name} takes no --${name}`);
    if (name === 'empty' && text !== 'nan' && text !== 'zero')
      throw new UsageError(`--empty needs nan or zero, got ${text}`);
    settings[name] = name === 'empty' ? text : name === 'logSumExp' ? true : numberOf(given, name);
  }
  return settings;
}

/** shrink has a number that is called bias. */
const isTensor = (given: Arguments, name: string): boolean =>
  Object.hasOwn(tensorOptions, name) && (name !== 'bias' || isFile(given, name));

/** A learned parameter given as a tensor. */
const isFile = (given: Arguments, name: string): boolean => /\.npy$/i.test(optionOf(given, name) ?? '');

async function readArrays(given: Arguments, { learned }: Definition): Promise<Arrays> {
  const arrays: Record<string, NpyArray> = {};
  const files = Object.keys(learned).filter((name) => isFile(given, name));
  for (const name of new Set([...Object.keys(tensorOptions), ...files])) {
    const path = files.includes(name) || isTensor(given, name) ? optionOf(given, name) : undefined;
    if (path !== undefined) arrays[name] = await readNpy(path, name === 'labels');
  }
  return arrays;
}

/** Which passes the arrays are for. @throws {UsageError} for arrays that are missing, too many or of different shapes */
function directionsOf(definition: Definition, { dy, ...arrays }: Arrays, settings: Settings): Direction[] {
  if (arrays.y && !dy) throw new UsageError('--y stands for x in the backward pass, which needs --dy');
  const direction = arrays.y ? 'backward' : 'forward';
  const { inputs, extent } = refused(() => formOf(definition, direction, arrays, settings));
  // where one value a row is read or written, dy is of such values too
  const dyExtent = dy && formOf(definition, 'backward', arrays, settings).extent('dy');
  const needed = inputs.filter((name) => name !== 'dy');
  for (const input of needed) if (!arrays[input]) throw new UsageError(`${definition.name} needs --${input}`);
  for (const input of Object.keys(arrays))
    if (!needed.includes(input))
      throw new UsageError(`${definition.name} takes --${needed.join(', --')} and --dy, got --${input} too`);
  const isBroadcast = needed.some((name) => extent(name) === 'channels');
  const given: Arrays = { ...arrays, ...(dy && { dy }) };
  // what broadcasts, or lies along another axis, is looked at where it is computed
  const isFree = (input: string): boolean =>
    isBroadcast || 'inner' in settings || (input !== 'dy' && ['mask', 'heads'].includes(extent(input)));
  for (const input of Object.keys(given).filter((input) => !isFree(input))) {
    const [first, shape] = [given[needed[0]!]!.shape, given[input]!.shape];
    const isOfRows = (input === 'dy' ? dyExtent : extent(input)) === 'rows';
    const isHalf = extent(needed[0]!) === 'halves' && input === 'dy';
    const last = isHalf ? [(first.at(-1) ?? 1) / 2] : [];
    const wanted = isOfRows || isHalf ? [...first.slice(0, -1), ...last] : first;
    const how = isOfRows ? ' without its last axis' : isHalf ? ' with half of its last axis' : '';
    if (!isSameShape(wanted, shape))
      throw new UsageError(
        `expected --${input} of --${needed[0]}'s shape${how} [${wanted.join(', ')}], got [${shape.join(', ')}]`,
      );
  }
  return [...(arrays.y ? [] : ['forward' as const]), ...(dy ? ['backward' as const] : [])];
}

/** The library's refusal as one of the command line. */
function refused<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** One pass; each output has the type of the input it belongs to: dWeight the weight's, y and dx x's. */
async function compute(
  runtime: Runtime,
  definition: Definition,
  direction: Direction,
  given: Arrays,
  options: Settings,
): Promise<Arrays> {
  const { dy, ...inputs } = given;
  const tensors: Arrays = direction === 'backward' && dy ? { ...inputs, dy } : inputs;
  const progress = new ProgressDisplay();
  // A gradient that is summed over a broadcast shape is better rounded after the sum.
  const { inputs: names, extent } = formOf(definition, direction, tensors, options);
  const isBroadcast = names.some((input) => extent(input) === 'channels');
  const elements = Object.entries(tensors).filter(([tensor]) =>
    ['elements', 'halves', 'channels'].includes(extent(tensor)),
  );
  const isHalf = !isBroadcast && elements.every(([, array]) => array.dtype === 'float16');
  const dtype = isHalf ? 'f16' : 'f32';
  const request = {
    name: definition.name,
    direction,
    shapes: mapValues(tensors, ({ shape }) => shape),
    options,
    dtype,
  } as const;
  const arrays = mapValues(tensors, ({ data }) => data);
  const { answer, arrays: results = {} } = await runtime.call('run', request, { arrays, report: progress.report });
  progress.clear();
  const typeOf = Object.fromEntries(Object.entries(given).map(([input, array]) => [gradientOf(input), array]));
  const main = given.x ?? given.y ?? given.gate!;
  return mapValues(results, (data, tensor) => ({
    dtype: extent(tensor) === 'rows' ? 'float32' : (typeOf[tensor] ?? main).dtype,
    shape: answer[tensor]!,
    data,
  }));
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From, key: string) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value, key)]));
}
