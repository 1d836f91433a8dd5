// For typedoc: a constant's type is told by its docstring; the members of its object are data, a row each, and are left out.
import { Converter, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const { id } of project.getReflectionsByKind(ReflectionKind.Variable)) {
      /** @type {(each: import('typedoc').Reflection | undefined) => boolean} */
      const isBelow = (each) => each !== undefined && (each.id === id || isBelow(each.parent));
      for (const member of project.getReflectionsByKind(ReflectionKind.Property))
        if (isBelow(member)) project.removeReflection(member);
    }
  });
}
