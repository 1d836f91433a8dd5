/** The package's main file is CommonJS in an ES module package and fails in Node; its module build has no types of its own. */
declare module 'wgsl_reflect/wgsl_reflect.module.js' {
  export * from 'wgsl_reflect';
}
