import type { Roster } from '../../core/roster.ts';
import { makePair, makeRoster, member, type Pair } from '../core/run/make-roster.ts';
import type { VoteAct, World } from '../core/run/votes.ts';

const own: Readonly<Record<string, Pair>> = Object.fromEntries(
  ['ada', 'bob', 'cid', 'dan', 'mallory'].map((person) => [person, makePair()]),
);
const edges = { chat: makePair(), hooks: makePair(), old: makePair() };

/** The key that is revoked: of an edge that speaks for everybody, everywhere but at terminals. */
export const revocable = edges.old.public.id;

/** Somebody whom no roster knows. */
export const stranger = makePair();

/** The people of a world with a key each, and the edges that vouch for them. mallory is in no roster. */
export function rosterOf({ roles }: World): Roster {
  const people = Object.entries(roles).map(
    ([name, its]) => [name, member(its, { keys: [own[name]!.public] })] as const,
  );
  return makeRoster(Object.fromEntries(people), {
    edges: {
      chat: { key: edges.chat.public, channels: ['chat'] },
      hooks: { key: edges.hooks.public, channels: ['webhook'] },
      old: { key: edges.old.public, channels: ['cli', 'chat', 'webhook'] },
    },
  });
}

/** What signs a vote as its channel does: the person at her terminal, an edge elsewhere. */
export function signerOf({ by, channel, wrong }: Pick<VoteAct, 'by' | 'channel' | 'wrong'>): Pair {
  if (wrong === 'key') return edges.old;
  return channel === 'cli' ? own[by]! : channel === 'chat' ? edges.chat : edges.hooks;
}
