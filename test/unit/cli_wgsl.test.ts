/** `wgsl` prints what the compiler gets; it needs no GPU. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

function wgsl(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'dist/cli.js'), 'wgsl', ...argv], {
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

test('a text that can be compiled, with its label, entry point and constants', () => {
  const { status, stdout } = wgsl('gelu', '--direction', 'backward');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^\/\/ gelu\.backward f32x4: entry point backward, \{"workgroup_size":/);
  expect(new WgslReflect(stdout.replace(/\/\/.*/g, '')).entry.compute.map(({ name }) => name)).toContain('backward');
  expect(stdout).toContain('fn gelu_derivative(x: real) -> real {');
  // as people wrote it, not as it is published
  for (const text of [stdout, wgsl('crossEntropy', '--direction', 'backward').stdout])
    expect(text.match(/\b_[0-9a-z]+/g)).toBeNull();
});

test('aliases, storage types, immediate data, lengths and rows', () => {
  expect(wgsl('swish1', '--dtype', 'f16').stdout).toContain('// silu.forward f16x4');
  expect(wgsl('relu', '--immediates').stdout).toContain('var<immediate>');
  expect(wgsl('relu').stdout).toContain('var<uniform>');
  expect(wgsl('relu', '--length', '5').stdout.match(/^\/\/ relu\.forward [^:]*:/gm)).toEqual([
    '// relu.forward f32x4:',
    '// relu.forward f32x1:',
  ]);
  expect(wgsl('softmax', '--length', '4000', '--columns', '1000').stdout).toContain('// softmax.forward');
  expect(wgsl('prelu', '--direction', 'backward').stdout).toContain('fn leaky_relu_alpha_derivative');
});

test.each([
  [[], 'expected one activation, got none'],
  [['gelu', 'silu'], 'expected one activation, got gelu silu'],
  [['gellu'], 'did you mean "gelu"?'],
  [['relu', '--direction', 'up'], '--direction needs one of forward, backward, got "up"'],
  [['softmax', '--length', '10', '--columns', '3'], 'softmax.forward: expected'],
])('%j is wrong usage', (argv, message) => {
  const { status, stdout, stderr } = wgsl(...argv);
  expect(stderr).toContain(message);
  expect([status, stdout]).toEqual([2, '']);
});
