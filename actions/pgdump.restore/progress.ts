import { readdirSync } from 'node:fs';
import type { ActionContext } from '../action.ts';
import { processStatus, readProc } from '../process-identity.ts';

/** How often it is looked at, in milliseconds. */
const lookEvery = 1_000;

export interface Watched {
  readonly onStart: (pid: number) => void;
  readonly line: (line: string) => void;
  readonly end: () => void;
}

/**
 * Tells how much of the dump pg_restore has read, with all its jobs: an estimate, for indexes are built when all is read.
 * @param total bytes of the dump; undefined where only a part of it will be read.
 */
export function watchReading(total: number | undefined, context: ActionContext): Watched {
  let doing = 'restoring';
  let read = 0;
  let timer: NodeJS.Timeout | undefined;
  const tell = () =>
    context.progress({
      ...(total === undefined ? { done: read } : { done: Math.min(read, total), total }),
      ...{ unit: 'bytes', estimate: true, doing },
    });
  return {
    onStart(pid) {
      timer = setInterval(() => {
        read = readBy(pid);
        tell();
      }, lookEvery);
    },
    line(line) {
      const [, what] = /^pg_restore: ((?:processing|creating|executing|finished item) .*)$/.exec(line) ?? [];
      if (what !== undefined) {
        doing = what.slice(0, 100);
        tell();
      }
      context.log(line);
    },
    end: () => clearInterval(timer),
  };
}

/** What a process and those that it started have read; of those that have ended the kernel adds it to their parent. */
function readBy(leader: number): number {
  const pids = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && processStatus(Number(name))?.session === leader,
  );
  const read = pids.map((pid) => /^rchar: (\d+)$/m.exec(readProc(`/proc/${pid}/io`) ?? '')?.[1]);
  return read.reduce((sum, bytes) => sum + Number(bytes ?? 0), 0);
}
