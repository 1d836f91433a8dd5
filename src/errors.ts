/** The adapter, the device or WebGPU itself is missing; the message says what to do about it. */
export class WebGPUUnavailableError extends Error {
  override readonly name = 'WebGPUUnavailableError';
}

/** The device was lost (driver reset, `device.destroy()`, tab in the background); create a new one and try again. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/** WGSL that does not compile: the compiler's messages, then the whole text with line numbers. */
export class ShaderCompileError extends Error {
  override readonly name = 'ShaderCompileError';
  constructor(
    label: string,
    readonly messages: readonly { line: number; column: number; text: string }[],
    readonly code: string,
  ) {
    const width = String(code.split('\n').length).length;
    const numbered = code.split('\n').map((line, index) => `${String(index + 1).padStart(width)} | ${line}`);
    const said = messages.map(({ line, column, text }) => `  line ${line}, column ${column}: ${text}`);
    super(`${label}: expected WGSL that compiles, got\n${said.join('\n')}\n${numbered.join('\n')}`);
  }
}

/** What was given, short enough for a message. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'function') return value.name ? `function ${value.name}` : 'a function';
  if (typeof value !== 'object') return typeof value;
  const name: unknown = value.constructor?.name;
  const isNamed = typeof name === 'string' && name !== '';
  if (ArrayBuffer.isView(value)) {
    const length = (value as Partial<Float32Array>).length ?? value.byteLength;
    return `${isNamed ? name : 'an array without a prototype'} of length ${length}`;
  }
  // a minifier's name says little
  return isNamed ? (name.length > 2 ? name : `an object of class ${name}`) : 'an object';
}

/** For a value out of range; what came as a text stands as it is. */
export const fail = (where: string, expected: string, got: unknown): never => {
  throw new RangeError(`${where}: expected ${expected}, got ${typeof got === 'string' ? got : describe(got)}`);
};

/** For a value of another kind. */
export const failType = (where: string, expected: string, got: unknown): never => {
  throw new TypeError(`${where}: expected ${expected}, got ${describe(got)}`);
};

/** The candidate nearest to a mistyped word, or undefined where none is near. */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = 4;
  for (const candidate of candidates) {
    // Each letter more costs one; and no time is spent on texts that are no names at all.
    if (Math.abs(word.length - candidate.length) >= bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Letters inserted, dropped, replaced, or swapped with a neighbour (optimal string alignment); a swap is the likeliest slip. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1.25;
      let distance = Math.min(
        rows[row - 1]![column - 1]! + cost,
        rows[row - 1]![column]! + 1,
        current[column - 1]! + 1,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1])
        distance = Math.min(distance, rows[row - 2]![column - 2]! + 0.75);
      current[column] = distance;
    }
    rows.push(current);
  }
  return rows[a.length]![b.length]!;
}
