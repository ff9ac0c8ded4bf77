/** Names that stand in histories: they are never changed, only added to. */

/** Workflow types. */
export const workflowTypes = {
  recovery: 'recovery',
  claimKeeper: 'claimKeeper',
  courier: 'courier',
  points: 'points',
} as const;

/** Muster's own activity types; every other activity type is the name of an action. */
export const activityTypes = {
  bind: 'muster.bind',
  here: 'muster.here',
  claim: 'muster.claim',
  release: 'muster.release',
  save: 'muster.save',
  stop: 'muster.stop',
  tell: 'muster.tell',
  deliver: 'muster.deliver',
  list: 'muster.list',
} as const;

export const messages = {
  decide: 'decide',
  silent: 'silent',
  view: 'view',
  roster: 'roster',
  events: 'events',
  claim: 'claim',
  release: 'release',
  breakClaim: 'break',
  claims: 'claims',
  handOver: 'handOver',
  deliverAgain: 'deliverAgain',
  courierState: 'courierState',
} as const;

/** The one workflow that knows which run holds which systems at which sites. */
export const claimKeeperId = 'muster-claims';

/** The one workflow that delivers the notices of all runs. */
export const courierId = 'muster-courier';

/** The workflow id of a run: a live run of one runbook exists once, because its id is open once. */
export const workflowIdOf = (run: {
  readonly mode: string;
  readonly runbook: string;
  readonly id: string;
}): string => (run.mode === 'live' ? `recover/${run.runbook}` : `${run.mode}/${run.runbook}/${run.id}`);

/** The task queue of one worker host: what runs on it comes through it, and only through it. */
export const hostQueue = (hostId: string): string => `muster-${hostId}`;

/** Search attributes that make lists quick; everything works without them. */
export const searchAttributes = {
  runbook: 'MusterRunbook',
  mode: 'MusterMode',
  state: 'MusterState',
} as const;

/** Where it is asked for one of the worker hosts that bear a label. */
export const labelQueue = (label: string): string => `muster-on-${label}`;

/** The label that one worker host alone bears, for what is to run there and nowhere else. */
export const hostLabel = (hostId: string): string => `host-${hostId}`;

/** Where runs that are not bound to a host are started. */
export const sharedQueue = 'muster';
