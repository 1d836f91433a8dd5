// `npm run adapters`: the report on each adapter that this machine has, a program with WebGPU each, into results/adapters/.
// WEBGPU_ADAPTER=hardware asks for another than the software ones.
import { stderr } from 'node:process';
import { cli, missing, optionsOf, runtimes } from '../test/portability.js';

for (const runtime of runtimes) {
  const reason = await missing(runtime);
  if (reason !== undefined) {
    stderr.write(`${runtime} is left out: ${reason}\n`);
    continue;
  }
  const { status, complaints } = await cli(['report', '--out', 'bench/results/adapters/', ...optionsOf(runtime)]);
  stderr.write(`${complaints.trim().split('\n').slice(-3).join('\n')}\n`);
  // a report of failed checks is one to keep
  if (status !== 0 && status !== 1) throw new Error(`report in ${runtime}: status ${status}`);
}
