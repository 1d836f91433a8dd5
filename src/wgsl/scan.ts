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

/** The text of a function whose parameters and variables have names of a letter, which mean nothing else in it. */
export function shortened(code: string): string {
  const words = new Set(code.match(/\w+/g));
  const parameters = code.slice(0, code.indexOf('{')).matchAll(/(\w+):/g);
  const locals = new Set([...parameters, ...code.matchAll(/\b(?:let|var) (\w+)/g)].map(([, name]) => name!));
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => !words.has(letter));
  const names = new Map([...locals].map((name) => [name, name.length > 1 ? (letters.shift() ?? name) : name]));
  // members (a.b) are left alone
  return code.replace(/(?<![.\w])[A-Za-z_]\w*/g, (word) => names.get(word) ?? word);
}

/**
 * A file's text as it is published: without comments and spaces, with short names within functions. A declaration is a line,
 * which a compiler's message names.
 */
export function compact(text: string): string {
  return (
    text
      .replace(/\/\/.*|\/\*[\s\S]*?\*\//g, ' ')
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replace(/ ?([=+*/%<>,:;(){}&|^]) ?/g, '$1')
          // two minus beside each other would be another token
          .replace(/(?<!- ?) ?-(?! ?-) ?/g, '-'),
      )
      .filter(Boolean)
      .join('\n')
      // of a module's own declarations alone: variables and constants in functions have small letters, and no <…>
      .replace(/\n(?!(?:fn|override|struct|alias|enable|requires)\b|const [A-Z]|var<|@(?!builtin))/g, '')
      .replace(/^fn .*$/gm, shortened)
  );
}
