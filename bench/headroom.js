// `npm run headroom`: what AMD's open compiler makes of every kernel, into results/headroom.json. No GPU is needed.
// Dawn in Node turns the WGSL into SPIR-V on a software adapter, Mesa's driver compiles that for five families of GPUs.
// Wants Debian's packages chromium, gcc, libvulkan-dev, mesa-vulkan-drivers and spirv-tools.
//
// Headroom is how many times as many elements a second a card's arithmetic allows as its memory does: below 1 the kernel waits
// for arithmetic. Cycles are the compiler's "Inverse Throughput", of a SIMD and a wave, when nothing waits for memory.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, env, execPath, stderr, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';
import { swiftShaderFile } from '../src/cli/browser.js';
import { formatJson } from '../src/cli/json.js';

const script = fileURLToPath(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const driverFile = '/usr/share/vulkan/icd.d/radeon_icd.x86_64.json';
const outputLimit = 2 ** 30;

/** A common card of each family, SIMDs and clock as AMD publishes them. */
const cards = [
  { family: 'navi21', card: 'Radeon RX 6900 XT', simds: 160, hertz: 2.25e9, bytesPerSecond: 512e9 },
  { family: 'navi10', card: 'Radeon RX 5700 XT', simds: 80, hertz: 1.8e9, bytesPerSecond: 448e9 },
  { family: 'gfx1100', card: 'Radeon RX 7900 XTX', simds: 192, hertz: 2.3e9, bytesPerSecond: 960e9 },
  { family: 'raven', card: 'Radeon Vega 8, DDR4-2400', simds: 32, hertz: 1.2e9, bytesPerSecond: 38.4e9 },
  { family: 'polaris10', card: 'Radeon RX 580', simds: 144, hertz: 1.2e9, bytesPerSecond: 256e9 },
];

/** @typedef {{ key: string, ordinary: string, threads: number, workgroups: number }} Run a dispatch: the pipeline, what
 *  ordinary numbers run of it, its grid */
/** @typedef {{ name: string, pass: string, family: string, n: number, bytes: number, runs: Run[] }} Recorded */

const packages = 'apt-get install chromium gcc libvulkan-dev mesa-vulkan-drivers spirv-tools';
const shaders = swiftShaderFile();
if (!shaders || !existsSync(driverFile)) throw new Error(`expected the drivers of: ${packages}`);
if (argv[2] === 'record') await record();
else measure();

/** Runs every pass into an encoder nobody submits. On the output, between Dawn's dumps of SPIR-V: `@@@key` before the dump of that
 *  pipeline, `===json` for each pass. */
async function record() {
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  const { createServer } = await import('vite');
  const server = await createServer({
    root,
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, ws: false },
  });
  const { createActivations, catalogue, dynamic } = await server.ssrLoadModule('/src/index.ts');
  const { planWork } = await server.ssrLoadModule('/bench/work.ts');
  const { familyOf } = await server.ssrLoadModule('/src/forms.ts');
  const { resolveActivation } = await server.ssrLoadModule('/src/catalogue.ts');
  const gpu = create(['enable-dawn-features=dump_shaders,allow_unsafe_apis']);
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('expected a software adapter, got none');
  const requiredFeatures = /** @type {GPUFeatureName[]} */ (['subgroups']).filter((name) => adapter.features.has(name));
  const device = await adapter.requestDevice({ requiredFeatures });
  // The kernels a GPU gets, not those for a software adapter.
  Object.defineProperty(device, 'adapterInfo', { value: { isFallbackAdapter: false, subgroupMinSize: 32 } });

  /** @type {WeakMap<object, string>} */
  const texts = new WeakMap();
  /** @type {Map<string, string>} */
  const keys = new Map();
  /** @type {WeakMap<object, Omit<Run, 'workgroups'>>} */
  const pipelines = new WeakMap();
  const createShaderModule = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) => {
    const module = createShaderModule(descriptor);
    texts.set(module, descriptor.code);
    return module;
  };
  const createComputePipeline = device.createComputePipeline.bind(device);
  device.createComputePipeline = (descriptor) => {
    const { module, entryPoint, constants } = descriptor.compute;
    const create = (/** @type {GPUShaderModule} */ from) => {
      // Dawn compiles, and dumps, a pipeline once.
      const identity = JSON.stringify([texts.get(from), entryPoint, constants]);
      const key = keys.get(identity) ?? String(keys.size);
      if (!keys.has(identity)) stdout.write(`@@@${key}\n`);
      keys.set(identity, key);
      const pipeline = createComputePipeline({ ...descriptor, compute: { module: from, entryPoint, constants } });
      return { key, pipeline };
    };
    const { key, pipeline } = create(module);
    // A branch that any of four lanes asks for is of products that leave float32's range and angles beyond 200: no ordinary
    // number takes it, so no cycles are counted for it.
    const code = texts.get(module) ?? '';
    const usual = code.replaceAll('if (any(', 'if (false && any(');
    const ordinary = usual === code ? key : create(device.createShaderModule({ code: usual })).key;
    pipelines.set(pipeline, { key, ordinary, threads: Number(constants?.workgroup_size) });
    return pipeline;
  };

  const calls = dynamic(await createActivations({ device, gpu }));
  const n = 2 ** 20;
  /** @type {Record<string, GPUBuffer>} */
  const buffers = {};
  for (const name of Object.keys(catalogue)) {
    const definition = resolveActivation(name);
    for (const pass of ['forward', 'backward']) {
      const { reads, smallReads, writes, smallWrites, form, columns, bytes } = planWork(definition, pass, n);
      // A learned parameter's gradient is a sum, another kernel than the pass over elements.
      const outputs = form.name === 'element' && pass === 'backward' ? ['dx'] : [...writes, ...smallWrites];
      const tensors = [...reads, ...smallReads, ...outputs];
      for (const tensor of tensors)
        buffers[tensor] ??= device.createBuffer({ size: 4 * n, usage: GPUBufferUsage.STORAGE });
      /** @type {Run[]} */
      const runs = [];
      const encoder = device.createCommandEncoder().beginComputePass();
      /** @type {Omit<Run, 'workgroups'> | undefined} */
      let current;
      const recorder = new Proxy(encoder, {
        get(target, property) {
          const own = Reflect.get(target, property);
          if (typeof own !== 'function') return own;
          return (/** @type {any[]} */ ...given) => {
            if (property === 'setPipeline') current = pipelines.get(given[0]);
            if (property === 'dispatchWorkgroups' && current)
              runs.push({ ...current, workgroups: given[0] * (given[1] ?? 1) });
            return own.apply(target, given);
          };
        },
      });
      const given = { ...Object.fromEntries(tensors.map((tensor) => [tensor, buffers[tensor]])), length: n };
      const encode = pass === 'forward' ? calls.encodeForward : calls.encodeBackward;
      encode.call(calls, recorder, definition, given, definition.maps === 'row' ? { columns } : {});
      stdout.write(`===${JSON.stringify({ name, pass, family: familyOf(definition), n, bytes, runs })}\n`);
    }
  }
  await server.close();
  process.exit(0);
}

function measure() {
  const work = mkdtempSync(join(tmpdir(), 'webgpu-activations-headroom-'));
  try {
    stderr.write('recording every kernel\n');
    const software = { ...env, VK_DRIVER_FILES: shaders, VK_ICD_FILENAMES: shaders };
    const output = execFileSync(execPath, [script, 'record'], {
      env: software,
      maxBuffer: outputLimit,
      encoding: 'utf8',
    });
    const { passes, files } = assemble(output, work);
    const compiler = join(work, 'compile');
    execFileSync('gcc', [
      '-O1',
      fileURLToPath(new URL('headroom/compile.c', import.meta.url)),
      '-o',
      compiler,
      '-lvulkan',
    ]);
    let driver = '';
    /** @type {Map<string, Record<string, number>>[]} */
    const measured = cards.map(({ family }) => {
      stderr.write(`compiling for ${family}\n`);
      const radeon = { ...env, VK_DRIVER_FILES: driverFile, VK_ICD_FILENAMES: driverFile, RADV_FORCE_FAMILY: family };
      const text = execFileSync(compiler, [...files.values()], {
        env: radeon,
        maxBuffer: outputLimit,
        encoding: 'utf8',
      });
      const [first, ...lines] = text.trim().split('\n');
      driver = first ?? '';
      const facts = lines.map((line) => Object.fromEntries(line.split('\t').map((fact) => fact.split('='))));
      return new Map([...files.keys()].map((key, index) => [key, numbersOf(facts[index])]));
    });
    const rows = passes.map((recorded) => rowOf(recorded, measured));
    const record = { date: new Date().toISOString(), driver, cards, rows };
    writeFileSync(join(root, 'bench/results/headroom.json'), `${formatJson(record)}\n`);
  } finally {
    rmSync(work, { recursive: true });
  }
}

/** The dumped SPIR-V of each pipeline as a file, and what was recorded of each pass.
 *  @param {string} output
 *  @param {string} work a folder */
function assemble(output, work) {
  /** @type {Recorded[]} */
  const passes = [];
  /** @type {Map<string, string>} */
  const files = new Map();
  for (const part of output.split(/^(?=@@@|===)/m)) {
    if (part.startsWith('===')) passes.push(JSON.parse(part.slice(3, part.indexOf('\n'))));
    if (!part.startsWith('@@@')) continue;
    const [, dump] = part.split('/* Dumped SPIRV disassembly */');
    if (!dump) throw new Error(`expected SPIR-V after ${part.slice(0, 80)}`);
    // What follows is Dawn's next message.
    const [text] = dump.split(/^(?:info|warning):/m);
    const path = join(work, `${part.slice(3, part.indexOf('\n'))}.spv`);
    execFileSync('spirv-as', ['--target-env', 'vulkan1.3', '-o', path, '-'], { input: text });
    files.set(part.slice(3, part.indexOf('\n')), path);
  }
  return { passes, files };
}

/** @param {Record<string, string> | undefined} facts */
function numbersOf(facts) {
  if (!facts) throw new Error('expected a line of statistics for each kernel');
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Number(value)]));
}

/** A row of the record: of a pass of several dispatches the most registers, and the sum of the rest.
 *  @param {Recorded} recorded
 *  @param {Map<string, Record<string, number>>[]} measured by pipeline, of each card */
function rowOf({ name, pass, family, n, bytes, runs }, measured) {
  const families = cards.map(({ family: chip, simds, hertz, bytesPerSecond }, index) => {
    const factsOf = (/** @type {string} */ key) => /** @type {any} */ (measured[index]?.get(key));
    const facts = runs.map(({ key }) => factsOf(key));
    const sum = (/** @type {readonly number[]} */ numbers) => numbers.reduce((total, number) => total + number, 0);
    const cycles = sum(
      runs.map(({ ordinary, threads, workgroups }) => {
        const fact = factsOf(ordinary);
        return fact['Inverse Throughput'] * workgroups * Math.ceil(threads / fact['Subgroup size']);
      }),
    );
    const headroom = (simds * hertz * bytes) / (cycles * bytesPerSecond);
    return [
      chip,
      {
        instructions: sum(facts.map((fact) => fact.Instructions)),
        registers: Math.max(...facts.map((fact) => fact.VGPRs)),
        spills: sum(facts.map((fact) => fact['Spilled VGPRs'] + fact['Spilled SGPRs'])),
        cycles: Number(((64 * cycles) / n).toPrecision(4)),
        headroom: Number(headroom.toPrecision(3)),
      },
    ];
  });
  return { name, pass, family, of: Object.fromEntries(families) };
}
