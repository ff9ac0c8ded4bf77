import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../../actions/catalogue.ts';
import { codes } from '../../core/diagnostics/codes.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { makeRoster, member } from '../core/run/make-roster.ts';
import { inShort } from './book.ts';

const folder = 'runbooks/invalid';
/** `CODE@line-column.yaml`, or with a word before the ending where a code has several. */
const named = /^(MUSTER_[A-Z_]+)@\d+-\d+(?=(\.[a-z-]+)?\.yaml$)/;
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const existing = (file: string) =>
  existsSync(file) ? readFileSync(file, 'utf8') : { trouble: 'there is no such file' };

/** Where roles are asked for, there is one commander, whom the console knows, and two who know the network. */
const roster = makeRoster(
  {
    ann: member(['incident-commander'], { openid: { issuer: 'https://id.example', subject: 'ann' } }),
    bob: member(['network']),
    cid: member(['network']),
  },
  { edges: { console: { key: { id: 'SHA256:console', ed25519: '1'.repeat(64) }, channels: ['console'] } } },
);

describe('runbooks/invalid', () => {
  it.each(files)('%s has the mistake of its name there, and no other', (file) => {
    const text = readFileSync(`${folder}/${file}`, 'utf8');
    const source = { text, file: `${folder}/${file}`, find: existing };
    const { diagnostics } = readRunbook(source, catalogue, { roster, at: 0 });
    expect(diagnostics.map(inShort)).toEqual([named.exec(file)?.[0]]);
    expect(diagnostics[0]?.hint).toMatch(/\S/);
  });

  it('has a file for every code that a runbook can give', () => {
    const shown = new Set(files.map((file) => named.exec(file)?.[1]));
    // These take megabytes; guards.test.ts makes them.
    const elsewhere = /^MUSTER_(YAML_TOO_LARGE|SCHEMA_TOO_MANY)$/;
    expect(areas.filter((code) => !shown.has(code) && !elsewhere.test(code))).toEqual([]);
  });

  it('has at least 30', () => {
    expect(files.length).toBeGreaterThanOrEqual(30);
  });
});

/** The areas of the codes that reading a runbook gives. */
const areas = Object.keys(codes).filter((code) =>
  /^MUSTER_(YAML|SCHEMA|NAME|REF|SITE|CAPACITY|PARAMETER|GATE|APPROVAL|NOTIFY|OBJECTIVE|CONSISTENCY|SYSTEM|FENCE|SECRET|ACTION|CHILD|STEP|CHECK|TEMPLATE)_/.test(
    code,
  ),
);
