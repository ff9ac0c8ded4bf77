import type { Runs } from '../../client/runs.ts';
import type { RunStatus } from '../../core/event.ts';

const enough = 100;
const people: ReadonlySet<RunStatus> = new Set(['recovered', 'stood-down', 'cancelled']);

/** The live run of a runbook that is open; undefined where there is none. @throws ClientFailure */
export async function openLiveRun(runs: Runs, runbook: string): Promise<string | undefined> {
  const open = await runs.list({ limit: enough, openOnly: true });
  return open.find((one) => one.mode === 'live' && one.open && one.runbook === runbook)?.run;
}

/** Whether people have brought a run to its end; false where it is not known. */
export async function wasEndedByPeople(runs: Runs, run: string): Promise<boolean> {
  const view = await runs.view(run).catch(() => undefined);
  return view !== undefined && people.has(view.status);
}
