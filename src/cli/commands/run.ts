import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Definition, resolveParameters } from '../../catalogue.js';
import { isSameShape } from '../../check/layout.js';
import { type Arguments, countOf, numberOf, type Options, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { activationKeys, activationNamed } from '../names.js';
import { type NpyArray, readNpy, writeNpy } from '../npy.js';
import { print } from '../output.js';
import { ProgressDisplay } from '../progress.js';
import { runtimeOptions, withRuntime } from '../runtimes/index.js';
import type { Runtime } from '../runtimes/runtime.js';

const tensorOptions: Options = {
  x: { value: 'x.npy', description: 'the input' },
  y: { value: 'y.npy', description: 'the saved output in place of x, for a gradient that is a function of y' },
  dy: { value: 'dy.npy', description: 'the gradient of y; the backward pass runs too' },
  weight: { value: 'w.npy', description: "a learned weight; its shape broadcasts against x's as in NumPy" },
  gate: { value: 'g.npy', description: 'the gate of a gated activation' },
  up: { value: 'u.npy', description: 'what the gate is multiplied with' },
};

const layoutOptions: Options = {
  channels: { value: 'N', description: 'channels of a weight, for x of layout [outer, channels, inner]' },
  inner: { value: 'N', description: 'elements of x that lie together in a channel; default 1' },
};

type Arrays = Readonly<Record<string, NpyArray>>;
type Settings = Readonly<Record<string, number>>;

export const run: Command = {
  name: 'run',
  synopsis: 'NAME --x x.npy [--dy dy.npy] [--weight w.npy] [--gate g.npy --up u.npy] [--alpha 0.2 …] --out DIR',
  summary: 'applies an activation to .npy arrays (float32, float16), forward and with --dy backward',
  options: {
    ...tensorOptions,
    ...layoutOptions,
    out: { value: 'DIR', description: 'the folder for y.npy, dx.npy, dWeight.npy, dGate.npy, dUp.npy' },
    ...runtimeOptions,
  },
  /** Whether the activation at hand has the parameter is checked later. */
  parameterOptions: (own) =>
    Object.fromEntries(
      [...activationKeys([]), ...own]
        .flatMap((name) => Object.keys(activationNamed(name).parameters))
        .map((name) => [name, { value: 'NUMBER', description: `the parameter ${name}` }]),
    ),
  async run(given) {
    const [name, ...spare] = given.positionals;
    if (!name || spare.length)
      throw new UsageError(`expected one activation, got ${given.positionals.join(' ') || 'none'}`);
    const definition = activationNamed(name);
    const out = optionOf(given, 'out');
    if (!out) throw new UsageError('expected --out DIR');
    const settings = readSettings(given, definition);
    const arrays = await readArrays(given);
    const directions = directionsOf(definition, arrays);
    await mkdir(out, { recursive: true }).catch((error: Error) => {
      throw new UsageError(`cannot make the folder ${out}: ${error.message}`);
    });
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
  const settings: Record<string, number> = {};
  for (const name of given.values.keys()) {
    if (Object.hasOwn(run.options, name)) continue;
    const value = numberOf(given, name)!;
    if (!Object.hasOwn(definition.parameters, name))
      throw new UsageError(`${definition.name} has no parameter ${name}`);
    settings[name] = value;
  }
  try {
    resolveParameters(definition, settings);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  for (const name of Object.keys(layoutOptions)) {
    const value = countOf(given, name);
    if (value === undefined) continue;
    if (definition.family !== 'channelwise') throw new UsageError(`${definition.name} has no weight, so no --${name}`);
    settings[name] = value;
  }
  return settings;
}

async function readArrays(given: Arguments): Promise<Arrays> {
  const arrays: Record<string, NpyArray> = {};
  for (const name of Object.keys(tensorOptions)) {
    const path = optionOf(given, name);
    if (path !== undefined) arrays[name] = await readNpy(path);
  }
  return arrays;
}

/** Which passes the arrays are for. @throws {UsageError} for arrays that are missing, too many or of different shapes */
function directionsOf({ name, family }: Definition, arrays: Arrays): ('forward' | 'backward')[] {
  const isGated = family === 'gated';
  const inputs = isGated
    ? ['gate', 'up']
    : [arrays.y && !arrays.x ? 'y' : 'x', ...(family === 'channelwise' ? ['weight'] : [])];
  for (const input of inputs) if (!arrays[input]) throw new UsageError(`${name} needs --${input}`);
  for (const input in arrays)
    if (input !== 'dy' && !inputs.includes(input))
      throw new UsageError(`${name} takes --${inputs.join(', --')} and --dy, got --${input} too`);
  if (arrays.y && !arrays.dy) throw new UsageError('--y stands for x in the backward pass, which needs --dy');
  for (const input of family === 'channelwise' ? [] : [...inputs, ...(arrays.dy ? ['dy'] : [])]) {
    const [first, shape] = [arrays[inputs[0]!]!.shape, arrays[input]!.shape];
    if (!isSameShape(first, shape))
      throw new UsageError(
        `expected --${input} of --${inputs[0]}'s shape [${first.join(', ')}], got [${shape.join(', ')}]`,
      );
  }
  return [...(arrays.y ? [] : ['forward' as const]), ...(arrays.dy ? ['backward' as const] : [])];
}

/** One pass; each output has the type of the input it belongs to: dWeight the weight's, y and dx x's. */
async function compute(
  runtime: Runtime,
  { name, family }: Definition,
  direction: 'forward' | 'backward',
  given: Arrays,
  options: Settings,
): Promise<Arrays> {
  const { dy, ...inputs } = given;
  const tensors: Arrays = direction === 'backward' && dy ? { ...inputs, dy } : inputs;
  const progress = new ProgressDisplay();
  // A gradient that is summed over a broadcast shape is better rounded after the sum.
  const isHalf = family !== 'channelwise' && Object.values(tensors).every(({ dtype }) => dtype === 'float16');
  const dtype = isHalf ? 'f16' : 'f32';
  const request = { name, direction, shapes: mapValues(tensors, ({ shape }) => shape), options, dtype } as const;
  const arrays = mapValues(tensors, ({ data }) => data);
  const { answer, arrays: results = {} } = await runtime.call('run', request, { arrays, report: progress.report });
  progress.clear();
  const typeOf: Readonly<Record<string, NpyArray | undefined>> = {
    dWeight: given.weight,
    dGate: given.gate,
    dUp: given.up,
  };
  const main = given.x ?? given.y ?? given.gate!;
  return mapValues(results, (data, tensor) => ({
    dtype: (typeOf[tensor] ?? main).dtype,
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
