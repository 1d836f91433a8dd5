import type { Arguments, Options } from './arguments.js';

/** A word of the command line: a file of its own in `commands/` and a line in `commands/index.ts`. */
export interface Command {
  readonly name: string;
  /** What follows the name, for the help. */
  readonly synopsis: string;
  readonly summary: string;
  readonly options: Options;
  /** One for each parameter of the catalogue's activations and of those named. */
  parameterOptions?(own: readonly string[]): Options;
  /** @returns the exit status */
  run(given: Arguments): Promise<number>;
}
