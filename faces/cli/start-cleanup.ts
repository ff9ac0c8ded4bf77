import { catalogue } from '../../actions/catalogue.ts';
import { hostLabel } from '../../contract/names.ts';
import { hostId } from '../../local/host-id.ts';
import { musterHome } from '../../local/home.ts';
import { type ActorOptions, actorOf } from './actor.ts';
import { cleanupRunbook } from './cleanup-runbook.ts';
import type { Cli } from './cli.ts';
import { compileText } from './compile-plan.ts';
import { confirmName } from './confirm-name.ts';
import { exit, type ExitCode } from './exit-code.ts';
import { setAsideHere } from './host-steps.ts';
import { safe } from './live/safe.ts';
import type { RosterOptions } from './roster-given.ts';
import { setAsideLines } from './set-aside-lines.ts';
import { tell } from './show.ts';
import { startRun, type StartOptions } from './start-run.ts';

export type StartCleanupOptions = ActorOptions & RosterOptions & StartOptions & { readonly confirm?: string };

/** A run's id without its moment and its end. */
const ofRunbook = /^(.+?)(?:-\d{8}-\d{6}-[0-9a-f]{6})?$/;

/** Starts the run that deletes what a run which is over has set aside on this host. What is there no more is no mistake. */
export async function startCleanup(cli: Cli, run: string, options: StartCleanupOptions): Promise<ExitCode> {
  const left = await setAsideHere(cli, musterHome(), run);
  if (left.length === 0) {
    tell(cli, `Nothing that ${safe(run)} has set aside is on this host.`);
    return exit.ok;
  }
  const frame = { columns: cli.terminal.size().columns, now: cli.now() };
  tell(cli, setAsideLines(safe(left), frame).join('\n'));
  const runbook = ofRunbook.exec(run)?.[1] ?? run;
  const runsOn = hostLabel(hostId(musterHome()));
  const text = cleanupRunbook(left, { run, runbook, runsOn, now: cli.now() });
  // A runbook that people write cannot use what deletes old data; this one can.
  const known = catalogue.map(({ internal, ...action }) =>
    internal && action.name !== 'cleanup.remove' ? { ...action, internal } : action,
  );
  const made = await compileText(cli, { text, file: 'the clean-up' }, known, {
    ...options,
    ...{ mode: 'live', attended: true },
  });
  const what = 'This asks two people to delete that for ever';
  await confirmName(cli, { name: run, what }, options.confirm);
  return startRun(cli, { ...(await actorOf(cli, options)), ...made }, options);
}
