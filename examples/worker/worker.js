import { createActivations, dynamic } from 'webgpu-activations';

// one device for all messages
const opened = createActivations();

self.onmessage = async ({ data: { name, x, dy } }) => {
  try {
    // the name is known only now
    const gpu = dynamic(await opened);
    const { y } = await gpu.forward(name, { x });
    const { dx } = await gpu.backward(name, { x, dy });
    self.postMessage({ y, dx }, [y.buffer, dx.buffer]);
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};
