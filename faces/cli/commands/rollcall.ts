import { type ActorOptions, withActor } from '../actor.ts';
import { propose } from '../propose.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly present?: true };

/** Asks all whether they are there, or says so. Which gates too few are there for stands in watch and status. */
export const rollcall: Verb<Options> = {
  shape(command) {
    withActor(command.argument('[run]', 'run or runbook')).option('--present', 'you are there');
  },
  run(cli, [run], { present, ...actor }) {
    const set = present ? ({ present: true } as const) : ({ rollcall: true } as const);
    const reason = actor.reason ?? (present ? 'present' : 'roll call');
    return propose(cli, { run, change: () => ({ on: 'record', set }) }, { ...actor, reason });
  },
};
