import type { ActionContext } from '../action.ts';
import { type ChildResult, runChild } from '../child-process.ts';

/** As `/proc/PID/comm` has it. */
export const etcdPrograms: readonly string[] = ['etcd'];

export interface Endpoint {
  readonly url: string;
  /** What etcdctl reads from its environment (ETCDCTL_USER, ETCDCTL_CACERT …); values may be references. */
  readonly env: Readonly<Record<string, string>>;
  /** Where a socket of the endpoint is. */
  readonly cwd?: string;
}

/** One question; what it answers, which may hold data, stays out of the log. */
export const ask = (
  { url, env, cwd }: Endpoint,
  command: readonly string[],
  context: ActionContext,
): Promise<ChildResult> =>
  runChild(
    ['etcdctl', `--endpoints=${url}`, '--write-out=json', ...command],
    { ...context, log: () => undefined },
    { env: { ...env, ETCDCTL_API: '3' }, ...(cwd !== undefined && { cwd }) },
  );

/** The revision that a member is at; undefined where it does not answer yet, which is told by `onNone` with what was said. */
export async function revisionAt(
  endpoint: Endpoint,
  context: ActionContext,
  onNone: (said: string) => void = () => undefined,
): Promise<number | undefined> {
  const { exit, stdout, stderr } = await ask(endpoint, ['endpoint', 'status'], context);
  const revision = /"revision":(\d+)/.exec(stdout.text(4_000))?.[1];
  if (exit === 0 && revision !== undefined) return Number(revision);
  onNone(stderr.text(2_000));
  return undefined;
}
