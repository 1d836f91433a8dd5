/** A WGSL file as the build gives it (`plugin.ts`): its text, and the files that declare what the text calls. */
export interface WgslFile {
  /** Below `shaders/`, without the ending: `math/exp`. Not in the published build. Empty for a user's own text. */
  readonly path?: string;
  readonly code: string;
  /** Files of `shaders/math` and `shaders/activations`; each may import others. */
  readonly imports?: readonly WgslFile[];
  /** Of an activation's functions, by name: the types of their parameters. */
  readonly functions?: Readonly<Record<string, readonly string[]>>;
}
