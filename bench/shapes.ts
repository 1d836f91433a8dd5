/**
 * The kernel's shape, measured over the space: workgroup size, vectors a thread, loop or unrolled, against the best copy
 * kernel. Run by `npm run shapes`; the defaults of `src/plan` come from its result.
 */

import { resolveActivation } from '../src/catalogue.js';
import { adapterFacts } from '../src/cli/host/adapter.js';
import { wgslName } from '../src/definition.js';
import { createActivations } from '../src/index.js';
import { requiredFiles } from '../src/wgsl/link.js';
import { findCopy } from './copy.js';
import { formatShape, Kernel, type KernelText, type Shape } from './kernel.js';
import { interleave, quantilesOf, ratioOf } from './measure.js';
import { createOurs } from './ours.js';
import type { PeerSetup } from './peers/peer.js';
import { DeviceSubject, Sets } from './subject.js';
import { Inputs, planWork, type Work } from './work.js';

const LENGTH = 2 ** 22;
const ROUNDS = 5;
const SPAN_NANOSECONDS = 20e6;
const ACTIVATIONS = ['identity', 'relu', 'gelu'] as const;

const SHAPES: readonly Shape[] = [32, 64, 128, 256].flatMap((workgroupSize) =>
  [1, 2, 4].flatMap((steps) =>
    (steps === 1 ? [false] : [false, true]).map(
      (isUnrolled): Shape => ({ lanes: 4, workgroupSize, steps, isUnrolled }),
    ),
  ),
);

export default async function shapes(_: PeerSetup, log: (line: string) => void): Promise<object> {
  const activations = await createActivations();
  const { device } = activations;
  const inputs = new Inputs();
  const results = [];
  for (const name of ACTIVATIONS)
    for (const pass of ['forward', 'backward'] as const) {
      log(`${name} ${pass}`);
      const work = planWork(resolveActivation(name), pass, LENGTH);
      const sets = new Sets(device, work, inputs.of(work));
      const copy = await findCopy(device, work, sets);
      const kernels = await Promise.all(SHAPES.map((shape) => Kernel.create(device, textOf(work), shape)));
      const subjects = [copy.kernel, ...kernels].map(
        (kernel) => new DeviceSubject('', device, sets, (encoder, buffers) => kernel.encode(encoder, buffers, LENGTH)),
      );
      const library = createOurs(activations, sets, inputs.of(work));
      const samples = await interleave([...subjects, library], { rounds: ROUNDS, spanNanoseconds: SPAN_NANOSECONDS });
      const times = samples.map(({ spans }) => spans.map(({ gpu, wall }) => gpu ?? wall));
      const figures = (index: number) => {
        const { p20, p50, p80 } = quantilesOf(times[index]!);
        const fractionOfCopy = Number(ratioOf(times[0]!, times[index]!).p50.toPrecision(4));
        return { p20: Math.round(p20), p50: Math.round(p50), p80: Math.round(p80), fractionOfCopy };
      };
      const rows = SHAPES.map((shape, index) => ({ ...shape, ...figures(index + 1) }));
      results.push({
        name,
        pass,
        n: LENGTH,
        copy: { shape: formatShape(copy.shape), ...figures(0) },
        library: figures(SHAPES.length + 1),
        shapes: rows.sort((a, b) => a.p50 - b.p50),
      });
      for (const kernel of [copy.kernel, ...kernels]) kernel.destroy();
      for (const subject of [...subjects, library]) subject.dispose();
      sets.destroy();
    }
  const json = { adapter: adapterFacts(device.adapterInfo), rounds: ROUNDS, ranking: ranking(results), results };
  activations.dispose();
  return json;
}

interface Result {
  readonly shapes: readonly (Shape & { readonly fractionOfCopy: number })[];
}

/** The shapes by their mean fraction of copy over all functions and passes. */
function ranking(results: readonly Result[]): { shape: string; fractionOfCopy: number }[] {
  const sums = new Map<string, number>();
  for (const { shapes } of results)
    for (const shape of shapes)
      sums.set(formatShape(shape), (sums.get(formatShape(shape)) ?? 0) + shape.fractionOfCopy);
  return [...sums]
    .map(([shape, sum]) => ({ shape, fractionOfCopy: Number((sum / results.length).toPrecision(4)) }))
    .sort((a, b) => b.fractionOfCopy - a.fractionOfCopy);
}

/** The library's own functions in a kernel whose shape is free. */
function textOf({ definition, pass, reads, writes }: Work): KernelText {
  const name = wgslName(definition.of);
  const body = pass === 'forward' ? `y[i] = ${name}(x[i]);` : `dx[i] = dy[i] * ${name}_derivative(x[i]);`;
  return {
    label: `${definition.name}.${pass}`,
    element: 'f32',
    inputs: reads,
    outputs: writes,
    declarations: [...requiredFiles([definition.source]), definition.source].map(({ code }) => code).join('\n'),
    body,
  };
}
