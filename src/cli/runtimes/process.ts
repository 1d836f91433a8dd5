import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { MissingError, RuntimeError } from '../exit.js';
import type { HostReply } from '../host/remote.js';
import { ownNames } from '../own_names.js';
import { distributedFile } from '../package.js';
import { programPath } from './browser.js';
import { MARK, type Message } from './message.js';
import type { Setting, Started } from './runtime.js';

/** Bytes of what a process complained about that are kept for its error. */
const complaintLength = 4000;

/** The host in Deno, whose WebGPU is wgpu. */
export async function startDeno(setting: Setting): Promise<Started> {
  const names = `data:application/json,${encodeURIComponent(JSON.stringify({ imports: ownNames() }))}`;
  // Nothing of the folder at hand, a deno.json say, is meant for this program.
  const flags = [
    'run',
    '--unstable-webgpu',
    '--allow-all',
    '--no-config',
    '--no-lock',
    '--quiet',
    '--import-map',
    names,
  ];
  return startProcess(programPath('deno', setting.way.program), flags, [], setting);
}

/** The host in Node, with WebGPU by the npm package webgpu, which is Dawn. */
export async function startNode(setting: Setting): Promise<Started> {
  let dawn: string;
  try {
    dawn = import.meta.resolve('webgpu');
  } catch (error) {
    throw new MissingError(
      `--runtime node needs the npm package webgpu: npm install webgpu (${(error as Error).message.split('\n')[0]})`,
    );
  }
  return startProcess(process.execPath, [], [dawn], setting);
}

async function startProcess(
  file: string,
  flags: readonly string[],
  parameters: readonly string[],
  { way, address, hostFile, listen, onClose }: Setting,
): Promise<Started> {
  const program = [distributedFile('child.js'), pathToFileURL(hostFile).href, address];
  const child = spawn(file, [...flags, ...program, ...parameters], {
    env: { ...process.env, ...way.variables },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  onClose(async () => {
    process.off('exit', kill);
    kill();
  });
  const broken = ended(child, way.program, way.advice);
  broken.catch(() => undefined);
  let reply: (reply: HostReply) => void = () => undefined;
  const ready = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      if (!line.startsWith(MARK)) return void process.stderr.write(`${line}\n`);
      const message = JSON.parse(line.slice(MARK.length)) as Message;
      if ('ready' in message) resolve(message.ready);
      else if ('reply' in message) reply(message.reply);
      else listen(message.progress);
    });
  });
  return {
    name: await Promise.race([ready, broken]),
    isPage: false,
    broken,
    serve: (folder) => `${pathToFileURL(folder).href}/`,
    call: (call) =>
      new Promise((resolve) => {
        reply = resolve;
        child.stdin!.write(`${JSON.stringify(call)}\n`);
      }),
  };
}

/** Rejects when the process ends, with what it said last. */
function ended(child: ChildProcess, program: string, advice: string): Promise<never> {
  let complaints = '';
  child.stderr!.on('data', (data: Buffer) => {
    complaints = (complaints + data).slice(-complaintLength);
  });
  // To a process that has ended nothing can be written; its end is told below.
  child.stdin!.on('error', () => undefined);
  return new Promise((_, reject) => {
    child.on('error', ({ message }) => reject(new RuntimeError(`${program} does not start: ${message}`)));
    child.on('close', (status, signal) => {
      const words = complaints.trim();
      const how = signal ? `ended by ${signal}` : `ended with status ${status}`;
      reject(new RuntimeError(`${program} ${how}: ${advice}${words && `\n${words}`}`));
    });
  });
}
