/** The names under which modules import this package, in folders where it is not installed: this very copy of it. */
import { register } from 'node:module';
import { pathToFileURL } from 'node:url';
import { distributedFile, importsOf } from './package.js';

export function ownNames(): Record<string, string> {
  return importsOf((file) => pathToFileURL(distributedFile(file)).href);
}

/** Makes Node know them. */
export function resolveOwnNames(): void {
  const hook = `const addresses = ${JSON.stringify(ownNames())};
    export const resolve = (name, context, next) => next(Object.hasOwn(addresses, name) ? addresses[name] : name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
