/** How each runtime gets each kind of adapter: what it is started with, and what the adapter then has to be. */
import { tmpdir } from 'node:os';
import { delimiter, dirname } from 'node:path';
import { env, platform } from 'node:process';
import { chromeArguments, lavapipeFile, swiftShaderFile } from '../browser.js';
import type { AdapterRequest } from '../host/adapter.js';

export const runtimeKinds = ['chrome', 'firefox', 'deno', 'node'] as const;
export type RuntimeKind = (typeof runtimeKinds)[number];

export const adapterChoices = ['auto', 'hardware', 'software', 'swiftshader', 'any'] as const;
export type AdapterChoice = (typeof adapterChoices)[number];

export interface Way extends AdapterRequest {
  /** For people: what is started. */
  readonly program: string;
  /** For people: the adapter that is asked for. */
  readonly words: string;
  /** What to try where it fails. */
  readonly advice: string;
  /** The program's arguments, and environment variables beside those of this process. */
  readonly flags: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

const programs: Readonly<Record<RuntimeKind, string>> = {
  chrome: 'Chrome',
  firefox: 'Firefox',
  deno: 'Deno',
  node: 'Dawn in Node',
};

/** In the order in which they are tried; none where the machine has no such adapter. */
export function waysOf(kind: RuntimeKind, choice: AdapterChoice): Way[] {
  const { hardware, lavapipe, swiftshader, fallback, any } = kind === 'chrome' ? chromeWays() : driverWays(kind);
  const software =
    kind === 'chrome' || kind === 'node' ? [swiftshader, lavapipe, fallback] : [lavapipe, swiftshader, fallback];
  const others = runtimeKinds.filter((other) => other !== kind);
  // Deno, Firefox and Dawn put software last by themselves; Chrome has to be started for the one or the other.
  const first = kind === 'chrome' ? hardware : any;
  const ways = {
    auto: [first, ...software],
    hardware: [hardware],
    software,
    swiftshader: [swiftshader],
    any: [any],
  };
  const advice = `try --runtime ${others.join(' or ')}${choice === 'software' ? '' : ', or --adapter software'}`;
  const parts: readonly (Part | undefined)[] = ways[choice];
  return parts
    .filter((way) => way !== undefined)
    .map((way) => ({
      program: programs[kind],
      advice,
      flags: [],
      ...way,
      variables: { ...(kind !== 'chrome' && session()), ...way.variables },
    }));
}

type Part = Omit<Way, 'program' | 'advice' | 'flags'> & { readonly flags?: readonly string[] };

interface Ways {
  readonly hardware: Part;
  readonly lavapipe: Part | undefined;
  readonly swiftshader: Part | undefined;
  readonly fallback?: Part | undefined;
  readonly any: Part;
}

function chromeWays(): Ways {
  const { hardware, lavapipe, any } = driverWays('chrome');
  return {
    hardware: { ...hardware, flags: chromeArguments('hardware') },
    swiftshader: { wanted: 'swiftshader', words: 'SwiftShader', flags: chromeArguments('swiftshader'), variables: {} },
    lavapipe: lavapipe && { ...lavapipe, flags: chromeArguments('hardware') },
    any: { ...any, flags: chromeArguments('any') },
  };
}

/** By the drivers that Vulkan's loader is pointed at. */
function driverWays(kind: RuntimeKind): Ways {
  const [lavapipe, swiftshader] = [lavapipeFile(), swiftShaderFile()];
  return {
    hardware: {
      wanted: 'hardware',
      words: "the machine's GPU",
      // Some versions of lavapipe keep Chrome's GPU process busy for ever.
      variables: {
        VK_LOADER_DRIVERS_DISABLE: [env.VK_LOADER_DRIVERS_DISABLE, '*lvp*', '*swiftshader*'].filter(Boolean).join(),
      },
    },
    lavapipe:
      lavapipe === undefined
        ? undefined
        : {
            wanted: 'software',
            words: "Mesa's lavapipe",
            driver: 'llvmpipe',
            variables: { VK_DRIVER_FILES: lavapipe },
          },
    swiftshader:
      swiftshader === undefined
        ? undefined
        : {
            wanted: 'swiftshader',
            words: "Chromium's SwiftShader",
            driver: 'SwiftShader',
            variables: { VK_DRIVER_FILES: swiftshader, ...(kind === 'node' && loaderIn(dirname(swiftshader))) },
          },
    fallback: { wanted: 'software', words: 'the fallback adapter', isFallback: true, variables: {} },
    any: { wanted: 'any', words: 'any adapter', variables: {} },
  };
}

/** The Vulkan loader beside SwiftShader, for machines that have none. */
function loaderIn(folder: string): Record<string, string> {
  return { LD_LIBRARY_PATH: [env.LD_LIBRARY_PATH, folder].filter(Boolean).join(delimiter) };
}

/** What wgpu wants to be set on Linux, also where nobody logged in. */
function session(): Record<string, string> {
  return platform === 'linux' && !env.XDG_RUNTIME_DIR ? { XDG_RUNTIME_DIR: tmpdir() } : {};
}
