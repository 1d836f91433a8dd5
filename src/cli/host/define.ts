import { defineExports } from '../definitions.js';
import type { HostFunction } from './call.js';

/** Defines the activations of modules, by their addresses, where the GPU is. */
export const define: HostFunction<{ readonly urls: readonly string[] }, readonly string[]> = async ({ urls }) => {
  const names: string[] = [];
  for (const url of urls) names.push(...defineExports(await import(/* @vite-ignore */ url)));
  return { answer: names };
};
