import { existsSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { env, platform, version } from 'node:process';
import { findBrowser } from '../browser.js';
import { UnavailableError } from '../exit.js';
import type { AdapterChoice } from '../host/adapter.js';
import { type Host, openHost } from '../host.js';
import { errorFrom, type Runtime } from './runtime.js';
import { threadWorkers } from './workers.js';

type Dawn = typeof import('webgpu');

const swiftShaderFile = 'vk_swiftshader_icd.json';

/** WebGPU in this process, by Dawn. `auto` takes the machine's GPU, and the SwiftShader of a browser where there is none. */
export async function openNode(choice: AdapterChoice): Promise<Runtime> {
  const dawn = await importDawn();
  // The library is given its GPU; these are the classes and constants that WebGPU puts into the global scope.
  Object.assign(globalThis, dawn.globals);
  const host = await openAny(dawn, choice);
  return {
    name: `Dawn in Node ${version}`,
    call(name, request, { arrays = {}, report = () => undefined } = {}) {
      return host.call(name, request, arrays, report).catch((error: Error) => {
        throw errorFrom(error);
      });
    },
    async close() {
      host.close();
    },
  };
}

async function openAny(dawn: Dawn, choice: AdapterChoice): Promise<Host> {
  if (choice !== 'swiftshader') {
    try {
      return await open(dawn, choice === 'auto' ? 'hardware' : choice);
    } catch (error) {
      if (choice === 'hardware' || (error as Error).name !== 'WebGPUUnavailableError') throw errorFrom(error as Error);
    }
  }
  useSwiftShader();
  try {
    return await open(dawn, choice);
  } catch (error) {
    throw errorFrom(error as Error);
  }
}

async function open(dawn: Dawn, choice: AdapterChoice): Promise<Host> {
  const gpu = dawn.create([]);
  // Dawn ends with the object that create() gives; without a reference it may be collected under a running device.
  Object.assign(globalThis, { webgpuActivationsDawn: gpu });
  return openHost(gpu, choice, threadWorkers());
}

async function importDawn(): Promise<Dawn> {
  try {
    return await import('webgpu');
  } catch (error) {
    throw new UnavailableError(
      `--runtime node needs the npm package webgpu: npm install webgpu (${(error as Error).message.split('\n')[0]})`,
    );
  }
}

/** Points Vulkan at the software driver that Chrome and Chromium ship. */
function useSwiftShader(): void {
  if (platform !== 'linux') return;
  const folder = browserFolders().find((candidate) => existsSync(join(candidate, swiftShaderFile)));
  if (!folder) return;
  env.VK_DRIVER_FILES = join(folder, swiftShaderFile);
  preload(join(folder, 'libvulkan.so.1'));
}

function browserFolders(): string[] {
  const folders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];
  try {
    const browser = findBrowser();
    return browser ? [dirname(realpathSync(browser)), ...folders] : folders;
  } catch {
    // A variable that names no browser is an error to the runtime that needs one.
    return folders;
  }
}

/**
 * Loads the Vulkan loader beside that driver, for machines that have none: Dawn asks for libvulkan.so.1 by name, which finds
 * what is loaded already. Setting LD_LIBRARY_PATH instead would come too late for this process.
 */
function preload(library: string): void {
  // glibc's flag that keeps a library loaded, though Node closes it on finding no add-on inside.
  const RTLD_NODELETE = 0x1000;
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
  } catch {
    // Expected: it is no add-on. Where it could not be loaded at all, Dawn looks for the system's own.
  }
}
