import { serveComparisons, type WorkerPort } from '../../src/check/exhaustive/worker.js';

serveComparisons(globalThis as unknown as WorkerPort);
