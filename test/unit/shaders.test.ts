import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { shaders } from '../../src/shaders.js';

test('every WGSL file is there under its path', () => {
  const folder = new URL('../../shaders/', import.meta.url);
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.wgsl'))
    .map((path) => path.replaceAll('\\', '/'));
  expect(Object.keys(shaders).sort()).toEqual(paths.map((path) => path.slice(0, -'.wgsl'.length)).sort());
  for (const path of paths)
    expect(shaders[path.slice(0, -'.wgsl'.length)]).toBe(readFileSync(new URL(path, folder), 'utf8'));
});
