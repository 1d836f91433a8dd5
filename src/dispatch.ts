/** Records plans into compute passes; what it makes for that, it keeps for the next. */
import type { Compiled, Pipelines } from './pipeline.js';
import type { Binding, Plan } from './plan/index.js';
import { Usage } from './usage.js';

/** Bind groups kept for one buffer, and parameter blocks kept for a device without immediate data. */
const KEPT = 256;

/** One dispatch, ready to be recorded any number of times. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  /** The parameter block, where it is no buffer in the bind group. */
  readonly immediates: ArrayBuffer | undefined;
  readonly workgroups: readonly [x: number, y: number];
}

export function record(pass: GPUComputePassEncoder, commands: readonly Command[]): void {
  for (const { pipeline, bindGroup, immediates, workgroups } of commands) {
    pass.setPipeline(pipeline);
    if (immediates) setImmediates(pass, immediates);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(workgroups[0], workgroups[1]);
  }
}

export class Dispatcher {
  readonly #numbers = new WeakMap<object, number>();
  /** Bind groups by the first of the caller's buffers in them, so that they go when it goes. */
  readonly #bindGroups = new WeakMap<GPUBuffer, Map<string, GPUBindGroup>>();
  /** Parameter blocks by content: written once, before any pass that uses them can run, and never again. */
  readonly #blocks = new Map<string, GPUBuffer>();
  readonly #scratch: GPUBuffer[] = [];
  #count = 0;

  constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: Pipelines,
  ) {}

  /** Records a plan, and tells what that was. */
  encode(pass: GPUComputePassEncoder, plan: Plan): readonly Command[] {
    const commands = this.prepare(plan);
    record(pass, commands);
    return commands;
  }

  /** What there is to record of a plan. */
  prepare(plan: Plan): readonly Command[] {
    const scratch = plan.scratchByteLength ? this.#scratchOf(plan.scratchByteLength) : undefined;
    const { hasImmediates } = this.pipelines;
    return plan.dispatches.map(({ variant, params, bindings, workgroups }): Command => {
      const compiled = this.pipelines.get(variant);
      const block = hasImmediates ? undefined : this.#blockOf(params);
      const bindGroup = this.#bindGroupOf(compiled, bindings, scratch, block);
      return { pipeline: compiled.pipeline, bindGroup, immediates: hasImmediates ? params : undefined, workgroups };
    });
  }

  /** Partial sums are read back in the dispatch that follows them, so one scratch buffer serves every call in order. */
  #scratchOf(byteLength: number): GPUBuffer {
    const kept = this.#scratch.at(-1);
    if (kept && kept.size >= byteLength) return kept;
    // smaller ones may still be named by passes that were not submitted yet: they stay until dispose()
    const size = 2 ** Math.ceil(Math.log2(Math.max(byteLength, 65536)));
    const buffer = this.device.createBuffer({
      label: 'partial sums',
      size: Math.min(size, this.device.limits.maxStorageBufferBindingSize),
      usage: Usage.STORAGE,
    });
    this.#scratch.push(buffer);
    return buffer;
  }

  #bindGroupOf(
    compiled: Compiled,
    bindings: readonly Binding[],
    scratch: GPUBuffer | undefined,
    block: GPUBuffer | undefined,
  ): GPUBindGroup {
    let key = `${this.#numberOf(compiled)}`;
    const resources = bindings.map(({ range }): GPUBufferBinding => {
      if (range === 'scratch') return { buffer: scratch! };
      return range instanceof ArrayBuffer ? { buffer: this.#blockOf(range) } : range;
    });
    for (const { buffer, offset = 0, size = 0 } of resources) {
      key += ` ${this.#numberOf(buffer)} ${offset} ${size}`;
    }
    if (block) key += ` ${this.#numberOf(block)}`;
    const owned = bindings.findIndex(({ range }) => !(range === 'scratch' || range instanceof ArrayBuffer));
    const owner = resources[Math.max(owned, 0)]!.buffer;
    let groups = this.#bindGroups.get(owner);
    if (!groups) {
      groups = new Map();
      this.#bindGroups.set(owner, groups);
    }
    let group = groups.get(key);
    if (!group) {
      const entries: GPUBindGroupEntry[] = bindings.map(({ name }, index) => ({
        binding: compiled.bindings.get(name)!,
        resource: resources[index]!,
      }));
      if (block) entries.push({ binding: compiled.bindings.get('params')!, resource: { buffer: block } });
      group = this.device.createBindGroup({ label: compiled.label, layout: compiled.layout, entries });
      forgetOldest(groups);
      groups.set(key, group);
    }
    return group;
  }

  #blockOf(params: ArrayBuffer): GPUBuffer {
    const key = new Uint32Array(params).join();
    let block = this.#blocks.get(key);
    if (!block) {
      block = this.device.createBuffer({
        label: 'parameters',
        size: params.byteLength,
        usage: Usage.UNIFORM | Usage.STORAGE,
        mappedAtCreation: true,
      });
      new Uint8Array(block.getMappedRange()).set(new Uint8Array(params));
      block.unmap();
      // an old block may be named by a pass that was not submitted yet, so it is dropped, never destroyed
      forgetOldest(this.#blocks);
      this.#blocks.set(key, block);
    }
    return block;
  }

  /** A number for a buffer or pipeline, by which keys name it. */
  #numberOf(object: object): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) return known;
    this.#numbers.set(object, ++this.#count);
    return this.#count;
  }

  dispose(): void {
    for (const buffer of this.#scratch) buffer.destroy();
    for (const buffer of this.#blocks.values()) buffer.destroy();
    this.#scratch.length = 0;
    this.#blocks.clear();
  }
}

function forgetOldest(kept: Map<string, unknown>): void {
  if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
}

const setImmediates = (pass: GPUComputePassEncoder, params: ArrayBuffer): void =>
  (pass as unknown as { setImmediates(offset: number, data: ArrayBuffer): void }).setImmediates(0, params);
