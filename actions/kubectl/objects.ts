import { z } from 'zod';

/** An object of a cluster, as JSON. What is not named here is kept as it is. */
const objectShape = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string().default(''),
    namespace: z.string().optional(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
});

export type KubeObject = z.output<typeof objectShape>;

const listShape = z.looseObject({ kind: z.literal('List'), items: z.array(z.unknown()) });

/** The objects that kubectl wrote with `--output=json`: none, one, a list, or one after the other. */
export function objectsIn(text: string): KubeObject[] {
  // It indents them, so a brace alone at the beginning of a line ends one.
  return text
    .split(/(?<=^\})\n?(?=\{)/m)
    .filter((one) => one.trim() !== '')
    .flatMap((one) => {
      const value: unknown = JSON.parse(one);
      const list = listShape.safeParse(value);
      return (list.success ? list.data.items : [value]).map((item) => objectShape.parse(item));
    });
}

/** Objects as kubectl reads them. */
export const asList = (items: readonly KubeObject[]): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** `Deployment shop/web`. */
export const titleOf = ({ kind, metadata: { namespace, name } }: KubeObject): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Which object it is, whatever version of its kind it is written in. */
export const identityOf = (object: KubeObject): string =>
  `${object.apiVersion.replace(/\/?[^/]*$/, '')} ${titleOf(object)}`;
