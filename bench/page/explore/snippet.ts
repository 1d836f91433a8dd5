/** Calls to paste. */
import { sampleGradients, sampleLearned } from '../../../src/check/truth.js';
import { optionsOf } from '../../../src/definition.js';
import { type FormFacts, forms, usualForm } from '../../../src/forms.js';
import { type ActivationName, resolveActivation } from '../../../src/index.js';
import { valuesOf } from './state.js';

/** The calls with the parameters that are set, ready to paste. */
export function snippetOf(names: readonly ActivationName[]): string {
  return `import { createActivations } from 'webgpu-activations';

const gpu = await createActivations();
${names.map((name) => `{\n${callOf(name).replace(/^/gm, '  ')}\n}`).join('\n')}`.replace(
    // one call needs no block
    names.length === 1 ? /\{\n {2}(const[\s\S]*)\n\}$/ : /$^/,
    (_, call: string) => call.replaceAll('\n  ', '\n'),
  );
}

function callOf(name: ActivationName): string {
  const row = resolveActivation(name);
  const { sources, gradients, results: outputs = ['y'], options: layout }: FormFacts = forms[usualForm(row)];
  const values = valuesOf(name);
  const given = optionsOf(row).map((key) => `${key}: ${Number(values[key]!.toPrecision(7))}`);
  if (layout.includes('columns')) given.push('columns: 1000');
  const options = given.length ? `, { ${given.join(', ')} }` : '';
  const learned = Object.keys(sampleLearned(row));
  const tensors = [...sources, ...learned].join(', ');
  const results = [...gradients, ...sampleGradients(row)].join(', ');
  const constants = learned.map((tensor) => `const ${tensor} = Float32Array.of(${values[tensor]});\n`).join('');
  return `${constants}const { ${outputs[0]} } = await gpu.forward('${name}', { ${tensors} }${options});
const { ${results} } = await gpu.backward('${name}', { ${tensors}, dy }${options});`;
}
