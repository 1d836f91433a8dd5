/** GPUBufferUsage and GPUMapMode as the specification numbers them: no global is needed, so any GPUDevice will do. */
export const Usage = { MAP_READ: 0x1, COPY_SRC: 0x4, COPY_DST: 0x8, UNIFORM: 0x40, STORAGE: 0x80 } as const;
export const MAP_READ = 0x1;
