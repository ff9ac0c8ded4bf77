import { askAgain } from './ask-again.ts';
import { dataConverterWith } from './data-converter.ts';
import type { PayloadKeys } from './payload-keys.ts';

/** What every client of Muster's workflows needs, beside its connection. */
export const clientOptions = (namespace: string, keys?: PayloadKeys) => ({
  namespace,
  dataConverter: dataConverterWith(keys, namespace),
  interceptors: { workflow: [askAgain] },
});
