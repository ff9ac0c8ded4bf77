import { ClientFailure } from '../../client/failure.ts';
import type { Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Channel } from '../../core/names.ts';
import { printable } from '../../core/printable.ts';
import type { KeyId, Roster } from '../../core/roster.ts';
import { type KeyHolder, keyOf } from '../../core/vouch.ts';
import { readPrivateKey } from '../../people/private-key.ts';
import { publicLine } from '../../people/public-key.ts';
import { fileSigner } from '../../people/signer.ts';
import type { Cli } from './cli.ts';
import { exit } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { tell } from './show.ts';

/** An edge: its key, and the roster that is to know it. */
interface EdgeKey {
  /** Files of the key and the roster. */
  readonly key: string;
  readonly file: string;
  readonly roster: Roster;
  readonly channel: Channel;
  /** What it may be called in the roster. */
  readonly name: string;
}

/** The key of an edge. @throws CliFailure where the roster does not let it vouch over that channel. */
export async function edgeKey(edge: EdgeKey): Promise<Sign> {
  const { key, roster, channel } = edge;
  const read = await readPrivateKey(key);
  const signer = fileSigner(read);
  const holder = keyOf(roster, signer.keyId)?.holder;
  if (holder?.kind === 'edge' && holder.channels.includes(channel))
    return async (bytes) => ({ keyId: signer.keyId, signature: await signer.sign(bytes) });
  throw new CliFailure(notThere(edge, signer.keyId, holder), {
    exitCode: exit.notAllowed,
    hint: mend(edge, publicLine(read.publicKey, edge.name), holder),
  });
}

function notThere({ key, roster, channel }: EdgeKey, id: KeyId, holder: KeyHolder | undefined): string {
  const ours = `the key of this edge, ${key} (${id})`;
  switch (holder?.kind) {
    case undefined:
      return `The roster ${roster.name} does not know ${ours}.`;
    case 'edge':
      return `The roster ${roster.name} knows ${ours}, as that of the edge ${holder.edge} for ${holder.channels.join(', ')}, and not for ${channel}.`;
    case 'person':
      return `The roster ${roster.name} knows ${ours}, as that of ${holder.person}: a person's key cannot vouch for others.`;
    case 'sealed':
      return `The roster ${roster.name} knows ${ours}, as the sealed one of break-glass: it can do nothing else.`;
  }
}

function mend({ file, channel, name }: EdgeKey, line: string, holder: KeyHolder | undefined): string {
  const after = `Then sign the roster again, if it was signed (muster roster sign ${file} --key KEY), and start again.`;
  if (holder?.kind === 'edge') {
    const channels = [...holder.channels, channel].join(', ');
    return `In ${file}, under edges:\n    ${holder.edge}: { …, channels: [${channels}] }\n  ${after}`;
  }
  if (holder) return `Give this edge a key of its own: muster key new FILE`;
  return `In ${file}, under edges:\n    ${name}: { key: ${line}, channels: [${channel}] }\n  ${after}`;
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
