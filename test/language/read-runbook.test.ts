import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue as actions } from '../../actions/catalogue.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { sha256 } from '../../record/sha256.ts';
import { book, codesOf, inShort, read, readWith } from './book.ts';

describe('reading a runbook', () => {
  it('gives the runbook with durations as milliseconds and defaults filled in', () => {
    const { runbook, diagnostics } = read(book);
    expect(diagnostics).toEqual([]);
    const { systems, gates, functions, clock } = runbook!.runbook;
    expect(clock).toBe('disruption');
    expect(functions['ordering']).toMatchObject({
      title: 'ordering',
      objectives: { rto: 5_400_000, rpo: 300_000 },
    });
    expect(systems['db']!.recover[0]).toMatchObject({
      takes: 360_000,
      occupies: { wan: 1 },
      noReturn: false,
    });
    expect(systems['db']!.fence).toMatchObject([{ attest: { by: [{ role: 'anyone', count: 1 }], not: [] } }]);
    expect(systems['identity']).toMatchObject({ external: true, title: 'identity', recover: [] });
    expect(gates['go-live']).toMatchObject({ takes: 300_000, onTimeout: 'stay-shut', rehearsal: 'auto' });
  });

  it('keeps every scalar as it is written: NO, 012 and 1.10 stay text', () => {
    const { sites } = read(book).runbook!.runbook;
    expect(Object.values(sites).map(({ vars }) => vars['name'])).toEqual(['012', 'NO', '1.10']);
  });

  it('names the file and the digest of its text', () => {
    expect(read(book).runbook).toMatchObject({ file: 'book.yaml', digest: sha256(book) });
  });

  it('reads the shop with the actions that there are', () => {
    const text = readFileSync('runbooks/shop/runbook.yaml', 'utf8');
    expect(readRunbook({ text, file: 'runbook.yaml' }, actions).diagnostics).toEqual([]);
  });

  it('says all mistakes at once, in the order of the file, each with what to do', () => {
    const { diagnostics } = readWith(
      ['owner: team-shop', 'owner: *team'],
      ['rto: 15m', 'rto: 15 minutes'],
      ['use: ping, within', 'use: pong, within'],
      ['wants: [files]\n    fence', 'wants: [file]\n    fence'],
      ['{{target.vars.port}}', '{{target.vars.prot}}'],
      ['approve: {', 'aprove: {'],
    );
    expect(diagnostics.map(({ code }) => code)).toEqual([
      'MUSTER_YAML_ALIAS',
      'MUSTER_ACTION_UNKNOWN',
      'MUSTER_SCHEMA_DURATION',
      'MUSTER_TEMPLATE_UNKNOWN',
      'MUSTER_REF_UNKNOWN',
      'MUSTER_SCHEMA_UNKNOWN_KEY',
    ]);
    expect(diagnostics.map(({ hint }) => hint)).toEqual([
      expect.stringContaining('Write the value out'),
      'Did you mean "ping"?',
      expect.stringContaining('90s'),
      'Did you mean "port"?',
      'Did you mean "files"?',
      'Did you mean "approve"?',
    ]);
  });

  it('points into a value, at the template that leads nowhere', () => {
    const { diagnostics } = readWith([
      "'backup/{{parameters.recoverTo}}'",
      "'backup/{{parameters.recoverT}}'",
    ]);
    expect(diagnostics.map(inShort)).toEqual(['MUSTER_TEMPLATE_UNKNOWN@27-31']);
    expect(diagnostics[0]).toMatchObject({ path: 'systems.db.recover[0].with.from', severity: 'error' });
  });

  it('does not report what follows from a mistake', () => {
    expect(codesOf(readWith(['systems:', 'sistems:']))).toEqual(['MUSTER_SCHEMA_UNKNOWN_KEY']);
    expect(codesOf(readWith(['gates:', 'gate:']))).toEqual(['MUSTER_SCHEMA_UNKNOWN_KEY']);
    expect(codesOf(readWith(['    needs: [go-live]', '    neds: [go-live]']))).toEqual([
      'MUSTER_SCHEMA_UNKNOWN_KEY',
    ]);
    expect(codesOf(readWith(["title: 'Send", "titel: 'Send"]))).toEqual(['MUSTER_SCHEMA_UNKNOWN_KEY']);
    expect(codesOf(readWith(['step: restore\n', 'step: Restore\n']))).toEqual(['MUSTER_SCHEMA_NAME']);
  });

  it('finds mistakes behind a broken item of a list at their own lines', () => {
    const { diagnostics } = readWith(
      ['      - step: restore\n        use: restore', '      - step: restore'],
      ['Look at it,', "'{{x}}',"],
    );
    expect(diagnostics.map(inShort)).toEqual([
      'MUSTER_SCHEMA_MISSING_KEY@24-9',
      'MUSTER_TEMPLATE_UNKNOWN@30-60',
    ]);
    expect(diagnostics[1]!.path).toBe('systems.db.recover[1].with.instructions');
  });

  it('takes names that JavaScript has meanings for as names', () => {
    expect(codesOf(readWith(['needs: [identity]', 'needs: [constructor]']))).toEqual(['MUSTER_REF_UNKNOWN']);
    expect(codesOf(readWith(['{{parameters.recoverTo}}', '{{constructor.name}}']))).toEqual([
      'MUSTER_TEMPLATE_UNKNOWN',
    ]);
    expect(codesOf(readWith(['capacity: {', 'capacity: { __proto__: 1,']))).toEqual([
      'MUSTER_SCHEMA_UNKNOWN_KEY',
    ]);
    expect(
      codesOf(
        readWith(
          ['  files: {', '  constructor: {'],
          ['wants: [files]', 'wants: []'],
          ['wants: [files]', 'wants: []'],
        ),
      ),
    ).toEqual([]);
  });

  it('takes an editor’s $schema and a byte order mark', () => {
    expect(codesOf(read(`\ufeff$schema: ../schema/runbook-v1.schema.json\n${book}`))).toEqual([]);
  });

  it('takes JSON, which is YAML', () => {
    const json = {
      muster: 'v1',
      name: 'a',
      title: 'A',
      owner: 'me',
      sites: { here: {} },
      systems: { db: { recover: [{ step: 'go', use: 'shell', with: { text: 'x' } }] } },
    };
    expect(codesOf(read(JSON.stringify(json)))).toEqual([]);
  });
});
