import { randomBytes } from 'node:crypto';

/** The word by which a hostile program knows a secret when it sees one. */
export const mark = 'cnry';

export interface Canary {
  /** What is looked for: it stands in the middle of the secret, and of all that encodes the whole. */
  readonly core: string;
  readonly name: string;
  readonly value: string;
  /** How it is written in a runbook. */
  readonly reference: string;
}

const letters = () => randomBytes(64).toString('base64').replaceAll(/[^A-Za-z]/g, '').slice(0, 16); // prettier-ignore

/** Characters of every kind that encodings change stand around the core, unless the field takes none of them. */
export function canary(index: number, write: (core: string) => string = hostile): Canary {
  const core = `${mark}${letters()}`;
  const name = `CANARY_${index}`;
  return { core, name, value: write(core), reference: `env:${name}` };
}

const hostile = (core: string): string => `c "&<ä'>/+${core}\\%~ é`;

/** The core in each encoding by its own: as it is (percent, form, JSON and XML leave it), hex, base64 behind none, one or two other bytes. */
export function tracesOf(core: string): string[] {
  const bytes = Buffer.from(core);
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  return [core, bytes.toString('hex'), bytes.toString('hex').toUpperCase(), ...base64, ...url];
}

/** The names of the canaries that a text shows, each with how. */
export const leaks = (text: string, canaries: readonly Canary[]): string[] =>
  canaries.flatMap(({ core, name }) => {
    const shown = tracesOf(core).find((trace) => text.includes(trace));
    return shown === undefined ? [] : [`${name}: …${around(text, shown)}…`];
  });

function around(text: string, found: string): string {
  const at = text.indexOf(found);
  return text.slice(Math.max(0, at - 80), at + found.length + 40);
}

/** A text in every encoding. It refers to nothing outside of itself, for its source goes into programs of their own. */
export function encoded(value: string): string[] {
  const bytes = Buffer.from(value);
  const markup: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return [
    ...[value, bytes.toString('base64'), Buffer.from(`a${value}b`).toString('base64')],
    ...[Buffer.from(`ab${value}`).toString('base64'), bytes.toString('base64url'), bytes.toString('hex')],
    ...[encodeURIComponent(value), new URLSearchParams([['', value]]).toString(), JSON.stringify(value)],
    value.replaceAll(/[&<>"']/g, (found) => markup[found] ?? found),
  ];
}
