/** `using gpu = …`, where the compiler and the runtime know it. */

/** Symbol.dispose and Symbol.asyncDispose where the compiler's library has them, without asking for it. */
type MethodOf<K extends string, F> = typeof Symbol extends { readonly [P in K]: infer S extends symbol }
  ? { readonly [P in S]: F }
  : object;
/** What ends at the end of the block that declares it with `using`. */
export type Disposing = MethodOf<'dispose', () => void> & MethodOf<'asyncDispose', () => Promise<void>>;

/** A well-known symbol of a runtime that may lack it. */
export const symbolOf = (name: 'dispose' | 'asyncDispose'): symbol =>
  (Symbol as unknown as Record<string, symbol | undefined>)[name] ?? Symbol(name);
