import type { Change } from './change.ts';
import type { Decision } from './event.ts';
import type { Channel, Person } from './names.ts';
import type { KeyId, Member, PublicKey, Roster } from './roster.ts';

/** Who signs with a key of the roster: a person, an edge for people, or whoever broke the seal. */
export type KeyHolder =
  | { readonly kind: 'person'; readonly person: Person }
  | { readonly kind: 'edge'; readonly edge: string; readonly channels: readonly Channel[] }
  | { readonly kind: 'sealed'; readonly person: Person };

/** The key of that name and its holder; undefined where the roster does not know it. */
export function keyOf(
  roster: Roster,
  id: KeyId,
): { readonly key: PublicKey; readonly holder: KeyHolder } | undefined {
  for (const [person, { keys }] of Object.entries(roster.people)) {
    const key = keys.find((one) => one.id === id);
    if (key) return { key, holder: { kind: 'person', person } };
  }
  for (const [edge, { key, channels }] of Object.entries(roster.edges)) {
    if (key.id === id) return { key, holder: { kind: 'edge', edge, channels } };
  }
  const sealed = roster.breakGlass;
  if (sealed?.key.id === id) return { key: sealed.key, holder: { kind: 'sealed', person: sealed.person } };
  return undefined;
}

/**
 * Whether a key may speak for the person who is said to decide, over the channel that is said: a person for
 * herself at a terminal, an edge for everybody whom the roster knows, over its own channels. The sealed key breaks the
 * glass, to which all may object, and does nothing else.
 */
export function speaksFor(
  roster: Roster,
  holder: KeyHolder,
  { by, channel, propose }: Pick<Decision, 'by' | 'channel'> & { readonly propose?: readonly Change[] },
): boolean {
  if (holder.kind === 'sealed' && !propose?.every((one) => one.on === 'step' && one.set === 'breakGlass'))
    return false;
  if (holder.kind === 'edge') return holder.channels.includes(channel) && Object.hasOwn(roster.people, by);
  return holder.person === by && channel === 'cli';
}

/**
 * Whether a person can prove who she is over one of the channels: by her key at the terminal, or by an edge to
 * which she can say who she is; a webhook names people by itself.
 */
export function canProve(
  { edges }: Pick<Roster, 'edges'>,
  { keys, slack, openid }: Member,
  channels: readonly Channel[] = ['cli', 'chat', 'console', 'webhook'],
): boolean {
  const known: Partial<Record<Channel, boolean>> = {
    cli: keys.length > 0,
    chat: slack !== undefined,
    console: openid !== undefined,
    webhook: true,
  };
  const served = (channel: Channel) =>
    channel === 'cli' || Object.values(edges).some((edge) => edge.channels.includes(channel));
  return channels.some((channel) => known[channel] === true && served(channel));
}

/** Names what started a run that no person did: no name in a roster has a colon. */
export const triggerPrefix = 'trigger:';

/** Whether a key may start a run in that name: a person's key her own, an edge's also that of a trigger it serves. */
export function mayStart(
  roster: Roster,
  holder: KeyHolder,
  { by, channel }: { readonly by: Person; readonly channel: Channel },
): boolean {
  if (holder.kind === 'sealed') return false;
  const isTrigger = holder.kind === 'edge' && by.startsWith(triggerPrefix);
  return isTrigger ? holder.channels.includes(channel) : speaksFor(roster, holder, { by, channel });
}

/** A roster in which nobody can prove anything by these keys. */
export function withoutKeys(roster: Roster, revoked: readonly KeyId[]): Roster {
  if (revoked.length === 0) return roster;
  const people = Object.entries(roster.people).map(([person, member]) => [
    person,
    { ...member, keys: member.keys.filter(({ id }) => !revoked.includes(id)) },
  ]);
  const edges = Object.entries(roster.edges).filter(([, { key }]) => !revoked.includes(key.id));
  return { ...roster, people: Object.fromEntries(people), edges: Object.fromEntries(edges) };
}
