import { defineConfig } from 'vite';

export default defineConfig({
  // it finds its WebAssembly beside itself, so it must stay where it is
  optimizeDeps: { exclude: ['onnxruntime-web'] },
});
