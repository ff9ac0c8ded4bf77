import { dirname, join } from 'node:path';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { printable } from '../../../core/printable.ts';
import { edgeConfig } from '../../../local/edges.ts';
import { ensureHome, musterHome } from '../../../local/home.ts';
import { type Config, readConfig } from '../../hooks/config.ts';
import { startHooks } from '../../hooks/start-hooks.ts';
import type { MakeProposal } from '../../hooks/trigger.ts';
import { unproposedFile } from '../../hooks/unproposed.ts';
import type { Cli } from '../cli.ts';
import { compilePlan } from '../compile-plan.ts';
import { configOf, configured } from '../configured.ts';
import { edgeKey, keptRuns } from '../edge.ts';
import { CliFailure } from '../failure.ts';
import { rosterGiven } from '../roster-given.ts';
import { tell } from '../show.ts';
import { stay } from '../stay.ts';
import type { Verb } from '../verb.ts';

export const hooks: Verb<{ readonly config?: string }> = {
  shape(command) {
    command
      .option('--config <file>', 'who may send what (default: hooks.yaml in the state directory)')
      .addHelpText(
        'after',
        '\nIt stays until Ctrl-C. Runs go on without it.' +
          '\nWhere hooks.yaml lies in the state directory, the service of this machine keeps it up.',
      );
  },
  async run(cli, _args, { config: file = edgeConfig(musterHome(), 'hooks') }) {
    const config = await configOf(cli, file, (text) =>
      readConfig(text, { env: cli.env, directory: dirname(file) }),
    );
    const directory = config.state ?? join(ensureHome(), 'hooks');
    return stay(cli, { name: 'hooks', directory }, (stopped) =>
      configured(file, () => takeHooks(cli, config, directory, stopped)),
    );
  },
};

async function takeHooks(cli: Cli, config: Config, directory: string, stopped: Promise<void>): Promise<void> {
  const { roster } = (await rosterGiven(cli, { roster: config.roster }))!;
  const sign = await edgeKey({
    ...{ key: config.key, file: config.roster, roster },
    ...{ channel: 'webhook', name: 'hooks' },
  });
  const { runs, onProblem } = await keptRuns(cli);
  const taken = await startHooks({
    ...{ config, roster, directory, runs, sign },
    unproposed: unproposedFile(ensureHome()),
    make: maker(cli, config.roster),
    onProblem: (problem) => void onProblem(problem),
    onStarted: (trigger, { run }) =>
      tell(cli, printable(`The alarm ${trigger} proposes ${run}: it waits for people to declare it.`)),
  });
  const senders = Object.keys(config.senders).join(', ') || 'nobody';
  const triggers = Object.keys(config.triggers).join(', ') || 'nothing';
  tell(cli, `Decisions of ${senders}, alarms for ${triggers}: http://${config.host}:${taken.port}/v1/`);
  tell(cli, 'Ctrl-C ends it.');
  await stopped;
  await taken.close();
}

/** Reads the runbook and the roster anew for each alarm: what is proposed is what stands there now. */
const maker =
  (cli: Cli, roster: string): MakeProposal =>
  async ({ runbook, from, to }, parameters) => {
    const param = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
    const sites = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const options = { ...sites, param, roster, mode: 'live', attended: true } as const;
    return compilePlan(cli, runbook, options).catch((failure: unknown) => {
      throw failure instanceof CliFailure ? withMistakes(failure) : failure;
    });
  };

/** Who sent the alarm, and who reads the journal, see no terminal: the mistakes stand in the words. */
function withMistakes(failure: CliFailure): CliFailure {
  const { files = [] } = (failure.data ?? {}) as { files?: { diagnostics: readonly Diagnostic[] }[] };
  const mistakes = files.flatMap(({ diagnostics }) =>
    diagnostics.map(({ path, summary, detail }) =>
      [path && `${path}:`, summary, detail].filter(Boolean).join(' '),
    ),
  );
  return new CliFailure([failure.message, ...mistakes.slice(0, 5)].join(' '), { cause: failure });
}
