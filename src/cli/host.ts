/**
 * The program that runs where the GPU is: in a page of a headless browser, or in a process of Deno or Node. It takes JSON and
 * arrays, and gives JSON and arrays.
 */
import type { Workers } from '../check/exhaustive/pool.js';
import { type AdapterFacts, type AdapterRequest, adapterFacts, openActivations } from './host/adapter.js';
import { bench, benchRows } from './host/bench.js';
import type { Arrays, HostFunction, Reply } from './host/call.js';
import { checkCalls } from './host/calls.js';
import { checkSamples } from './host/check.js';
import { define } from './host/define.js';
import { sweepRange } from './host/exhaustive.js';
import { guard } from './host/guard.js';
import { info } from './host/info.js';
import { run } from './host/run.js';
import { survey } from './host/survey.js';
import { checkVectors } from './host/vectors.js';
import type { ReportProgress } from './progress.js';

const functions = { info, define, run, checkSamples, checkCalls, checkVectors, sweepRange, survey, bench, benchRows };

export type HostFunctions = typeof functions;
export type FunctionName = keyof HostFunctions;
export type RequestOf<Name extends FunctionName> = Parameters<HostFunctions[Name]>[0];
export type AnswerOf<Name extends FunctionName> = Awaited<ReturnType<HostFunctions[Name]>>['answer'];
export type ReplyOf<Name extends FunctionName> = Reply<AnswerOf<Name>>;

export interface Host {
  readonly adapter: AdapterFacts;
  call<Name extends FunctionName>(
    name: Name,
    request: RequestOf<Name>,
    arrays: Arrays,
    report: ReportProgress,
  ): Promise<ReplyOf<Name>>;
}

/**
 * @param onLife called again and again while a call's work goes on
 * @throws {WebGPUUnavailableError} without WebGPU or the adapter that was asked for
 */
export async function openHost(
  gpu: GPU | undefined,
  request: AdapterRequest,
  workers: Workers,
  onLife: () => void,
): Promise<Host> {
  const activations = await openActivations(gpu, request);
  const { device } = activations;
  const adapter = adapterFacts(device.adapterInfo, request.driver);
  const complaints: string[] = [];
  device.addEventListener('uncapturederror', ({ error }) => complaints.push(error.message));
  return {
    adapter,
    async call<Name extends FunctionName>(
      name: Name,
      request: RequestOf<Name>,
      arrays: Arrays,
      report: ReportProgress,
    ): Promise<ReplyOf<Name>> {
      const work = functions[name] as unknown as HostFunction<RequestOf<Name>, AnswerOf<Name>>;
      const context = { gpu: gpu!, activations, adapter, workers, arrays, report };
      const reply = await guard(device, onLife, () => work(request, context));
      if (complaints.length) throw new Error(`the GPU complained: ${complaints.splice(0).join('; ')}`);
      return reply;
    },
  };
}

export { serveComparisons } from '../check/exhaustive/worker.js';
export { createRemoteHost } from './host/remote.js';
