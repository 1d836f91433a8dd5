/** `using gpu = …`, where the compiler and the runtime know it. */

/** Symbol.dispose and Symbol.asyncDispose where the compiler's library has them, without asking for it. */
type MethodOf<K extends string, F> = typeof Symbol extends { readonly [P in K]: infer S extends symbol }
  ? { readonly [P in S]: F }
  : object;
/** What ends at the end of the block that declares it with `using`. */
export type Disposing = MethodOf<'dispose', () => void> & MethodOf<'asyncDispose', () => Promise<void>>;

/** A well-known symbol of a runtime that may lack it. */
const symbolOf = (name: 'dispose' | 'asyncDispose'): symbol =>
  (Symbol as unknown as Record<string, symbol | undefined>)[name] ?? Symbol(name);

/** Lets `using` end an object; no members of its class, which a bundler could then not drop. */
export function endWithUsing(object: { dispose(): void }): void {
  Object.defineProperties(object, {
    [symbolOf('dispose')]: { value: () => object.dispose() },
    [symbolOf('asyncDispose')]: { value: async () => object.dispose() },
  });
}
