/** webgpu-torch: a kernel a function, and one for its gradient. */
import * as torch from 'webgpu-torch';
import type { Peer, PeerSetup, Prepared } from './peer.js';

const NAMES = ['sigmoid', 'tanh', 'relu', 'silu'];

/** It starts a workgroup for every eight elements, and does not look whether a dispatch may have so many: longer tensors stay 0. */
const LARGEST_PIECE = 8 * 65535;

export const createTorch = ({ versions }: PeerSetup): Peer => ({
  name: 'webgpu-torch',
  version: versions.torch,
  isOnGpu: true,
  async open() {
    if (!(await torch.initWebGPUAsync())) throw new Error('webgpu-torch: expected a WebGPU device, got none');
  },
  supports: ({ definition }) => NAMES.includes(definition.name),
  async prepare({ definition, pass, length, writes }, { x, dy }, sets): Promise<Prepared> {
    const kernel = `${definition.name}${pass === 'backward' ? 'Grad' : ''}`;
    const size = Math.ceil(length / Math.ceil(length / LARGEST_PIECE));
    const starts = Array.from({ length: Math.ceil(length / size) }, (_, piece) => piece * size);
    const tensors = Array.from({ length: sets }, () =>
      starts.map((start) => [x!, ...(dy ? [dy] : [])].map((array) => tensorOf(array.subarray(start, start + size)))),
    );
    const { gpuDevice } = tensors[0]![0]![0]!.device as unknown as { readonly gpuDevice: GPUDevice };
    let next = 0;
    let latest: torch.Tensor[] = [];
    return {
      run() {
        for (const { storage } of latest) storage.destroy();
        // what its operations and their gradients call
        latest = tensors[next++ % sets]!.map(
          ([input, ...others]) =>
            input!.runKernel(kernel, { dtype: 'float32' }, { size: input!.shape[0]! }, [input!.shape], ...others)[0]!,
        );
      },
      finish: () => gpuDevice.queue.onSubmittedWorkDone(),
      async read() {
        const result = new Float32Array(length);
        for (const [piece, { storage }] of latest.entries()) {
          await storage.mapReadAsync();
          result.set(storage.getTypedArray('float32'), starts[piece]);
        }
        return { [writes[0]!]: result };
      },
      dispose() {
        for (const { storage } of [...tensors.flat(2), ...latest]) storage.destroy();
      },
    };
  },
});

function tensorOf(elements: Float32Array): torch.Tensor {
  const tensor = torch.zeros([elements.length]);
  tensor.storage.getTypedArray('float32').set(elements);
  tensor.storage.unmap();
  return tensor;
}
