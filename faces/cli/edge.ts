import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Channel } from '../../core/names.ts';
import { printable } from '../../core/printable.ts';
import type { Roster } from '../../core/roster.ts';
import { keyOf } from '../../core/vouch.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { fileSigner } from '../../people/signer.ts';
import type { Cli } from './cli.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { tell } from './show.ts';

/** The key of an edge. @throws CliFailure where the roster does not let it vouch over that channel. */
export async function edgeKey(file: string, roster: Roster, channel: Channel): Promise<Sign> {
  const signer = fileSigner(await readPrivateKey(file));
  const holder = keyOf(roster, signer.keyId)?.holder;
  if (holder?.kind === 'edge' && holder.channels.includes(channel))
    return async (bytes) => ({ keyId: signer.keyId, signature: await signer.sign(bytes) });
  throw new CliFailure(
    `The key ${file} (${signer.keyId}) is no edge of the roster ${roster.name} for the channel ${channel}.`,
    {
      exitCode: exit.notAllowed,
      hint: `In the roster: edges: { NAME: { key: <its public line>, channels: [${channel}] } }`,
    },
  );
}

/** The runs for a program that stays: what does not work is told once, and a service that is gone is sought again. */
export async function keptRuns(
  cli: Cli,
): Promise<{ readonly runs: () => Runs; readonly onProblem: (problem: unknown) => Promise<void> }> {
  let runs = await cli.runs();
  let last = '';
  let seeking: Promise<void> | undefined;
  const say = (problem: unknown) => {
    const words = printable(problem instanceof Error ? problem.message : String(problem));
    if (words !== last) tell(cli, words);
    last = words;
  };
  const seek = async () => {
    runs = await cli.reconnect().catch((failure: unknown) => (say(failure), runs));
  };
  const onProblem = async (problem: unknown) => {
    say(problem);
    if (!(problem instanceof ClientFailure) || problem.code !== 'unreachable') return;
    await (seeking ??= seek().finally(() => (seeking = undefined)));
  };
  return { runs: () => runs, onProblem };
}
