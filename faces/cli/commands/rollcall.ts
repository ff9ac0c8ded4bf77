import { type ActorOptions, withActor } from '../actor.ts';
import { safe } from '../live/safe.ts';
import { propose } from '../propose.ts';
import { shortWords } from '../rollcall-words.ts';
import { runMeant } from '../runs-meant.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly present?: true };

/** Asks all whether they are there, or says so; then says for which gates ahead too few are. */
export const rollcall: Verb<Options> = {
  shape(command) {
    withActor(command.argument('[run]', 'run or runbook')).option('--present', 'you are there');
  },
  async run(cli, [run], { present, ...actor }) {
    const set = present ? ({ present: true } as const) : ({ rollcall: true } as const);
    const reason = actor.reason ?? (present ? 'present' : 'roll call');
    const runs = await cli.runs();
    const { run: id } = await runMeant(runs, run);
    const code = await propose(cli, { run: id, change: () => ({ on: 'record', set }) }, { ...actor, reason });
    for (const words of shortWords(safe(await runs.view(id)))) tell(cli, `TOO FEW PEOPLE  ${words}`);
    return code;
  },
};
