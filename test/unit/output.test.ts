import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UsageError } from '../../src/cli/exit.js';
import { checkTarget, checkTargets, jsonTarget, makeFolder, writeText } from '../../src/cli/output.js';
import { formatResults } from '../../src/cli/report.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'output-'));
});
afterAll(() => rm(folder, { recursive: true }));

const given = (values: Record<string, string>, positionals: string[] = []) => ({
  positionals,
  values: new Map(Object.entries(values).map(([name, value]) => [name, [value]])),
});

describe('where results go', () => {
  test('folders are made, and no file is left behind', async () => {
    await checkTargets(given({ json: join(folder, 'a/b/c.json') }), ['json', 'csv']);
    expect(await readdir(join(folder, 'a/b'))).toEqual([]);
  });

  test('a file that is there stays as it is until the result is written', async () => {
    const path = join(folder, 'there.json');
    await writeFile(path, 'before');
    await checkTarget(path);
    expect(await readFile(path, 'utf8')).toBe('before');
    await writeText(path, 'after');
    expect(await readFile(path, 'utf8')).toBe('after\n');
  });

  test('folders and what cannot be made are refused', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(checkTarget(folder)).rejects.toThrow(new RegExp(`^cannot write ${folder}: EISDIR`));
    await expect(checkTarget(join(folder, 'file/a.json'))).rejects.toThrow('cannot make the folder');
    await expect(checkTarget('/proc/self/x')).rejects.toThrow(UsageError);
    await expect(makeFolder('/proc/self/x/y')).rejects.toThrow('cannot make the folder /proc/self/x: ENOENT');
  });

  test('one target alone may take a file or standard output', async () => {
    const path = join(folder, 'one');
    await expect(checkTargets(given({ json: '-', csv: '-' }), ['json', 'csv'])).rejects.toThrow('on standard output');
    await expect(checkTargets(given({ json: path, csv: path }), ['json', 'csv'])).rejects.toThrow('for several');
    await checkTargets(given({ json: '-', csv: path }), ['json', 'csv']);
  });

  test('a pipe is not opened before there is something to write', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await checkTarget(pipe);
  });

  test('a device that takes nothing', async () => {
    await expect(writeText('/dev/full', 'text')).rejects.toThrow('cannot write /dev/full: ENOSPC');
  });

  test('--json of commands without names', async () => {
    expect(await jsonTarget(given({}))).toBeUndefined();
    expect(await jsonTarget(given({ json: '' }))).toBe('-');
    expect(await jsonTarget(given({ json: '' }, [join(folder, 'info.json')]))).toBe(join(folder, 'info.json'));
    await expect(jsonTarget(given({ json: '' }, [folder]))).rejects.toThrow('EISDIR');
    await expect(jsonTarget(given({}, ['relu']))).rejects.toThrow('expected no arguments, got relu');
  });
});

test('errors of sampled passes stand beside counts of other calls', () => {
  const common = { direction: 'forward', status: 'passed', values: 8, maxUlp: 1.25, maxAbs: 0, worst: null } as const;
  const text = formatResults([
    { ...common, suite: 'reference', name: 'bent y', op: 'bent', bound: 2 },
    { ...common, suite: 'calls', name: 'bent as a gate', op: 'bent' },
  ]);
  expect(text).toMatch(/max ULP.*\nbent +y +1\.25 +2 +pass\n\nactivation +passed.*\nbent forward +1 +0 +0/);
});
