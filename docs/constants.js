// For typedoc: a constant's type is told by its docstring; the members of its object are data, a row each, and are left out.
import { Converter, ReflectionKind } from 'typedoc';

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of project.getReflectionsByKind(ReflectionKind.Variable)) {
      const { type } = /** @type {import('typedoc').DeclarationReflection} */ (reflection);
      if (type?.type !== 'reflection') continue;
      for (const member of [...(type.declaration.children ?? [])]) project.removeReflection(member);
    }
  });
}
