/**
 * The program of a process of Deno or Node that the command line starts: a call a line on standard input, a message a line on
 * standard output. `child.js HOST ADDRESS [DAWN]`: the addresses of the built host, of the command line's server, and in Node
 * of the npm package webgpu.
 */
import { createInterface } from 'node:readline';
import type { HostCall } from '../host/remote.js';
import { resolveOwnNames } from '../own_names.js';
import { MARK, type Message } from './message.js';
import { threadWorkers } from './workers.js';

const [, , program, address, dawn] = process.argv;
await serve(program!, address!, dawn);

async function serve(program: string, address: string, dawn: string | undefined): Promise<void> {
  const say = (message: Message) => process.stdout.write(`${MARK}${JSON.stringify(message)}\n`);
  const { createRemoteHost } = (await import(program)) as typeof import('../host.js');
  const gpu = dawn ? await openDawn(dawn) : (globalThis.navigator as Navigator).gpu;
  const workers = dawn ? { workers: threadWorkers() } : {};
  const call = createRemoteHost({ gpu, address, report: (progress) => say({ progress }), ...workers });
  const { deno, node } = process.versions;
  say({ ready: dawn ? `Dawn in Node v${node}` : `Deno ${deno}` });
  for await (const line of createInterface({ input: process.stdin }))
    say({ reply: await call(JSON.parse(line) as HostCall) });
  process.exit();
}

async function openDawn(dawn: string): Promise<GPU> {
  resolveOwnNames();
  const { create, globals } = (await import(dawn)) as typeof import('webgpu');
  // The library is given its GPU; these are the classes and constants that WebGPU puts into the global scope.
  const gpu = create([]);
  // Dawn ends with the object that create() gives; without a reference it may be collected under a running device.
  Object.assign(globalThis, globals, { webgpuActivationsDawn: gpu });
  return gpu;
}
