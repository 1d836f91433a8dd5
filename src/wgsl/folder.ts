import { readdirSync } from 'node:fs';
import { sep } from 'node:path';

/** The WGSL files below a folder, without their endings, in order: the published build names each by its place among them. */
export function wgslPaths(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.split(sep).join('/'));
  return files
    .filter((file) => file.endsWith('.wgsl'))
    .map((file) => file.slice(0, -'.wgsl'.length))
    .sort();
}

export const shortNameOf = (path: string, paths: readonly string[]): string => paths.indexOf(path).toString(36);

/** The path that a file has, or that its short name stands for. */
export const pathOf = (name: string, paths: readonly string[]): string =>
  paths.includes(name) ? name : paths[Number.parseInt(name, 36)]!;
