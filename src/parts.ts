/**
 * Kernels that some calls need and others do not. `webgpu-activations` has them all; on a page of `core` they are what
 * createActivations is given, and what an activation brings because it is nothing without it.
 */
import { type Definition, registerDefinition } from './definition.js';
import { checkOptionNames } from './options.js';
import type { channels } from './plan/channels.js';
import type { gates } from './plan/gates.js';
import type { halfPrecision } from './plan/half_precision.js';

/** What `createActivations` of `webgpu-activations/core` may be given; each is an export of the same. */
export interface Parts {
  /** A bias, and learned parameters with their gradients. */
  readonly channels?: typeof channels;
  /** Any activation of elements as a gate. */
  readonly gates?: typeof gates;
  /** The dtypes f16 and bf16. */
  readonly halfPrecision?: typeof halfPrecision;
}

/**
 * What gives a definition those parts besides its own, each definition one object.
 * @throws {TypeError} for parts of no known name
 */
export function completing(parts: Parts): (definition: Definition) => Definition {
  checkOptionNames('createActivations', parts, ['channels', 'gates', 'halfPrecision'], 'parts');
  const completed = new WeakMap<Definition, Definition>();
  return (definition) => {
    let whole = completed.get(definition);
    if (!whole) {
      whole = registerDefinition({ ...definition, parts: { ...definition.parts, ...parts } });
      completed.set(definition, whole);
      completed.set(whole, whole);
    }
    return whole;
  };
}
