const files = import.meta.glob<string>('../shaders/**/*.wgsl', { query: '?raw', import: 'default', eager: true });

/** Every WGSL file's text by its path below `shaders/`, without the extension: `activations/gelu`, `math/exp`. */
export const shaders: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(files).map(([path, text]) => [path.slice('../shaders/'.length, -'.wgsl'.length), text]),
);
