import { stderr } from 'node:process';
import { afterEach, expect, test, vi } from 'vitest';
import { ProgressDisplay } from '../../src/cli/progress.js';
import { formatFigure } from '../../src/cli/table.js';

afterEach(() => vi.restoreAllMocks());

/** What a display writes where standard error is a terminal, or is none. */
function shown(isTTY: boolean, use: (display: ProgressDisplay) => void): string[] {
  const before = stderr.isTTY;
  const lines: string[] = [];
  vi.spyOn(stderr, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  stderr.isTTY = isTTY;
  use(new ProgressDisplay());
  stderr.isTTY = before;
  return lines;
}

test('elsewhere than on a terminal: a plain line for each label, and nothing to clear', () => {
  const lines = shown(false, (display) => {
    for (const [label, done] of [
      ['relu', 0],
      ['relu', 1],
      ['gelu', 1.99],
    ] as const)
      display.report({ label, done, total: 2 });
    display.clear();
  });
  expect(lines).toEqual(['relu (0 %)\n', 'gelu (99 %)\n']);
});

test('on a terminal: a bar that rewrites its line, and goes', () => {
  const lines = shown(true, (display) => {
    display.report({ label: 'relu', done: 1.99, total: 2 });
    display.clear();
  });
  expect(lines).toEqual([`\r\u001b[K${'█'.repeat(30)}  99 %  relu`, '\r\u001b[K']);
});

test('figures have three digits, and exponents where they are needed', () => {
  const figures = [0, 0.001, 0.000999, 1.2345, 789.4, 999_999, 1e6, -1e7, Infinity].map(formatFigure);
  expect(figures).toEqual(['0', '0.001', '1.0e-3', '1.23', '789', '1000000', '1.0e+6', '-1.0e+7', 'Infinity']);
});
