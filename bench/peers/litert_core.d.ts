/** What litert.ts uses of @litertjs/core: the package's own declarations change the types of all typed arrays. */
export declare function loadLiteRt(folder: string): Promise<unknown>;
export declare function loadAndCompile(
  model: Uint8Array,
  options: { accelerator: 'webgpu'; gpuOptions: { precision: 'fp32' } },
): Promise<CompiledModel>;
export declare function getWebGpuDevice(): GPUDevice | null;

interface CompiledModel {
  readonly options: { readonly accelerator: string };
  readonly isFullyAccelerated: boolean;
  run(inputs: readonly Tensor[]): Promise<Tensor[]>;
  delete(): void;
}

export declare class Tensor {
  constructor(buffer: GPUBuffer, shape: readonly number[], type: 'float32');
  data(): Promise<Float32Array>;
  delete(): void;
}
