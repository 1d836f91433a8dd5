/** Passes of this library among the kernels of tfjs's WebGPU backend: in its order, its compute pass and its buffers. */
import { env, type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { Definition } from '../definition.js';
import { Engine } from '../engine.js';
import type { Direction } from '../forms.js';

interface TensorData {
  readonly dtype: string;
  readonly resource?: unknown;
  values: unknown;
}

/** Of tfjs's backend what its own kernels use; half of it is declared private there. */
export interface WebGPUBackend extends KernelBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(dataId: object): TensorData };
  makeTensorInfo(shape: number[], dtype: 'float32'): TensorInfo;
  uploadToGPU(dataId: object): void;
  shouldExecuteOnCPU(inputs: TensorInfo[]): boolean;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
  getQueryTime(): Promise<number>;
  readonly commandEncoder: GPUCommandEncoder;
  computePassEncoder: GPUComputePassEncoder | null;
  readonly commandQueueOwnedIds: WeakSet<object>;
  dispatchCountInPass: number;
  readonly activeTimers: { name: string; query: Promise<number> }[] | null | undefined;
  readonly supportTimestampQuery: boolean;
  querySet: GPUQuerySet | null;
  readonly querySetCount: number;
}

const engines = new WeakMap<GPUDevice, Engine>();

function engineOf(device: GPUDevice): Engine {
  let engine = engines.get(device);
  if (!engine) {
    const features = (globalThis.navigator as Navigator | undefined)?.gpu?.wgslLanguageFeatures;
    engine = new Engine([device, false, features, undefined], (definition) => definition as Definition);
    engines.set(device, engine);
  }
  return engine;
}

/** Whether tensors are float32 and lie, or will lie, in buffers. */
export const areFloats = ({ tensorMap }: WebGPUBackend, tensors: readonly TensorInfo[]): boolean =>
  tensors.every(({ dtype, dataId }) => {
    const data = tensorMap.get(dataId);
    return dtype === 'float32' && data.dtype === dtype && (!data.resource || data.resource instanceof GPUBuffer);
  });

/** One pass of an activation: which, and its tensors by the names of an encode call. */
export interface Pass {
  readonly definition: Definition;
  readonly direction: Direction;
  /** x or y first: the tensor whose elements are counted. */
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly output: string;
  readonly options: object;
}

/** Records a pass where the backend records its own; unless `result` is given (it may be an input), into a new tensor. */
export function run(
  backend: WebGPUBackend,
  { definition, direction, inputs, output, options }: Pass,
  result: TensorInfo | readonly number[],
): TensorInfo {
  const into = 'dataId' in result ? result : backend.makeTensorInfo([...result], 'float32');
  const length = util.sizeFromShape(Object.values(inputs)[0]!.shape);
  if (length === 0) {
    backend.tensorMap.get(into.dataId).values = new Float32Array(0);
    return into;
  }
  const tensors = Object.entries({ ...inputs, [output]: into });
  // may end the backend's pass, to copy
  for (const [, { dataId }] of tensors) backend.uploadToGPU(dataId);
  // pipelines are to be compiled and nothing is to run: these compile when they first run
  if (env().getBool('WEBGPU_ENGINE_COMPILE_ONLY')) return into;
  const buffers = tensors.map(([name, { dataId }]) => [name, backend.tensorMap.get(dataId).resource]);
  record(backend, `${definition.name}.${direction}`, (pass) => {
    const given = { ...Object.fromEntries(buffers), length };
    const engine = engineOf(backend.device);
    if (direction === 'forward') engine.encodeForward(pass, definition, given, options);
    else engine.encodeBackward(pass, definition, given, options);
  });
  // their buffers are not given to other tensors before what was recorded is submitted
  for (const [, { dataId }] of tensors) backend.commandQueueOwnedIds.add(dataId);
  return into;
}

/**
 * As the backend records its own dispatches: many in a pass, a pass of its own for each that `tf.time` or `tf.profile` measures.
 * Their pipeline and bind group are set before each, so that nothing is left behind for them.
 */
function record(backend: WebGPUBackend, name: string, encode: (pass: GPUComputePassEncoder) => void): void {
  backend.ensureCommandEncoderReady();
  const { activeTimers: timers } = backend;
  if (timers && backend.supportTimestampQuery) {
    backend.endComputePassEncoder();
    backend.querySet ??= backend.device.createQuerySet({ type: 'timestamp', count: backend.querySetCount });
    const timestampWrites = { querySet: backend.querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 };
    backend.computePassEncoder = backend.commandEncoder.beginComputePass({ timestampWrites });
  } else backend.computePassEncoder ??= backend.commandEncoder.beginComputePass();
  encode(backend.computePassEncoder);
  backend.dispatchCountInPass++;
  if (timers) {
    backend.endComputePassEncoder();
    timers.push({ name, query: backend.getQueryTime() });
  } else if (backend.dispatchCountInPass >= env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
}
