import { askAgain } from './ask-again.ts';
import { dataConverter } from './data-converter.ts';

/** What every client of Muster's workflows needs, beside its connection. */
export const clientOptions = { dataConverter, interceptors: { workflow: [askAgain] } };
