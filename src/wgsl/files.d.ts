declare module '*.wgsl' {
  const file: import('./file.js').WgslFile;
  export default file;
}
