/** The declarations under every TypeScript that the README names, and its examples as users compile them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { examplesIn } from '../examples.js';
import { createProject, provide, root, runTool } from './project.js';

const compilers = [
  ['5.7', 'node_modules/typescript-5.7', true],
  ['5.9', 'node_modules/typescript-5.9', true],
  ['6', 'docs/node_modules/typescript', false],
  ['7', 'node_modules/typescript', false],
] as const;
const strict = { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false };

/** What the examples take for granted. */
const scope = `import { createActivations, createDeadUnitMonitor, createTimer, defineActivation, type Activations } from 'webgpu-activations';
declare const gpu: Activations;
declare const device: GPUDevice;
declare const pass: GPUComputePassEncoder;
declare const xBuffer: GPUBuffer, yBuffer: GPUBuffer, dyBuffer: GPUBuffer;
declare const biasBuffer: GPUBuffer, alphaBuffer: GPUBuffer, labelsBuffer: GPUBuffer, lossBuffer: GPUBuffer, dLossBuffer: GPUBuffer;
declare const dBiasBuffer: GPUBuffer, dAlphaBuffer: GPUBuffer, descend: (pass: GPUComputePassEncoder) => void;
declare const x: Float32Array, dy: Float32Array, saved: Float32Array, weight: Float32Array, bias: Float32Array, alpha: Float32Array;
declare const gate: Float32Array, up: Float32Array, labels: Uint32Array, weights: Float32Array;
declare const length: number, columns: number, channels: number, height: number, width: number;
void [createActivations, createDeadUnitMonitor, createTimer, defineActivation];
`;

const project = createProject();
provide(project, '@webgpu/types');
const documents = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
/** Those beside other libraries are programs of `examples/`, with tests of their own. */
const isAlone = (code: string): boolean => !/from '(?!webgpu)|webgpu-activations\/tfjs/.test(code);
const examples = documents.flatMap((path) =>
  examplesIn(readFileSync(join(root, path), 'utf8')).flatMap(([, codes]) => codes.filter(isAlone)),
);

function compile(compiler: string, options: object, include = ['src']): { status: number | null; output: string } {
  const compilerOptions = { target: 'ES2022', lib: ['ES2023', 'DOM'], noEmit: true, ...strict, ...options };
  project.write('tsconfig.json', { compilerOptions, include });
  return runTool(project.folder, join(compiler, 'bin/tsc'), '--project', 'tsconfig.json');
}

beforeAll(() => {
  examples.forEach((code, index) => {
    // an example may declare what the scope declares too: it is the body of a function
    const imports = /^import (?!.*createActivations|.*defineActivation).*$/gm;
    const body = code.replace(/^import .*$/gm, '');
    const own = code.match(imports)?.join('\n') ?? '';
    project.write(`src/example_${index}.ts`, `${scope}${own}\nexport async function example() {\n${body}\n}\n`);
  });
  const entries = ['', '/core', '/activations', '/check'];
  const use = (entry: string, index: number): string =>
    `import * as entry${index} from 'webgpu-activations${entry}';\nvoid entry${index};\n`;
  project.write('src/entries.ts', entries.map(use).join(''));
});

describe.each(compilers)('TypeScript %s', (version, compiler, needsTypes) => {
  // what lies between the first and the last version is tried in one way
  const isMiddle = version !== compilers[0][0] && version !== compilers.at(-1)![0];
  const resolutions = [
    ['bundler', 'ESNext'],
    ['nodenext', 'nodenext'],
  ] as const;
  test.each(isMiddle ? resolutions.slice(0, 1) : resolutions)(
    '%s: every example and declaration, strict',
    (moduleResolution, module) => {
      const types = needsTypes ? ['@webgpu/types'] : [];
      expect(compile(compiler, { module, moduleResolution, types })).toEqual({ status: 0, output: '' });
    },
  );

  if (isMiddle) return;
  if (needsTypes)
    test('needs @webgpu/types', () => {
      const { output } = compile(compiler, { module: 'nodenext', types: [] }, ['src/entries.ts']);
      expect(output).toContain("Cannot find name 'GPUDevice'");
    });
  else
    test('knows WebGPU itself, and contradicts @webgpu/types, in no file of ours', () => {
      const options = { module: 'nodenext', types: ['@webgpu/types'] };
      const { output } = compile(compiler, options, ['src/entries.ts']);
      const files = [...output.matchAll(/^(\S+?)\(\d+,\d+\): error/gm)].map(([, file]) => file!);
      expect(files).not.toEqual([]);
      expect(files.filter((file) => !/@webgpu\/types|lib\.dom/.test(file))).toEqual([]);
      expect(compile(compiler, { ...options, skipLibCheck: true })).toEqual({ status: 0, output: '' });
    });
});
