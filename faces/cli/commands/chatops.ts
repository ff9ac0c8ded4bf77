import { dirname, join } from 'node:path';
import type { Sign } from '../../../client/service.ts';
import { edgeConfig } from '../../../local/edges.ts';
import { ensureHome, musterHome } from '../../../local/home.ts';
import { type Config, readConfig } from '../../chatops/config.ts';
import { startChatops } from '../../chatops/start-chatops.ts';
import { readUnproposed, unproposedFile } from '../../hooks/unproposed.ts';
import type { Cli } from '../cli.ts';
import { configOf } from '../configured.ts';
import { edgeKey, keptRuns } from '../edge.ts';
import { type GivenRoster, rosterGiven } from '../roster-given.ts';
import { tell } from '../show.ts';
import { stay } from '../stay.ts';
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
    const config = await configOf(cli, file, (text) =>
      readConfig(text, { env: cli.env, directory: dirname(file) }),
    );
    const people = (await rosterGiven(cli, { roster: config.roster }))!;
    const sign = await edgeKey({
      ...{ key: config.key, file: config.roster, roster: people.roster },
      ...{ channel: 'chat', name: 'slack' },
    });
    const directory = config.state ?? join(ensureHome(), 'chatops', `${config.team}-${config.channel}`);
    return stay(cli, { name: 'chatops', directory }, (stopped) =>
      joinChat(cli, { config, ...people, sign, directory }, stopped),
    );
  },
};

type Joined = GivenRoster & { config: Config; sign: Sign; directory: string };

async function joinChat(cli: Cli, joined: Joined, stopped: Promise<void>): Promise<void> {
  const { config } = joined;
  const unproposed = () => readUnproposed(unproposedFile(ensureHome()));
  const chat = await startChatops({
    ...{ ...joined, ...(await keptRuns(cli)), unproposed },
    onJoined: () => tell(cli, `Slack has answered: the runs are joined to ${config.channel}.`),
  });
  const waits =
    config.mode === 'http'
      ? `Slack's requests are taken at http://${config.host}:${chat.port}/slack.`
      : 'A connection to Slack is sought (Socket Mode).';
  tell(cli, `${waits} Slack is asked for ${config.channel}. Ctrl-C ends it.`);
  await stopped;
  await chat.close();
}
