import { execFile, execFileSync } from 'node:child_process';
import type { ActionContext } from '../action.ts';

/** How often what is there is counted, in milliseconds. */
const countEvery = 2_000;

export interface Watched {
  /** What restic is told so that it tells. */
  readonly options: readonly string[];
  /** A line that it wrote. */
  readonly line: (line: string) => void;
  readonly end: () => void;
}

/**
 * Tells how far a restore is: restic says it by itself from 0.16 on; before, what the tree takes on the disk is counted,
 * and that is an estimate.
 */
export function watchRestore(tree: string, total: number, context: ActionContext): Watched {
  if (tells()) return { options: ['--json'], line: teller(context), end: () => undefined };
  const count = () =>
    execFile('du', ['--summarize', '--block-size=1', '--', tree], (_error, stdout) => {
      // Files come and go below it: what du says counts, also where it complains.
      const taken = Number.parseInt(stdout, 10);
      if (taken >= 0)
        context.progress({
          done: Math.min(taken, total),
          total,
          unit: 'bytes',
          estimate: true,
          doing: 'restoring',
        });
    });
  count();
  const timer = setInterval(count, countEvery);
  return { options: [], line: (line) => context.log(line), end: () => clearInterval(timer) };
}

function tells(): boolean {
  const [, major = 0, minor = 0] = (
    /restic (\d+)\.(\d+)/.exec(execFileSync('restic', ['version'], { encoding: 'utf8' })) ?? []
  ).map(Number);
  return major > 0 || minor >= 16;
}

const teller = (context: ActionContext) => (line: string) => {
  const said = fromJson(line);
  if (said?.message_type !== 'status') context.log(line);
  else if (said.total_bytes)
    context.progress({
      done: said.bytes_restored ?? 0,
      total: said.total_bytes,
      unit: 'bytes',
      doing: 'restoring',
    });
};

function fromJson(
  line: string,
): { message_type?: string; total_bytes?: number; bytes_restored?: number } | undefined {
  try {
    return JSON.parse(line) as ReturnType<typeof fromJson>;
  } catch {
    return undefined; // It is a message for people.
  }
}
