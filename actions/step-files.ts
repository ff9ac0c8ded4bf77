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
