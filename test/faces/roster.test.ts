import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { displayWidth } from '../../faces/cli/live/width.ts';
import { publicKeyOf, publicLine } from '../../people/public-key.ts';
import { type } from './test-cli.ts';

const key = (number: number) => publicLine(publicKeyOf(Buffer.alloc(32, number * 7)), '');

const roster = `muster: v1
roster: shop
people:
  ada:
    name: Ada Winter
    roles: [incident-commander, service-owner]
    keys: ['${key(1)}', '${key(2)}']
    deputies: [grace]
    absent: [{ from: 2026-07-01, until: 2026-07-14 }]
  grace: { roles: [dba], keys: ['${key(3)}'] }
edges:
  slack: { key: '${key(4)}', channels: [chat] }
`;

async function check(text: string, ...more: string[]) {
  const directory = mkdtempSync(join(tmpdir(), 'muster-roster-'));
  try {
    const file = join(directory, 'roster.yaml');
    writeFileSync(file, text);
    const typed = await type(['roster', 'check', file, ...more]);
    return { ...typed, out: typed.out.replaceAll(file, 'roster.yaml') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('roster check', () => {
  it('shows people, what they could decide, and keys, in 80 columns', async () => {
    const { code, out, err } = await check(roster, '--at', '2026-07-14');
    expect([code, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'roster.yaml: valid',
      '',
      'roster shop at 2026-07-14 00:00: 2 people, 1 edge, no break-glass',
      expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      '',
      'PERSON            ROLES                   KEYS  DEPUTIES  PRESENCE',
      'ada (Ada Winter)  incident-commander,     2     grace     absent until',
      '                  service-owner                           2026-07-15 00:00',
      'grace             dba                     1     -         there',
      '',
      'ROLE                CAN DECIDE',
      'dba                 grace',
      'incident-commander  grace (deputy)',
      'service-owner       grace (deputy)',
      '',
      'KEY OF        FINGERPRINT',
      `ada           ${publicKeyOf(Buffer.alloc(32, 7)).id}`,
      `ada           ${publicKeyOf(Buffer.alloc(32, 14)).id}`,
      `grace         ${publicKeyOf(Buffer.alloc(32, 21)).id}`,
      `slack (chat)  ${publicKeyOf(Buffer.alloc(32, 28)).id}`,
      '',
    ]);
    expect(Math.max(...out.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });

  it('says of a role that nobody could fill it', async () => {
    const { out } = await check(roster.replace('deputies: [grace]', ''), '--at', '2026-07-14T23:59:59Z');
    expect(out).toContain('incident-commander  NOBODY\n');
    const later = await check(roster.replace('deputies: [grace]', ''), '--at', '2026-07-15');
    expect(later.out).toContain('incident-commander  ada\n');
  });

  it('shows warnings beside a valid roster', async () => {
    const { code, out } = await check(
      roster.replace('roles: [dba]', 'roles: [], deputies: []').replace('deputies: [grace]', ''),
    );
    expect(code).toBe(0);
    expect(out).toContain('roster.yaml:10:3  warning MUSTER_ROSTER_NO_ROLE  ');
    expect(out).toContain('roster.yaml: valid, 1 warning\n');
  });

  it('shows every mistake with its place and a caret', async () => {
    const { code, out } = await check(
      roster.replace('deputies: [grace]', 'deputies: [garce]').replace('[dba]', 'dba'),
    );
    expect(code).toBe(2);
    expect(out).toContain('roster.yaml:8:16  error MUSTER_ROSTER_PERSON_UNKNOWN  ');
    expect(out).toContain('hint: Did you mean "grace"?');
    expect(out).toContain('roster.yaml: 2 mistakes\n');
  });

  it('gives the same as data', async () => {
    const good = JSON.parse((await check(roster, '--at', '2026-07-05', '--output', 'json')).out) as object;
    expect(good).toMatchObject({
      format: 1,
      valid: true,
      diagnostics: [],
      at: Date.UTC(2026, 6, 5),
      roster: { name: 'shop', people: { ada: { name: 'Ada Winter' } } },
      seats: { 'incident-commander': ['grace'], dba: ['grace'] },
    });
    const bad = await check('roster: x', '--output', 'json');
    expect(bad.code).toBe(2);
    expect(JSON.parse(bad.out)).toMatchObject({ format: 1, valid: false });
  });

  it('refuses a time that is none', async () => {
    const { code, err } = await check(roster, '--at', 'soon');
    expect(code).toBe(2);
    expect(err).toContain('soon is no moment.');
  });
});
