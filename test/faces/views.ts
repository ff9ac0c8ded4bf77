import { anyone, type Ask, type Choice } from '../../core/ask.ts';
import type { AskView, BudgetView, NodeView, RunView } from '../../core/view.ts';

/** 2026-11-22T03:20:18Z: sixteen minutes into an incident. */
export const now = Date.UTC(2026, 10, 22, 3, 20, 18);
export const minute = 60_000;
const at = (minutes: number): number => now - minutes * minute;

const choice = (name: string, title: string, rest: Partial<Choice> = {}): Choice => ({
  name,
  title,
  by: anyone,
  rejects: false,
  reason: 'required',
  then: [],
  ...rest,
});

export const budget = (objective: number, used: number, standing: BudgetView['standing'] = 'on-track') => ({
  objective,
  used,
  left: objective - used,
  standing,
});

export function node(id: string, rest: Partial<NodeView> = {}): NodeView {
  return {
    id,
    kind: 'system',
    title: id,
    status: 'waits',
    degraded: false,
    unverified: false,
    objectives: {},
    waitsFor: [],
    steps: { done: 0, total: 2 },
    checks: [],
    made: [],
    ...rest,
  };
}

const ask = (rest: Partial<Ask>): Ask => ({
  kind: 'question',
  title: '',
  guards: false,
  choices: [],
  answers: {},
  not: [],
  escalate: [],
  onTimeout: 'stay-shut',
  ...rest,
});

export const goLive: AskView = {
  try: 'go-live/1/gate/approve#1',
  about: { node: 'go-live', path: 'go-live/1/gate/approve' },
  ask: ask({
    kind: 'gate',
    title: 'Send customers to the recovered shop?',
    guards: true,
    timeout: 120 * minute,
    choices: [
      choice('approve', 'Approve'),
      choice('reject', 'Reject; it stays shut and may be asked again', { rejects: true }),
    ],
  }),
  shown: {
    rests: [
      { node: 'api', status: 'passed', verifiedAt: at(1) },
      {
        node: 'orders-db',
        status: 'passed',
        verifiedAt: at(2),
        recoveredUpTo: at(16.45),
        point: 'base-0300',
      },
    ],
    releases: ['traffic'],
    ifNow: {
      finish: now + 2 * minute,
      openBy: [
        { node: 'ordering', objective: 'rto', at: now + 432_000 },
        { node: 'ordering', objective: 'mtpd', at: now + 217 * minute },
      ],
    },
  },
  rests: 'sha256:00',
  openedAt: at(1),
  closesAt: now + 119 * minute,
  votes: [],
  reached: [],
};

export const restoreFailed: AskView = {
  try: 'orders-db/1/recover/restore?failed#1',
  about: {
    node: 'orders-db',
    path: 'orders-db/1/recover/restore',
    question: 'failed',
    try: 'orders-db/1/recover/restore#1',
  },
  ask: ask({
    title: 'The step failed. What now?',
    choices: [
      choice('retry', 'Try it again'),
      choice('done', 'It was done by hand; what follows is still verified'),
      choice('skip', 'Go on without this step'),
      choice('leave-out', 'Leave it out; what needs it stays blocked'),
    ],
  }),
  shown: { rests: [{ node: 'orders-db', status: 'asks' }], releases: [] },
  rests: 'sha256:01',
  openedAt: at(2),
  votes: [],
  reached: [],
  message: 'No space left on /srv/standby: 3.0 GB are needed, 1.2 GB are free.',
};

/** The glass over the gate was broken; it opens by itself ten minutes later. */
export const brokenGlass: AskView = {
  try: 'go-live/1/gate/approve?break-glass#1',
  about: { node: 'go-live', path: 'go-live/1/gate/approve', question: 'break-glass' },
  ask: ask({
    kind: 'break-glass',
    title: 'eve breaks the glass of go-live. It opens by itself unless somebody objects.',
    guards: true,
    choices: [
      choice('open', 'It opens', { by: [], reason: 'optional' }),
      choice('object', 'Object', { rejects: true }),
    ],
    auto: { choice: 'open', after: 10 * minute },
  }),
  shown: { rests: [], releases: ['traffic'] },
  rests: 'sha256:03',
  openedAt: at(1),
  votes: [],
  reached: [],
};

/** A manual step with typed answers. */
export const dns: AskView = {
  try: 'dns/1/recover/switch#1',
  about: { node: 'dns', path: 'dns/1/recover/switch' },
  ask: ask({
    kind: 'manual',
    title: 'Point shop.example at the standby',
    instructions: 'Change the A record in the portal.\nWrite down what it was.',
    choices: [
      choice('done', 'It is done'),
      choice('could-not', 'It could not be done', { then: [{ on: 'step', set: 'fail' }] }),
      choice('begin', 'I am on it', { begins: true, reason: 'optional' }),
    ],
    answers: {
      before: { type: 'string', description: 'The address before' },
      ttl: { type: 'number', description: 'Its TTL in seconds' },
      ticket: { type: 'string', optional: true },
    },
  }),
  shown: { rests: [], releases: [] },
  rests: 'sha256:02',
  openedAt: at(1),
  votes: [],
  reached: [],
};

export const ordersDb = node('orders-db', {
  status: 'passed',
  objectives: { rto: 15 * minute, rpo: minute },
  rto: budget(15 * minute, 14 * minute + 18_000, 'met'),
  recoveredUpTo: Date.UTC(2026, 10, 22, 3, 3, 51),
  loss: { amount: 9_000, objective: minute, accepted: false },
  verifiedAt: at(2),
  endedAt: at(2),
  checks: [{ name: 'orders-are-there', expected: 'at least 1000', found: '1204', passed: true }],
  made: ['/srv/standby/shop/pg'],
});

export const restoring = {
  path: 'uploads/1/recover/restore',
  title: 'restore',
  try: 'uploads/1/recover/restore#1',
  since: at(3),
  takes: 4 * minute,
};

const uploads = node('uploads', {
  status: 'running',
  objectives: { rto: 20 * minute },
  rto: budget(20 * minute, 16 * minute + 18_000),
  step: restoring,
});

const ordering = node('ordering', {
  kind: 'function',
  title: 'Customers can order',
  objectives: { rto: 30 * minute, mtpd: 240 * minute },
  rto: budget(30 * minute, 16 * minute + 18_000),
  mtpd: budget(240 * minute, 16 * minute + 18_000),
  expectedAt: now + 6 * minute,
  waitsFor: ['traffic', 'uploads'],
});

/** The moment of the picture in the design: one system back, one under way, the rest waiting. */
export const halfway: RunView = {
  format: 1,
  run: 'shop-20261122-031258-a1b2c3',
  runbook: { name: 'shop', title: 'Restore the shop after the loss of the primary site' },
  plan: { digest: 'sha256:aa', revision: 0 },
  mode: 'live',
  from: 'primary',
  to: 'standby',
  parameters: { incident: 'INC-4711', recoverTo: 'latest' },
  status: 'running',
  startedBy: 'ann',
  commander: 'ann',
  now,
  moments: {
    disruption: { at: Date.UTC(2026, 10, 22, 3, 4), assumed: true },
    declaration: { at: Date.UTC(2026, 10, 22, 3, 12), assumed: false },
    start: Date.UTC(2026, 10, 22, 3, 12, 58),
  },
  clock: 'disruption',
  time: {
    beforeStart: 8 * minute,
    machines: 7 * minute + 50_000,
    people: 0,
    neither: 28_000,
    plannedDecisions: 0,
  },
  functions: [ordering],
  nodes: [
    ordersDb,
    uploads,
    node('api', { waitsFor: ['uploads'] }),
    node('go-live', { kind: 'gate', waitsFor: ['api'] }),
    node('traffic', { waitsFor: ['go-live'] }),
  ],
  inner: [node('orders-db.fence', { kind: 'fence', status: 'passed' })],
  asks: [],
  criticalPath: ['uploads', 'api', 'go-live', 'traffic'],
  notes: [],
  deviations: [],
  lastEvent: 41,
  degraded: false,
  unverified: false,
  late: false,
  lostTooMuch: false,
};

export const progress = {
  'uploads/1/recover/restore#1': { done: 2_130_000_000, total: 3_000_000_000, unit: 'bytes' as const },
};

const with_ = (changes: Partial<Record<string, Partial<NodeView>>>) =>
  halfway.nodes.map((one) => ({ ...one, ...changes[one.id] }));

/** All is verified and the gate is open for votes. */
export const atTheGate: RunView = {
  ...halfway,
  nodes: with_({
    uploads: {
      status: 'passed',
      verifiedAt: at(1),
      rto: budget(20 * minute, 15 * minute, 'met'),
      step: undefined as never,
    },
    api: { status: 'passed', verifiedAt: at(1), waitsFor: [] },
    'go-live': { status: 'running', waitsFor: [] },
  }),
  asks: [goLive],
};

export const failedRestore: RunView = {
  ...halfway,
  nodes: with_({
    'orders-db': {
      status: 'asks',
      rto: budget(15 * minute, 16 * minute, 'missed'),
      loss: undefined as never,
    },
  }),
  asks: [restoreFailed],
  late: true,
};

export const recovered: RunView = {
  ...halfway,
  status: 'recovered',
  moments: { ...halfway.moments, end: now },
  functions: [{ ...ordering, status: 'passed', waitsFor: [], rto: budget(30 * minute, 16 * minute, 'met') }],
  nodes: with_(
    Object.fromEntries(
      ['uploads', 'api', 'go-live', 'traffic'].map((id) => [id, { status: 'passed', waitsFor: [] }]),
    ),
  ),
  deviations: [{ at: at(4), by: 'ann', text: 'api/1/verify/healthy skipped', reason: 'the monitor is down' }],
};

/** A rehearsal of the same shop, cleaned up. */
export const rehearsed: RunView = {
  ...recovered,
  mode: 'rehearsal',
  to: 'rehearsal',
  deviations: [],
  time: { beforeStart: 0, machines: 9 * minute, people: 0, neither: 1_000, plannedDecisions: 5 * minute },
  inner: [
    node('uploads.cleanup', { kind: 'cleanup', status: 'passed' }),
    node('run.cleanup', { kind: 'run', status: 'passed' }),
  ],
  cleanup: { state: 'clean', left: [] },
};
