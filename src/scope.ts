/** Runs `work` and rejects with the device's validation or out-of-memory error if it caused one. */
export async function scoped<T>(device: GPUDevice, where: string, work: () => T): Promise<T> {
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  let result: T;
  let scopes: Promise<GPUError | null>[];
  try {
    result = work();
  } finally {
    // popped before any other call can push: device-wide scopes must nest
    scopes = [device.popErrorScope(), device.popErrorScope()];
    // a lost device rejects them, also where work() threw and nobody waits
    for (const scope of scopes) scope.catch(() => undefined);
  }
  const error = (await Promise.all(scopes)).find((found) => found !== null);
  if (error) throw new Error(`${where}: expected the GPU to accept the work, got: ${error.message}`);
  return result;
}
