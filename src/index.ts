/**
 * GPU-accelerated activation functions on WebGPU: forward and backward passes over float32 arrays and buffers.
 * @packageDocumentation
 */
export {
  Activations,
  type BackwardArrays,
  type BackwardResult,
  type BackwardTensors,
  type CreateOptions,
  createActivations,
  type ForwardArrays,
  type ForwardTensors,
  type GPUTensor,
  type Options,
  type RunOptions,
} from './activations.js';
export {
  type ActivationName,
  catalogue,
  type Definition,
  type Parameter,
  type ParameterName,
  type Parameters,
  type Row,
  resolveActivation,
  resolveParameters,
} from './catalogue.js';
export { DeviceLostError, ShaderCompileError, WebGPUUnavailableError } from './errors.js';
