import type { Command } from '../command.js';
import { bench } from './bench.js';
import { check } from './check.js';
import { info } from './info.js';
import { list } from './list.js';
import { report } from './report.js';
import { run } from './run.js';
import { serve } from './serve.js';
import { start } from './start.js';
import { wgsl } from './wgsl.js';

/** In the order of the help. */
export const commands: readonly Command[] = [start, info, list, run, check, bench, report, serve, wgsl];
