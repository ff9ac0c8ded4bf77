import type { Person, Role } from '../../core/names.ts';
import type { Roster } from '../../core/roster.ts';
import type { SlackUser } from './slack/request.ts';

/** Who a Slack user is, by the ids of team and user alone; names and addresses can be chosen by anybody. */
export function personOf(roster: Roster, user: SlackUser): Person | undefined {
  return Object.entries(roster.people).find(([, member]) => member.slack === user)?.[0];
}

const most = 20;

/** Mentions of those who have one of the roles, so that they are woken; none where it is anyone. @param not who may not decide. */
export const mentions = (roles: readonly Role[], roster: Roster, not: readonly Person[] = []): string =>
  Object.entries(roster.people)
    .filter(([person, member]) => !not.includes(person) && member.roles.some((role) => roles.includes(role)))
    .flatMap(([, { slack }]) => /^[A-Z0-9]+\/([UW][A-Z0-9]+)$/.exec(slack ?? '')?.[1] ?? [])
    .slice(0, most)
    .map((user) => `<@${user}>`)
    .join(' ');
