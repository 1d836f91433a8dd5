/** The package as npm delivers it, in an empty project: `npm run build` comes first. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Project {
  readonly folder: string;
  readonly tarball: string;
  /** Writes a file of the project. */
  write(path: string, content: string | object): void;
}

/** Packs, and installs from the tarball alone: no registry is asked. */
export function createProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), 'package-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const npm = (cwd: string, line: string): string =>
    execFileSync(`npm ${line}`, { cwd, shell: true, encoding: 'utf8' });
  const [{ filename }] = JSON.parse(npm(root, `pack --json --ignore-scripts --pack-destination "${folder}"`));
  const project: Project = {
    folder,
    tarball: join(folder, filename),
    write(path, content) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    },
  };
  project.write('package.json', { private: true, type: 'module' });
  npm(folder, `install --offline --ignore-scripts --no-audit --no-fund "${project.tarball}"`);
  return project;
}

/** Copies a package that is installed here into the project. */
export function provide({ folder }: Project, name: string): void {
  cpSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), { recursive: true });
}

/** Runs a program of an installed package. */
export function runTool(folder: string, file: string, ...argv: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, file), ...argv], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}
