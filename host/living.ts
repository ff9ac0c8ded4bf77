import { tryVariable } from '../actions/detach.ts';
import { bootId, type ProcessIdentity, processStatus } from '../actions/process-identity.ts';
import { bears, type RunningProcess, runningProcesses } from '../actions/processes.ts';

/**
 * The processes that belong to a try: those of its supervisor's session, and those that bear its token in their
 * environment, wherever they went. A server that is meant to stay does neither.
 */
export function livingOf(directory: string, supervisor: ProcessIdentity | undefined): RunningProcess[] {
  const session = supervisor && sessionOf(supervisor);
  const token = `${tryVariable}=${directory}`;
  return runningProcesses().filter((process) => process.session === session || bears(process.pid, token));
}

/** A session bears the pid of its leader; undefined when that pid has become somebody else's. */
function sessionOf(supervisor: ProcessIdentity): number | undefined {
  if (supervisor.bootId !== bootId()) return undefined;
  const leader = processStatus(supervisor.pid);
  return leader && leader.startTicks !== supervisor.startTicks ? undefined : supervisor.pid;
}
