import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ClientFailure } from '../../../client/failure.ts';
import type { Sign } from '../../../client/service.ts';
import { printable } from '../../../core/printable.ts';
import type { Roster } from '../../../core/roster.ts';
import { keyOf } from '../../../core/vouch.ts';
import { edgeConfig } from '../../../local/edges.ts';
import { ensureHome, musterHome } from '../../../local/home.ts';
import { withLock } from '../../../local/lock.ts';
import { readPrivateKey } from '../../../people/private-key.ts';
import { fileSigner } from '../../../people/signer.ts';
import { type Config, ConfigFailure, readConfig } from '../../chatops/config.ts';
import { startChatops } from '../../chatops/start-chatops.ts';
import type { Cli } from '../cli.ts';
import { exit } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { readText } from '../read-file.ts';
import { rosterGiven } from '../roster-given.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

export const chatops: Verb<{ readonly config?: string }> = {
  shape(command) {
    command
      .option('--config <file>', 'how the chat is reached (default: chatops.yaml in the state directory)')
      .addHelpText(
        'after',
        '\nIt stays until Ctrl-C. Runs go on without it; what it did not tell is told afterwards.' +
          '\nWhere chatops.yaml lies in the state directory, the service of this machine keeps it up.',
      );
  },
  async run(cli, _args, { config: file = edgeConfig(musterHome(), 'chatops') }) {
    const config = await configOf(cli, file);
    const { roster } = (await rosterGiven(cli, { roster: config.roster }))!;
    const sign = await edgeKey(config, roster);
    const directory = config.state ?? join(ensureHome(), 'chatops', `${config.team}-${config.channel}`);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const stopped = new Promise<void>((resolve) => void cli.terminal.onInterrupt(resolve));
    const waits = () =>
      tell(cli, `Another muster chatops works in ${directory}; this one waits for its end.`);
    await withLock(
      join(directory, 'lock'),
      () => joinChat(cli, { config, roster, sign, directory }, stopped),
      waits,
    );
    return exit.ok;
  },
};

type Joined = { config: Config; roster: Roster; sign: Sign; directory: string };

async function joinChat(cli: Cli, joined: Joined, stopped: Promise<void>): Promise<void> {
  let runs = await cli.runs();
  let last = '';
  const say = (problem: unknown) => {
    const words = printable(problem instanceof Error ? problem.message : String(problem));
    if (words !== last) tell(cli, words);
    last = words;
  };
  const onProblem = async (problem: unknown) => {
    say(problem);
    if (!(problem instanceof ClientFailure) || problem.code !== 'unreachable') return;
    runs = await cli.reconnect().catch((failure: unknown) => (say(failure), runs));
  };
  const { config } = joined;
  const chat = await startChatops({ ...joined, runs: () => runs, onProblem });
  const where = config.mode === 'http' ? `http://${config.host}:${chat.port}/slack` : 'Socket Mode';
  tell(cli, `The runs are joined to ${config.channel} by ${where}. Ctrl-C ends it.`);
  await stopped;
  await chat.close();
}

async function configOf(cli: Cli, file: string): Promise<Config> {
  try {
    return readConfig(await readText(file), { env: cli.env, directory: dirname(file) });
  } catch (failure) {
    if (failure instanceof ConfigFailure)
      throw new CliFailure(`${file}: ${failure.message}`, { cause: failure });
    throw failure;
  }
}

/** The key of this edge. @throws CliFailure where the roster does not let it vouch in the chat. */
async function edgeKey(config: Config, roster: Roster): Promise<Sign> {
  const signer = fileSigner(await readPrivateKey(config.key));
  const holder = keyOf(roster, signer.keyId)?.holder;
  if (holder?.kind === 'edge' && holder.channels.includes('chat'))
    return async (bytes) => ({ keyId: signer.keyId, signature: await signer.sign(bytes) });
  throw new CliFailure(
    `The key ${config.key} (${signer.keyId}) is no edge of the roster ${roster.name} for the chat.`,
    {
      exitCode: exit.notAllowed,
      hint: 'In the roster: edges: { slack: { key: <its public line>, channels: [chat] } }',
    },
  );
}
