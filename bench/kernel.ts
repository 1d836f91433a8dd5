/** Hand-written kernels over whole buffers: the shapes of the grid are free, the body is WGSL text. */
import { planGrid } from '../src/plan/grid.js';

export interface Shape {
  /** Elements of a load: one, or a vector of four. */
  readonly lanes: 1 | 4;
  readonly workgroupSize: number;
  /** Loads a thread, a workgroup apart. */
  readonly steps: number;
  readonly isUnrolled: boolean;
}

export interface KernelText {
  readonly label: string;
  readonly element: 'f32' | 'u32';
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Functions and constants of the module. They may use the aliases real, bits, ints, logic and the function barrier. */
  readonly declarations?: string;
  /** Reads `name[i]` of the inputs, assigns `name[i]` of the outputs. */
  readonly body: string;
  /** The body is of a whole workgroup, at `lane`: it handles the groups i, i + WORKGROUP … of each thread, STEPS in all. */
  readonly isWhole?: boolean;
}

export const formatShape = ({ lanes, workgroupSize, steps, isUnrolled }: Shape): string =>
  `${lanes === 4 ? 'vec4' : 'scalar'} × ${steps}${steps > 1 ? (isUnrolled ? ' unrolled' : ' loop') : ''}, ${workgroupSize} threads`;

export class Kernel {
  /** By the buffer they write, so that they go when it goes. */
  readonly #bindGroups = new WeakMap<GPUBuffer, GPUBindGroup>();
  readonly #params = new Map<number, GPUBuffer>();

  private constructor(
    private readonly device: GPUDevice,
    private readonly text: KernelText,
    private readonly shape: Shape,
    private readonly pipeline: GPUComputePipeline,
  ) {}

  /** @throws {GPUPipelineError} with the compiler's message */
  static async create(device: GPUDevice, text: KernelText, shape: Shape): Promise<Kernel> {
    const label = `${text.label}, ${formatShape(shape)}`;
    const module = device.createShaderModule({ label, code: textOf(text, shape) });
    const compute = { module, entryPoint: 'main' };
    return new Kernel(device, text, shape, await device.createComputePipelineAsync({ label, layout: 'auto', compute }));
  }

  /** Records one dispatch over `length` elements; a buffer holds whole groups of four. */
  encode(pass: GPUComputePassEncoder, buffers: Readonly<Record<string, GPUBuffer>>, length: number): void {
    const { lanes, workgroupSize, steps } = this.shape;
    const groups = Math.ceil(length / lanes);
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.#bindGroupOf(buffers, groups));
    const [width, height] = planGrid(Math.ceil(groups / (workgroupSize * steps)), this.device.limits);
    pass.dispatchWorkgroups(width, height);
  }

  destroy(): void {
    for (const params of this.#params.values()) params.destroy();
  }

  #bindGroupOf(buffers: Readonly<Record<string, GPUBuffer>>, groups: number): GPUBindGroup {
    const owner = buffers[this.text.outputs[0]!]!;
    let group = this.#bindGroups.get(owner);
    if (group) return group;
    const names = [...this.text.inputs, ...this.text.outputs];
    const entries = names.map((name, binding) => ({ binding, resource: { buffer: buffers[name]! } }));
    const params = { binding: names.length, resource: { buffer: this.#paramsOf(groups) } };
    const layout = this.pipeline.getBindGroupLayout(0);
    group = this.device.createBindGroup({ label: this.text.label, layout, entries: [...entries, params] });
    this.#bindGroups.set(owner, group);
    return group;
  }

  #paramsOf(groups: number): GPUBuffer {
    let params = this.#params.get(groups);
    if (params) return params;
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    params = this.device.createBuffer({ label: 'bench parameters', size: 16, usage: UNIFORM | COPY_DST });
    this.device.queue.writeBuffer(params, 0, Uint32Array.of(groups, 0, 0, 0));
    this.#params.set(groups, params);
    return params;
  }
}

function textOf({ element, inputs, outputs, declarations = '', body, isWhole }: KernelText, shape: Shape): string {
  const { lanes, workgroupSize, steps, isUnrolled } = shape;
  const typed = (scalar: string) => (lanes === 4 ? `vec4<${scalar}>` : scalar);
  const step = 'if (i >= params.count) { return; } group(i); i += WORKGROUP;';
  const each = isUnrolled
    ? Array(steps).fill(step).join('\n  ')
    : `for (var step = 0u; step < STEPS; step++) { ${step} }`;
  return `
alias real = ${typed(element)};
alias bits = ${typed('u32')};
alias ints = ${typed('i32')};
alias logic = ${typed('bool')};
${inputs.map((name, i) => `@group(0) @binding(${i}) var<storage, read> ${name}: array<real>;`).join('\n')}
${outputs.map((name, i) => `@group(0) @binding(${inputs.length + i}) var<storage, read_write> ${name}: array<real>;`).join('\n')}
struct Params { count: u32, zero: u32 }
@group(0) @binding(${inputs.length + outputs.length}) var<uniform> params: Params;
const WORKGROUP = ${workgroupSize}u;
const STEPS = ${steps}u;
fn barrier(value: real) -> real { return bitcast<real>(bitcast<bits>(value) ^ bits(params.zero)); }
${declarations}
${isWhole ? '' : `fn group(i: u32) { ${body} }`}
@compute @workgroup_size(${workgroupSize})
fn main(@builtin(workgroup_id) id: vec3<u32>, @builtin(num_workgroups) counts: vec3<u32>,
        @builtin(local_invocation_index) lane: u32) {
  let first = (id.y * counts.x + id.x) * WORKGROUP * STEPS;
  var i = first + lane;
  ${isWhole ? `if (first >= params.count) { return; } ${body}` : each}
}`;
}
