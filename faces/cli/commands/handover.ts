import type { Change } from '../../../core/change.ts';
import { type ActorOptions, withActor } from '../actor.ts';
import { CliFailure } from '../failure.ts';
import { propose } from '../propose.ts';
import type { Verb } from '../verb.ts';

type Options = ActorOptions & { readonly to?: string; readonly accept?: true };

/** Hands the command over: the commander offers it, the other accepts. */
export const handover: Verb<Options> = {
  shape(command) {
    withActor(command.argument('[run]', 'run or runbook'))
      .option('--to <person>', 'who shall command')
      .option('--accept', 'accept the command that was offered to you');
  },
  run(cli, [run], { to, accept, ...actor }) {
    if ((to === undefined) === (accept === undefined))
      throw new CliFailure('Say --to PERSON to offer the command, or --accept to take it.');
    const set: Extract<Change, { on: 'record' }>['set'] =
      to === undefined ? { command: 'accept' } : { commander: to };
    return propose(cli, { run, change: () => ({ on: 'record', set }) }, actor);
  },
};
