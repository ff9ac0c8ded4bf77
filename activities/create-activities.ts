import { Context } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import { catalogue } from '../actions/catalogue.ts';
import type { ClaimRequest } from '../contract/claims.ts';
import type { DeliveryResult, Handed } from '../contract/courier.ts';
import { activityTypes } from '../contract/names.ts';
import type { PerformInput, PerformResult, StopInput } from '../contract/perform.ts';
import type { PointsInput } from '../contract/points.ts';
import type { SaveInput } from '../contract/recovery.ts';
import type { BindInput } from '../contract/hosts.ts';
import type { Host } from '../core/change.ts';
import type { Mode } from '../core/names.ts';
import type { Listed } from '../core/points/choose.ts';
import { claim, release, type Keeper } from './claim.ts';
import { tell } from './notices/tell.ts';

export interface ActivityDependencies {
  readonly client: Client;
  readonly host: Host;
  /** Of the runs that this host takes; absent: all. */
  readonly modes?: readonly Mode[];
  readonly keeper: Keeper;
  readonly courier: Keeper;
  readonly perform: (input: PerformInput) => Promise<PerformResult>;
  readonly stop: (input: StopInput) => Promise<void>;
  /** Keeps what happened in the record of this host. */
  readonly save: (input: SaveInput) => Promise<void>;
  readonly deliver: (handed: Handed) => Promise<DeliveryResult>;
  readonly list: (input: PointsInput) => Promise<readonly Listed[]>;
}

type Activities = Record<string, (input: never) => Promise<unknown>>;

/** All activities of a worker host: one for each action of the catalogue, served by one `perform`, and Muster's own. */
export function createActivities({
  client,
  host,
  modes,
  keeper,
  courier,
  perform,
  stop,
  save,
  deliver,
  list,
}: ActivityDependencies): Activities {
  const actions = catalogue
    .filter((action) => !action.asksPeople)
    .map((action) => [action.name, perform] as const);
  // What asks another workflow may wait for this very worker: one that is told to end must not wait for itself.
  const whileWorking = <T>(ask: () => Promise<T>) =>
    client.withAbortSignal(Context.current().cancellationSignal, ask);
  return {
    ...Object.fromEntries(actions),
    [activityTypes.here]: () => Promise.resolve(),
    [activityTypes.bind]: (input?: BindInput) => Promise.resolve(bind(host, modes, input)),
    [activityTypes.claim]: (request: ClaimRequest) => whileWorking(() => claim(client, keeper, request)),
    [activityTypes.release]: (run: string) => whileWorking(() => release(client, keeper, run)),
    [activityTypes.save]: save,
    [activityTypes.stop]: stop,
    [activityTypes.tell]: (handed: readonly Handed[]) => whileWorking(() => tell(client, courier, handed)),
    [activityTypes.deliver]: deliver,
    [activityTypes.list]: list,
  };
}

/** This host, or why it will not have the run. */
function bind(host: Host, modes: readonly Mode[] | undefined, input: BindInput | undefined): Host | string {
  if (input?.not.includes(host.id)) return `The worker host ${host.name} was given up in this run`;
  if (input && modes && !modes.includes(input.mode))
    return `The worker host ${host.name} takes ${modes.join(', ')} runs only`;
  return host;
}
