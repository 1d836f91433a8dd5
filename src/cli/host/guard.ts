import { DeviceLostError } from '../../errors.js';

const INTERVAL_MILLISECONDS = 5000;
/** The GPU hangs when so many intervals end none of its work. Intervals in which the thread itself was busy do not count. */
const INTERVALS = 24;

/** Does work on a device, and gives it up where the device is lost or ends none of its work for two minutes.
 *  @param onLife called when the device has answered */
export async function guard<Value>(device: GPUDevice, onLife: () => void, work: () => Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setInterval> | undefined;
  const lost = device.lost.then((loss): never => {
    throw lossError(loss);
  });
  const hung = new Promise<never>((_, reject) => {
    let intervals = 0;
    const ask = () =>
      device.queue.onSubmittedWorkDone().then(
        () => {
          intervals = 0;
          onLife();
        },
        // told by device.lost
        () => undefined,
      );
    timer = setInterval(() => {
      if (intervals === 0) ask();
      if (++intervals > INTERVALS)
        reject(new DeviceLostError(`the GPU ended no work for ${(INTERVALS * INTERVAL_MILLISECONDS) / 1000} s`));
    }, INTERVAL_MILLISECONDS);
  });
  try {
    return await Promise.race([work(), lost, hung]);
  } catch (error) {
    await tellLoss(device);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** After a failure: work may fail before the loss that made it fail is told. @throws {DeviceLostError} */
export async function tellLoss(device: GPUDevice): Promise<void> {
  const patience = new Promise<undefined>((resolve) => setTimeout(resolve, 200));
  const loss = await Promise.race([device.lost, patience]);
  if (loss) throw lossError(loss);
}

const lossError = ({ reason, message }: GPUDeviceLostInfo): Error =>
  new DeviceLostError(`the GPU device was lost (${reason}): ${message}`);
