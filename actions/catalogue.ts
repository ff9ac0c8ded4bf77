import type { Description } from './action.ts';
import * as every from './every.ts';

/** What the language, the planner and the clients know of the actions, in the order of their names. */
export const catalogue: readonly Description[] = Object.values(every);
