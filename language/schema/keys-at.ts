import type { z } from 'zod';
import type { DocumentPath } from '../problem.ts';

/** The keys that a map may have at a path below a schema; none where there is no closed map. */
export const keysAt = (schema: z.core.$ZodType, path: DocumentPath): readonly string[] =>
  path
    .reduce<z.core.$ZodType[]>((all, part) => all.flatMap((one) => below(one, part)), shapes(schema))
    .flatMap((one) => Object.keys((one as z.core.$ZodObject)._zod.def.shape ?? {}));

function below(schema: z.core.$ZodType, part: string | number): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'array') return shapes(def.element);
  if (def.type === 'record') return shapes(def.valueType);
  const inner = def.type === 'object' ? def.shape[part] : undefined;
  return inner ? shapes(inner) : [];
}

/** What stands behind defaults, options and transforms: a union gives several. */
function shapes(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  if (def.type === 'union') return def.options.flatMap(shapes);
  if (def.type === 'pipe') return shapes(def.in);
  return 'innerType' in def ? shapes(def.innerType as z.core.$ZodType) : [schema];
}
