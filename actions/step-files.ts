import { createHash } from 'node:crypto';

/** The files of the protocol in a step directory. The supervisor (host/supervisor.sh) knows them by the same names. */
export const stepFiles = {
  intent: 'intent',
  lock: 'lock',
  started: 'started',
  exit: 'exit',
  unknown: 'unknown',
  stop: 'stop',
  log: 'log',
  spec: 'spec.json',
  report: 'report.json',
  progress: 'progress.json',
  groups: 'groups',
  work: 'work',
} as const;

/** Longest name of a file on the file systems that matter, less what is put behind it. */
const longestName = 200;

/** The name of a run's or a try's directory: it leads nowhere else, whatever the id holds, and is never too long. */
export function fileNameOf(id: string): string {
  const name = id.replace(
    /[^A-Za-z0-9_-]/g,
    (character) => `%${Buffer.from(character).toString('hex').toUpperCase()}`,
  );
  if (name.length <= longestName) return name;
  return `${name.slice(0, longestName - 33)}~${createHash('sha256').update(id).digest('hex').slice(0, 32)}`;
}
