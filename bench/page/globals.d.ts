/** What the build knows: the commit or version, and the versions that opponents do not tell themselves. */
declare const REVISION: string;
declare const PACKAGE_VERSION: string;
declare const VERSIONS: Readonly<Record<'jax' | 'onnx' | 'litert' | 'torch', string>>;
declare const LINKS: { readonly source: string; readonly docs: string; readonly issues: string };
