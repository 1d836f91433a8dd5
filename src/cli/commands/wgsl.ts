import { type Arguments, countOf, dtypeOf, optionOf } from '../arguments.js';
import type { Command } from '../command.js';
import { ExitStatus, UsageError } from '../exit.js';
import { joinedTexts } from '../joined.js';
import { activationNamed } from '../names.js';
import { print } from '../output.js';
import { runtimeOptions } from '../runtimes/index.js';

/** Whole groups of four, and few enough for one row of a row function. */
const USUAL_LENGTH = 1024;

export const wgsl: Command = {
  name: 'wgsl',
  synopsis: 'NAME [--direction backward] [--dtype f16|bf16] [--length N] [--columns N] [--immediates]',
  summary: 'prints the joined text of the kernels that a call of that length compiles; needs no GPU',
  options: {
    direction: { value: 'forward|backward', description: 'the pass; default forward' },
    dtype: { value: 'f16|bf16', description: 'elements of that type in memory; default f32' },
    length: { value: 'N', description: `elements of y; default ${USUAL_LENGTH}; 5 shows what follows the last four` },
    columns: { value: 'N', description: 'of a row function: elements of a row; default the length' },
    immediates: { description: 'the text for devices with immediate data' },
    module: runtimeOptions.module,
  },
  async run(given) {
    const [name, ...spare] = given.positionals;
    if (!name || spare.length)
      throw new UsageError(`expected one activation, got ${given.positionals.join(' ') || 'none'}`);
    const definition = activationNamed(name);
    const length = countOf(given, 'length', 0xffffffff) ?? USUAL_LENGTH;
    const columns = countOf(given, 'columns', 0xffffffff) ?? (definition.maps === 'row' ? length : undefined);
    const options = { dtype: dtypeOf(given), ...(columns && { columns }) };
    for (const { label, entryPoint, constants, text } of joined(() =>
      joinedTexts(definition, directionOf(given), length, options, given.values.has('immediates')),
    ))
      print(`// ${label}: entry point ${entryPoint}, ${JSON.stringify(constants)}\n${text}`);
    return ExitStatus.good;
  },
};

/** @throws {UsageError} */
function directionOf(given: Arguments): 'forward' | 'backward' {
  const direction = optionOf(given, 'direction') ?? 'forward';
  if (direction !== 'forward' && direction !== 'backward')
    throw new UsageError(`--direction needs one of forward, backward, got "${direction}"`);
  return direction;
}

/** What the library says of a wrong call is wrong usage here. @throws {UsageError} */
function joined<T>(join: () => T): T {
  try {
    return join();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}
