import type { Verb } from './verb.ts';

/** What help says of a verb, and where its code is; loaded only when the verb is typed. */
export interface VerbEntry {
  readonly name: string;
  readonly alias?: string;
  readonly group: string;
  readonly summary: string;
  readonly load: () => Promise<Verb<never>>;
}

type Row = readonly [name: string, summary: string, load: VerbEntry['load'], alias?: string];

const write: readonly Row[] = [
  [
    'validate',
    'check runbooks and list every mistake',
    async () => (await import('./commands/validate.ts')).validate,
  ],
  ['plan', 'show what a recovery would do', async () => (await import('./commands/plan.ts')).plan],
  [
    'points',
    'list the recovery points that a runbook could restore',
    async () => (await import('./commands/points.ts')).points,
  ],
  [
    'roster',
    'check a roster, and show who could decide what',
    async () => (await import('./commands/roster.ts')).roster,
  ],
  [
    'key',
    'make a key to sign decisions with, or show it',
    async () => (await import('./commands/key.ts')).key,
  ],
  [
    'schema',
    'print the JSON Schema of runbooks or rosters',
    async () => (await import('./commands/schema.ts')).schema,
  ],
];

const start: readonly Row[] = [
  ['recover', 'start a LIVE recovery', async () => (await import('./commands/recover.ts')).recover],
  [
    'rehearse',
    'recover at an isolated site, then clean up',
    async () => (await import('./commands/rehearse.ts')).rehearse,
    'drill',
  ],
  ['demo', 'lose a shop of real parts and recover it', async () => (await import('./commands/demo.ts')).demo],
  [
    'watch',
    'show a run while it goes on, and answer it',
    async () => (await import('./commands/watch.ts')).watch,
  ],
  ['status', 'show how a run stands', async () => (await import('./commands/status.ts')).status],
  [
    'list',
    'list runs, those that wait for people first',
    async () => (await import('./commands/list.ts')).list,
  ],
];

const answer: readonly Row[] = [
  ['approve', 'open a gate', async () => (await import('./commands/approve.ts')).approve],
  ['reject', 'close a gate', async () => (await import('./commands/reject.ts')).reject],
  [
    'answer',
    'make any choice of anything that is asked',
    async () => (await import('./commands/answer.ts')).answer,
  ],
  [
    'retry',
    'try a step again, ask a shut gate again',
    async () => (await import('./commands/retry.ts')).retry,
  ],
  ['begin', 'say that you are on a manual step', async () => (await import('./commands/begin.ts')).begin],
  ['done', 'say that a step was done by hand', async () => (await import('./commands/done.ts')).done],
  [
    'skip',
    'go on without a check; leave out what recovers',
    async () => (await import('./commands/skip.ts')).skip,
  ],
  ['object', 'object to a broken glass', async () => (await import('./commands/object.ts')).object],
  ['leave-out', 'leave out a system', async () => (await import('./commands/leave-out.ts')).leaveOut],
];

const steer: readonly Row[] = [
  ['hold', 'start nothing new', async () => (await import('./commands/hold.ts')).hold],
  ['resume', 'go on after a hold', async () => (await import('./commands/resume.ts')).resume],
  [
    'moment',
    'correct when it broke, was noticed, was declared',
    async () => (await import('./commands/moment.ts')).moment,
  ],
  ['handover', 'hand the command over', async () => (await import('./commands/handover.ts')).handover],
  ['rollcall', 'ask who is there, or say so', async () => (await import('./commands/rollcall.ts')).rollcall],
  ['revoke', 'take a key out of use in a run', async () => (await import('./commands/revoke.ts')).revoke],
  [
    'break-glass',
    'open a gate alone, with the sealed key',
    async () => (await import('./commands/break-glass.ts')).breakGlass,
  ],
  ['note', 'put a note into the record', async () => (await import('./commands/note.ts')).note],
  [
    'cancel',
    'end a run; running steps finish, or --kill',
    async () => (await import('./commands/cancel.ts')).cancel,
  ],
  [
    'stand-down',
    'end a live run that is not needed',
    async () => (await import('./commands/stand-down.ts')).standDown,
  ],
  [
    'rollback',
    'give a live run up and undo what it restored',
    async () => (await import('./commands/rollback.ts')).rollback,
  ],
  ['claim', 'show what runs hold, or break a claim', async () => (await import('./commands/claim.ts')).claim],
  ['cleanup', 'decide what a live run leaves', async () => (await import('./commands/cleanup.ts')).cleanup],
];

const service: readonly Row[] = [
  ['up', 'run the local service in the foreground', async () => (await import('./commands/up.ts')).up],
  ['down', 'stop the local service', async () => (await import('./commands/down.ts')).down],
  ['worker', 'run a worker alone', async () => (await import('./commands/worker.ts')).worker],
  ['chatops', 'join the runs to a chat', async () => (await import('./commands/chatops.ts')).chatops],
  [
    'notices',
    'show what others were told, or tell it again',
    async () => (await import('./commands/notices.ts')).notices,
  ],
  [
    'hooks',
    'take decisions and alarms from other systems',
    async () => (await import('./commands/hooks.ts')).hooks,
  ],
  [
    'codec-server',
    "decode payloads for Temporal's own UI",
    async () => (await import('./commands/codec-server.ts')).codecServer,
  ],
  ['journal', 'check the journal of an edge', async () => (await import('./commands/journal.ts')).journal],
  [
    'steps',
    'list what this host was asked to do, orphans first',
    async () => (await import('./commands/steps.ts')).steps,
  ],
  [
    'doctor',
    'say what is there, what is not, how to mend it',
    async () => (await import('./commands/doctor.ts')).doctor,
  ],
  [
    'completion',
    'print the completion of a shell',
    async () => (await import('./commands/completion.ts')).completion,
  ],
];

const grouped = (group: string, rows: readonly Row[]): VerbEntry[] =>
  rows.map(([name, summary, load, alias]) => ({
    name,
    summary,
    load,
    group,
    ...(alias === undefined ? {} : { alias }),
  }));

/** Every verb in the order of the help. */
export const verbs: readonly VerbEntry[] = [
  ...grouped('Write:', write),
  ...grouped('Start and watch:', start),
  ...grouped('Answer:', answer),
  ...grouped('Steer:', steer),
  ...grouped('Service:', service),
];
