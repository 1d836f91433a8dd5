/** Records plans into compute passes; what it makes for that, it keeps for the next. */
import { Blocks } from './blocks.js';
import { ByBuffers, forgetOldest } from './caches.js';
import type { Compiled, Pipelines } from './pipeline.js';
import type { Binding, Plan } from './plan/index.js';
import type { Ranges } from './ranges.js';
import { Usage } from './usage.js';

/** Bind groups kept for the same buffers. */
const KEPT = 256;

/** One dispatch, ready to be recorded any number of times. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** The parameter block, where it is no buffer in the bind group. */
  readonly immediates: ArrayBuffer | undefined;
  readonly workgroups: readonly [x: number, y: number];
  /** The debug group it is recorded in, or none. */
  readonly group: string | false;
}

export function record(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  for (const { pipeline, bindGroup, immediates, workgroups, group } of commands) {
    if (group) pass.pushDebugGroup(group);
    pass.setPipeline(pipeline);
    if (immediates) setImmediates(pass, immediates);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
    if (group) pass.popDebugGroup();
  }
}

export class Dispatcher {
  readonly #bindGroups = new ByBuffers<Map<string, GPUBindGroup>>();
  readonly #blocks: Blocks;
  readonly #numbers = new WeakMap<object, number>();
  #count = 0;
  #scratch: GPUBuffer | undefined;

  constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: Pipelines,
    private readonly isGrouped = false,
  ) {
    this.#blocks = new Blocks(device, pipelines.label);
  }

  /** Records a plan, and tells what that was. */
  encode(pass: GPUComputePassEncoder, plan: Plan, ranges: Ranges): readonly Command[] {
    const commands = this.prepare(plan, ranges);
    record(pass, commands);
    return commands;
  }

  /** What there is to record of a plan for tensors that lie there. */
  prepare(plan: Plan, ranges: Ranges): readonly Command[] {
    const scratch = plan.scratchByteLength ? this.#scratchOf(plan.scratchByteLength) : undefined;
    const { hasImmediates } = this.pipelines;
    return plan.dispatches.map(({ variant, params, bindings, workgroups }): Command => {
      const compiled = this.pipelines.get(variant);
      const all = hasImmediates ? bindings : [...bindings, { name: 'params', source: params }];
      const bindGroup = this.#bindGroupOf(compiled, all, ranges, scratch);
      const { pipeline, label } = compiled;
      const immediates = hasImmediates ? params : undefined;
      return { pipeline, bindGroup, immediates, workgroups, group: this.isGrouped && label };
    });
  }

  /**
   * Partial sums are read back in the dispatch that follows them, so one scratch buffer serves every call in order. One that
   * became too small is dropped, never destroyed: commands that were not submitted yet may name it.
   */
  #scratchOf(byteLength: number): GPUBuffer {
    if (this.#scratch && this.#scratch.size >= byteLength) return this.#scratch;
    const size = 2 ** Math.ceil(Math.log2(Math.max(byteLength, 65536)));
    this.#scratch = this.device.createBuffer({
      label: `${this.pipelines.label}partial sums`,
      size: Math.min(size, this.device.limits.maxStorageBufferBindingSize),
      usage: Usage.STORAGE,
    });
    return this.#scratch;
  }

  #bindGroupOf(
    compiled: Compiled,
    bindings: readonly Binding[],
    ranges: Ranges,
    scratch: GPUBuffer | undefined,
  ): GPUBindGroup {
    let owners = this.#bindGroups;
    let key = `${this.#numberOf(compiled)}`;
    const resources = bindings.map(({ source }): GPUBufferBinding => {
      if (source !== 'scratch' && !(source instanceof ArrayBuffer)) {
        const range = ranges[source.tensor]!;
        const offset = range.offset + source.offset;
        const { size = range.size } = source;
        owners = owners.grow(range.buffer);
        key += ` ${offset} ${size}`;
        return { buffer: range.buffer, offset, size };
      }
      const own = source === 'scratch' ? { buffer: scratch!, offset: 0 } : this.#blocks.of(source);
      key += ` ${this.#numberOf(own.buffer)} ${own.offset}`;
      return own;
    });
    owners.value ??= new Map();
    const groups = owners.value;
    let group = groups.get(key);
    if (!group) {
      const entries = bindings.map(({ name }, index) => ({
        binding: compiled.bindings.get(name)!,
        resource: resources[index]!,
      }));
      group = this.device.createBindGroup({ label: compiled.label, layout: compiled.layout, entries });
      forgetOldest(groups, KEPT);
      groups.set(key, group);
    }
    return group;
  }

  /** A number for a pipeline or a buffer of the library's own, by which keys name it. */
  #numberOf(object: object): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, ++this.#count);
    return this.#count;
  }
}

const setImmediates = (pass: GPUComputePassEncoder, params: ArrayBuffer): void =>
  (pass as unknown as { setImmediates(offset: number, data: ArrayBuffer): void }).setImmediates(0, params);
