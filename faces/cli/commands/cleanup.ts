import { ClientFailure } from '../../../client/failure.ts';
import type { Runs } from '../../../client/runs.ts';
import type { RunView } from '../../../core/view.ts';
import { withActor } from '../actor.ts';
import { withFollow } from '../follow.ts';
import { hasEnded } from '../live/words.ts';
import { withRoster } from '../roster-given.ts';
import { startCleanup, type StartCleanupOptions } from '../start-cleanup.ts';
import type { Verb } from '../verb.ts';
import { vote, type VoteOptions } from '../vote.ts';

type Options = VoteOptions & StartCleanupOptions & { readonly keep?: true };

/** Answers a run that asks whether to clean up; of a run that is over it asks people to delete what it set aside. */
export const cleanup: Verb<Options> = {
  shape(command) {
    withActor(withFollow(withRoster(command.argument('[run]', 'run or runbook'))))
      .option('--keep', 'leave everything where it is; the run ends')
      .option('--confirm <name>', "the run's id, instead of typing it")
      .option('--detach', 'start it and do not watch')
      .addHelpText(
        'after',
        '\nOf a run that is over it shows what that has set aside on this host, and starts a run that deletes it when two people agree.',
      );
  },
  async run(cli, [named], options) {
    const over = named === undefined ? undefined : await runThatIsOver(await cli.runs(), named);
    if (over === undefined || options.keep) {
      const choices = [options.keep ? 'keep' : 'clean-up'];
      return vote(cli, { named: undefined, run: named, choices }, options);
    }
    return startCleanup(cli, over, options);
  },
};

/** Undefined where it is open. What no service knows any more is over, too: its directories outlive its history. */
async function runThatIsOver(runs: Runs, named: string): Promise<string | undefined> {
  const view = await runs.view(named).catch((failure: unknown): RunView | undefined => {
    if (failure instanceof ClientFailure && failure.code === 'not-found') return undefined;
    throw failure;
  });
  if (!view) return named;
  return hasEnded(view) ? view.run : undefined;
}
