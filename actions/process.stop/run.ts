import type { z } from 'zod';
import { proveSilent } from '../accepts-connections.ts';
import { ActionFailure, type Run } from '../action.ts';
import { readIdentity } from '../identity-file.ts';
import { bootId, processStatus, type ProcessIdentity } from '../process-identity.ts';
import { endProcesses, runningProcesses } from '../processes.ts';
import type { description } from './describe.ts';

export const run: Run<z.output<typeof description.input>> = async (input, context) => {
  const identity = await readIdentity(input.identity);
  if (!identity && input.address === undefined) throw nothingProved(input.identity);
  const running = () => (identity ? sessionOf(identity) : []);
  const alreadyStopped = running().length === 0;
  const [living] = await endProcesses(running, input.grace);
  if (living) throw livesOn(living);
  if (input.address !== undefined) await proveSilent(input.address, context.signal);
  const figures = { stopped: true, alreadyStopped };
  return { outputs: figures, findings: { value: true, ...figures }, found: { alreadyStopped } };
};

/** The process and all that it started in its session, also where it has ended and left others behind. */
function sessionOf({ pid, startTicks, bootId: boot }: ProcessIdentity): ProcessIdentity[] {
  const now = processStatus(pid);
  if (boot !== bootId() || (now && now.startTicks !== startTicks)) return [];
  return runningProcesses().filter((one) => one.pid === pid || one.session === pid);
}

/** A lost file proves nothing: the process that it named may live on. */
const nothingProved = (file: string) =>
  new ActionFailure(
    `There is no ${file}, so nobody can tell which process is meant and whether it runs. Say \`address\` too, and the step looks whether something answers there.`,
    { findings: { value: false, stopped: false } },
  );

const livesOn = ({ pid }: ProcessIdentity) =>
  new ActionFailure(
    `Process ${pid} lives on after TERM and KILL: it belongs to another user than the worker's, or hangs on a disk or network that is gone. Stop it as its user or as root, or cut its host off.`,
    { findings: { value: false, stopped: false } },
  );
