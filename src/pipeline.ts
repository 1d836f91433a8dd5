/** Compiles variants to pipelines, once per device, and keeps them. */
import { ShaderCompileError } from './errors.js';
import type { Variant } from './plan/index.js';
import type { WgslFile } from './wgsl/file.js';
import { bindingNumbers, sourceOf } from './wgsl/link.js';

/** A compiled variant: the pipeline and how its bindings are numbered. */
export interface Compiled {
  readonly label: string;
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
  readonly bindings: ReadonlyMap<string, number>;
}

/** Whether WGSL's immediate data (push constants) can carry the parameter block: it then needs no buffer. */
export function hasImmediates(device: GPUDevice, languageFeatures?: ReadonlySet<string>): boolean {
  const { maxImmediateSize = 0 } = device.limits as { maxImmediateSize?: number };
  return maxImmediateSize >= 64 && (languageFeatures?.has('immediate_address_space') ?? false);
}

const isError = ({ type }: GPUCompilationMessage): boolean => type === 'error';

const numbers = new Map<WgslFile, number>();

/** By which files are told apart: users' by their texts, the library's by a number. */
function identityOf(file: WgslFile): string | number {
  if (file.path === '') return file.code;
  const number = numbers.get(file) ?? numbers.size;
  numbers.set(file, number);
  return number;
}

/** By which variants are told apart. */
export const keyOf = ({
  files,
  entryPoint,
  activation,
  fromY = false,
  reads = {},
  keeps = {},
  learned = [],
  sums = [],
  constants,
}: Variant): string =>
  [
    entryPoint,
    activation?.name,
    activation?.source && identityOf(activation.source),
    ...Object.keys(activation?.parameters ?? {}),
    fromY,
    ...files.map(identityOf),
    ...Object.values(reads),
    ...Object.values(keeps),
    ...learned,
    ...sums,
    ...Object.entries(constants),
  ].join(' ');

export class Pipelines {
  readonly #compiled = new Map<string, Compiled>();
  readonly #pending = new Map<string, Promise<Compiled>>();

  constructor(
    private readonly device: GPUDevice,
    readonly hasImmediates: boolean,
    /** Begins the labels. */
    readonly label = '',
  ) {}

  /**
   * The variant's pipeline, compiled now if it is not there yet. WebGPU reports an error in its text to the device; a later
   * `prepare` tells it too.
   */
  get(variant: Variant): Compiled {
    const key = keyOf(variant);
    let compiled = this.#compiled.get(key);
    if (!compiled) {
      const { descriptor, code } = this.#describe(variant);
      compiled = this.#keep(key, this.device.createComputePipeline(descriptor), code, descriptor.label!);
      descriptor.compute.module.getCompilationInfo().then(
        ({ messages }) => messages.some(isError) && this.#compiled.delete(key),
        () => undefined, // a lost device
      );
    }
    return compiled;
  }

  /** Compiles without blocking; calls for a variant in flight share it. @throws {ShaderCompileError} */
  async prepare(variant: Variant): Promise<Compiled> {
    const key = keyOf(variant);
    const compiled = this.#compiled.get(key);
    if (compiled) return compiled;
    let pending = this.#pending.get(key);
    if (!pending) {
      pending = this.#compile(key, variant).finally(() => this.#pending.delete(key));
      this.#pending.set(key, pending);
    }
    return pending;
  }

  async #compile(key: string, variant: Variant): Promise<Compiled> {
    // a text that does not compile is told by the rejection below, so the device need not report it too
    this.device.pushErrorScope('validation');
    const { descriptor, code } = this.#describe(variant);
    this.device.popErrorScope().catch(() => undefined); // a lost device
    try {
      return this.#keep(key, await this.device.createComputePipelineAsync(descriptor), code, descriptor.label!);
    } catch (error) {
      const { messages } = await descriptor.compute.module.getCompilationInfo();
      const errors = messages.filter(isError);
      if (!errors.length) throw error;
      // a user's text stands last: if every error lies in it, its own line numbers are the ones to show
      const source = variant.activation?.source;
      const text = source?.path === '' ? source.code : undefined;
      const before = text ? code.split('\n').length - text.split('\n').length : 0;
      const isUsers = text !== undefined && errors.every(({ lineNum }) => lineNum > before);
      const found = errors.map(({ lineNum, linePos, message }) => ({
        line: isUsers ? lineNum - before : lineNum,
        column: linePos,
        text: message,
      }));
      throw new ShaderCompileError(descriptor.label!, found, isUsers ? text : code);
    }
  }

  #describe(variant: Variant): { descriptor: GPUComputePipelineDescriptor; code: string } {
    const { entryPoint } = variant;
    const label = this.label + variant.label;
    const code = sourceOf(variant, this.hasImmediates);
    const module = this.device.createShaderModule({ label, code });
    const compute = { module, entryPoint, constants: { ...variant.constants } };
    return { descriptor: { label, layout: 'auto', compute }, code };
  }

  #keep(key: string, pipeline: GPUComputePipeline, code: string, label: string): Compiled {
    const compiled = { label, pipeline, layout: pipeline.getBindGroupLayout(0), bindings: bindingNumbers(code) };
    this.#compiled.set(key, compiled);
    return compiled;
  }
}
