import type { Workers } from '../../check/exhaustive/pool.js';

/** Web Workers that run this very program's comparisons. @param program the address of a module with `serveComparisons` */
export function webWorkers(program: string): Workers {
  const code = `import { serveComparisons } from ${JSON.stringify(program)};\nserveComparisons(globalThis);\n`;
  return {
    count: navigator.hardwareConcurrency,
    start() {
      const address = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const worker = new Worker(address, { type: 'module' });
      return {
        post: (task, transfer) => worker.postMessage(task, transfer),
        listen(answer, fail) {
          worker.addEventListener('message', ({ data }) => answer(data));
          worker.addEventListener('error', ({ message }) => fail(new Error(message || `${program} does not load`)));
        },
        terminate() {
          worker.terminate();
          URL.revokeObjectURL(address);
        },
      };
    },
  };
}
