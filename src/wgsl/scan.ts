/** What a WGSL text declares and calls: read by the build of the library's files, and by `defineActivation` of a user's. */

/** WGSL has no literals that could contain a comment; its block comments may nest, but none here does. */
export const withoutComments = (text: string): string => text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');

/** The functions a text declares, with the types of their parameters. */
export function functionsIn(text: string): Record<string, string[]> {
  const found = withoutComments(text).matchAll(/\bfn\s+(\w+)\s*\(([^)]*)\)/g);
  return Object.fromEntries(
    [...found].map(([, name, parameters]) => [
      name!,
      parameters!.split(',').flatMap((parameter) => parameter.split(':')[1]?.trim() ?? []),
    ]),
  );
}

/** Every name that a text calls as a function. */
export const callsIn = (text: string): Set<string> =>
  new Set([...withoutComments(text).matchAll(/\b(\w+)\s*\(/g)].map(([, name]) => name!));
