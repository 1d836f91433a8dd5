/** The report on this adapter, as the command line's `report` makes it. */
import { benchRows } from '../../../src/cli/host/bench.js';
import type { HostContext } from '../../../src/cli/host/call.js';
import { checkSamples } from '../../../src/cli/host/check.js';
import { info } from '../../../src/cli/host/info.js';
import type { Progress } from '../../../src/cli/progress.js';
import {
  type AdapterReport,
  createAdapterReport,
  REPORTED_NAMES,
  REPORTED_ROUNDS,
  reportedLengths,
} from '../../adapter_report.js';
import { browserName, type Device } from '../device.js';

/** The rows end by then, so that the whole takes less than two minutes. */
const BENCH_SECONDS = 60;

export interface Work {
  readonly names: readonly string[];
  readonly isAll: boolean;
  /** About how many inputs a check takes. */
  readonly count: number;
  /** Throws to stop. */
  readonly report: (progress: Progress) => void;
}

export async function measureAdapter(
  { activations, adapter }: Device,
  { names, isAll, count, report }: Work,
): Promise<AdapterReport> {
  // no worker is asked for: samples are compared where the page is
  const workers: HostContext['workers'] = {
    count: 0,
    start() {
      throw new Error('expected no worker to be started');
    },
  };
  const context: HostContext = { gpu: navigator.gpu, activations, adapter, workers, arrays: {}, report };
  const { answer: facts } = await info({}, context);
  const { answer: results } = await checkSamples({ names, count }, context);
  const { answer: measurement } = await benchRows(
    {
      names: isAll ? REPORTED_NAMES : names,
      ...{
        lengths: reportedLengths(facts, false),
        rounds: REPORTED_ROUNDS,
        extent: 'resident',
        seconds: BENCH_SECONDS,
      },
    },
    context,
  );
  return createAdapterReport({
    ...{ info: facts, results, measurement, count, runtime: browserName(), version: PACKAGE_VERSION, commit: REVISION },
    machine: { system: systemName(), processor: null, cores: navigator.hardwareConcurrency },
  });
}

const systemName = (): string =>
  (navigator as { userAgentData?: { platform?: string } }).userAgentData?.platform ||
  navigator.platform ||
  'a system that does not tell';
