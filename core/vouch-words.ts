import type { Channel, Person } from './names.ts';
import type { KeyId, Roster } from './roster.ts';
import type { KeyHolder } from './vouch.ts';

/** That a roster does not know a key, and where it should stand. */
export const unknownKeyWords = ({ name }: Roster, key: KeyId | undefined): string =>
  key === undefined
    ? `it is not signed, and this run has the roster ${name}: sign it with a key that stands there`
    : `the roster ${name} of this run does not know the key ${key}. A person's key stands there under people, in her keys; that of a chat, ` +
      'a console or webhooks under edges. A run keeps the roster that it began with: what is put in now holds for the next one';

/** Why a key that the roster knows does not speak for somebody over a channel. */
export function silentKeyWords(
  { name, people }: Roster,
  { holder, key, by, channel }: { holder: KeyHolder; key: KeyId; by: Person; channel: Channel },
): string {
  switch (holder.kind) {
    case 'sealed':
      return `the key ${key} is the sealed one of ${holder.person}: it breaks the glass, and does nothing else`;
    case 'person':
      return holder.person === by
        ? `the key ${key} is that of ${by} at the terminal; over ${channel} an edge vouches for people`
        : `the key ${key} is that of ${holder.person}, who does not speak for ${by}`;
    case 'edge':
      if (!holder.channels.includes(channel))
        return `the key ${key} is that of the edge ${holder.edge}, which vouches over ${holder.channels.join(', ')} and not over ${channel}: in the roster ${name}, edges.${holder.edge}.channels`;
      return Object.hasOwn(people, by)
        ? `the edge ${holder.edge} cannot vouch for ${by} here`
        : `the edge ${holder.edge} vouches for nobody called ${by}: the roster ${name} has no such person`;
  }
}
