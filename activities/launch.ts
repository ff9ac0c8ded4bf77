import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { replaceDurably } from '../actions/durable.ts';
import { markedEnvironment } from '../actions/marker.ts';
import { networkEntrance } from '../actions/private-network.ts';
import type { ChildSpec } from '../actions/report.ts';
import { stepFiles } from '../actions/step-files.ts';
import { resumeDirectory, runDirectory, stepDirectory } from '../host/step-directory.ts';
import { limitingArgv } from '../host/limits.ts';
import { startSupervisor, type SupervisorEnd } from '../host/supervise.ts';
import type { Order, PerformDependencies } from './order.ts';

/**
 * Starts the supervisor of a try whose intent is written, with the process that carries it out.
 * @returns what the supervisor's end will be, or the trouble because of which nothing was started.
 */
export async function launch(
  { home, childArgv }: PerformDependencies,
  order: Order,
): Promise<{ readonly ended: Promise<SupervisorEnd> } | { readonly trouble: string }> {
  const { input, token } = order;
  const directory = stepDirectory(home, input);
  const specFile = join(directory, stepFiles.spec);
  try {
    const entrance = order.privateNetwork ? await networkEntrance(runDirectory(home, input.run)) : [];
    const limits = input.limits ? await limitingArgv(directory, input.limits) : [];
    if (isResumable(order)) await mkdir(resumeDirectory(home, input), { recursive: true, mode: 0o700 });
    await replaceDurably(specFile, JSON.stringify(specOf(home, order)));
    return await startSupervisor({
      directory,
      argv: [...limits, ...entrance, ...childArgv, input.call.action, specFile],
      env: markedEnvironment({ run: input.run, token }),
    });
  } catch (error) {
    return { trouble: (error as Error).message };
  }
}

const isResumable = ({ input, errand }: Order): boolean => input.rerun === 'resumable' && errand.as === 'do';

function specOf(home: string, order: Order): ChildSpec {
  const { input, errand, token, enter } = order;
  const directory = stepDirectory(home, input);
  // A look at what another try left is made with that try's eyes: its name, its directory.
  const seenAs = { run: input.run, try: input.of ?? input.try };
  return {
    errand,
    context: {
      ...seenAs,
      token,
      enter,
      workDirectory: join(stepDirectory(home, seenAs), stepFiles.work),
      runDirectory: runDirectory(home, input.run),
      ...(isResumable(order) && { resumeDirectory: resumeDirectory(home, input) }),
    },
    reportFile: join(directory, stepFiles.report),
    progressFile: join(directory, stepFiles.progress),
  };
}
