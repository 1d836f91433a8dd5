import { availableParallelism } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Workers } from '../../check/exhaustive/pool.js';
import { hostFile } from '../package.js';

/** Threads that run the comparisons of the built host. */
export function threadWorkers(): Workers {
  const program = JSON.stringify(pathToFileURL(hostFile()).href);
  const code = `import(${program}).then(({ serveComparisons }) => serveComparisons(require('node:worker_threads').parentPort));`;
  return {
    count: availableParallelism(),
    start() {
      const worker = new Worker(code, { eval: true });
      return {
        post: (task, transfer) => worker.postMessage(task, transfer),
        listen(answer, fail) {
          worker.on('message', answer);
          worker.on('error', fail);
        },
        terminate: () => void worker.terminate(),
      };
    },
  };
}
