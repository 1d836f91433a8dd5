/** Records the products, differences and steps of matrix.wgsl. */
import code from './matrix.wgsl?raw';

/** A matrix in a buffer, and how far its neighbours along each axis are apart. */
export interface Matrix {
  readonly buffer: GPUBuffer;
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
}

export const matrixOf = (buffer: GPUBuffer, rows: number, columns: number): Matrix => ({
  ...{ buffer, rows, columns, rowStep: columns, columnStep: 1 },
});

export const transposed = ({ buffer, rows, columns, rowStep, columnStep }: Matrix): Matrix => ({
  ...{ buffer, rows: columns, columns: rows, rowStep: columnStep, columnStep: rowStep },
});

const entryPoints = ['multiply', 'subtract', 'descend'] as const;
type EntryPoint = (typeof entryPoints)[number];

export type Recorded = (pass: GPUComputePassEncoder) => void;

const WORKGROUP_SIZE = 64;

export class MatrixKernels {
  readonly #uniforms: GPUBuffer[] = [];

  private constructor(
    private readonly device: GPUDevice,
    private readonly pipelines: Readonly<Record<EntryPoint, GPUComputePipeline>>,
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

  /** result = a · b */
  multiply(a: Matrix, b: Matrix, result: GPUBuffer): Recorded {
    return this.#prepare('multiply', [a, b], result, 1);
  }

  /** result = (a − b) · scale */
  subtract(a: Matrix, b: Matrix, scale: number, result: GPUBuffer): Recorded {
    return this.#prepare('subtract', [a, b], result, scale);
  }

  /** result −= gradient · rate */
  descend(gradient: Matrix, rate: number, result: GPUBuffer): Recorded {
    return this.#prepare('descend', [gradient, gradient], result, rate);
  }

  #prepare(entryPoint: EntryPoint, [a, b]: readonly [Matrix, Matrix], result: GPUBuffer, scale: number): Recorded {
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
