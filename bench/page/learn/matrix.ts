/** Records the products, differences and steps of matrix.wgsl. */
import code from './matrix.wgsl?raw';

/** A matrix in a buffer, and how far its neighbours along each axis are apart. */
export interface Matrix<B = GPUBuffer> {
  readonly buffer: B;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

export const matrixOf = <B>(buffer: B, rows: number, columns: number): Matrix<B> => ({
  ...{ buffer, rows, columns, rowStep: columns, columnStep: 1 },
});

export const transposed = <B>({ buffer, rows, columns, rowStep, columnStep }: Matrix<B>): Matrix<B> => ({
  ...{ buffer, rows: columns, columns: rows, rowStep: columnStep, columnStep: rowStep },
});

/** What a component of a gradient counts at most in a step: matrix.wgsl has it too. */
export const CLIP = 0.1;

/** multiply: result = a · b. subtract: result = (a − b) · scale. descend: result −= clipped a · scale. */
const entryPoints = ['multiply', 'subtract', 'descend'] as const;
export type Arithmetic = (typeof entryPoints)[number];

export type Recorded = (pass: GPUComputePassEncoder) => void;

const WORKGROUP_SIZE = 64;

export class MatrixKernels {
  readonly #uniforms: GPUBuffer[] = [];

  private constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: Readonly<Record<Arithmetic, GPUComputePipeline>>,
    private readonly layout: GPUBindGroupLayout,
  ) {}

  static async create(device: GPUDevice): Promise<MatrixKernels> {
    const module = device.createShaderModule({ label: 'matrix', code });
    const types = ['uniform', 'read-only-storage', 'read-only-storage', 'storage'] as const;
    const layout = device.createBindGroupLayout({
      label: 'matrix',
      entries: types.map((type, binding) => ({ binding, visibility: GPUShaderStage.COMPUTE, buffer: { type } })),
    });
    const pipelineLayout = device.createPipelineLayout({ label: 'matrix', bindGroupLayouts: [layout] });
    const pipelines = await Promise.all(
      entryPoints.map(async (entryPoint) => {
        const compute = { module, entryPoint };
        return [
          entryPoint,
          await device.createComputePipelineAsync({ label: entryPoint, layout: pipelineLayout, compute }),
        ] as const;
      }),
    );
    return new MatrixKernels(device, Object.fromEntries(pipelines) as MatrixKernels['pipelines'], layout);
  }

  prepare(entryPoint: Arithmetic, a: Matrix, b: Matrix, result: GPUBuffer, scale: number): Recorded {
    const settings = new ArrayBuffer(32);
    const steps = [a.rowStep, a.columnStep, b.rowStep, b.columnStep];
    new Uint32Array(settings).set([a.rows, b.columns, a.columns, ...steps]);
    new Float32Array(settings)[7] = scale;
    const uniform = this.device.createBuffer({
      ...{ label: entryPoint, size: 32, usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST },
    });
    this.device.queue.writeBuffer(uniform, 0, settings);
    this.#uniforms.push(uniform);
    const group = this.device.createBindGroup({
      label: entryPoint,
      layout: this.layout,
      entries: [uniform, a.buffer, b.buffer, result].map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const workgroups = Math.ceil((a.rows * b.columns) / WORKGROUP_SIZE);
    return (pass) => {
      pass.setPipeline(this.pipelines[entryPoint]);
      pass.setBindGroup(0, group);
      pass.dispatchWorkgroups(workgroups);
    };
  }

  destroy(): void {
    for (const uniform of this.#uniforms) uniform.destroy();
  }
}
