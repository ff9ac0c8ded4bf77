import type { HeldClaim } from '../../../contract/claims.ts';
import { type ActorOptions, actorOf, withActor } from '../actor.ts';
import type { Cli } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../live/safe.ts';
import { show } from '../show.ts';
import type { Verb } from '../verb.ts';

/** Shows which run holds which systems; `break RUN` takes away what a terminated run still holds. */
export const claim: Verb<ActorOptions> = {
  shape(command) {
    withActor(command.argument('[what]', 'list or break', 'list').argument('[run]', 'the run that holds it'));
  },
  run: (cli, [what, run], options) => {
    if (what === 'list') return listClaims(cli);
    if (what === 'break' && run !== undefined) return breakClaim(cli, run, options);
    throw new CliFailure('It is `muster claim list` or `muster claim break RUN`.');
  },
};

async function listClaims(cli: Cli): Promise<ExitCode> {
  const held = await (await cli.runs()).claims();
  const line = ({ system, site, holder }: HeldClaim) =>
    `${system} at ${site}  held by ${holder.run} (${holder.mode}, started by ${holder.by})`;
  show(cli, { format: 1, claims: held }, () =>
    held.length === 0 ? 'No run holds anything.' : safe(held.map(line)).join('\n'),
  );
  return exit.ok;
}

async function breakClaim(cli: Cli, run: string, options: ActorOptions): Promise<ExitCode> {
  const { by, reason } = await actorOf(cli, options);
  const count = await (await cli.runs()).breakClaims({ run, by, reason });
  show(
    cli,
    { format: 1, run, broken: count },
    () =>
      `${count} claims of ${safe(run)} are broken. Its commands may still run: look at its step directories.`,
  );
  return exit.ok;
}
