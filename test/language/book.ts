import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { catalogue } from './catalogue.ts';

/** A valid runbook that uses most of the language. */
export const book = `muster: v1
name: shop
title: Restore the shop
owner: team-shop
parameters:
  incident: { pattern: 'INC-[0-9]+', description: Incident number }
  recoverTo: { type: time, default: latest }
sites:
  primary: { vars: { port: 5432, name: 012 } }
  standby: { vars: { port: 6432, name: NO }, enter: [ssh, standby] }
  cell: { isolated: { network: private, cannotReach: ['127.0.0.1:5432'] }, vars: { port: 7432, name: 1.10 } }
capacity: { wan: 2 }
functions:
  ordering: { objectives: { rto: 1h30m, mtpd: 4h, rpo: 5m }, needs: [traffic], wants: [files] }
systems:
  identity: { external: true, objectives: { rto: 10m }, verify: [{ step: login, use: ping, within: 5m }] }
  db:
    title: Database
    needs: [identity]
    objectives: { rto: 15m, rpo: 1m }
    fence:
      - { step: stop-old, use: restore, with: { from: 'old/{{source.vars.port}}' }, attest: anyone }
    recover:
      - step: restore
        use: restore
        title: 'Restore at {{target.name}}'
        with: { from: 'backup/{{parameters.recoverTo}}', port: '{{target.vars.port}}' }
        takes: 6m
        timeout: 20m
        occupies: { wan: 1 }
      - { step: note, use: by-hand, with: { instructions: Look at it, answers: { seen: { type: string } } } }
    verify:
      - step: rows
        use: query
        with: { connection: '{{steps.restore.outputs.connection}}' }
        expect: { atLeast: 1000, rows: { atMost: '{{steps.note.outputs.seen}}' } }
        within: 1m
        for: 10s
  files: { fence: { by: db }, recover: [{ step: copy, use: shell, with: { text: 'cp a b' }, retries: { count: 2, every: 5s }, rerun: idempotent }], verify: [{ step: there, use: ping }] }
  traffic:
    needs: [go-live]
    wants: [files]
    fence: { none: the switch itself }
    recover:
      - { step: switch, use: shell, with: { text: go }, touches: traffic, noReturn: true, only: { mode: live } }
    verify:
      - { step: here, use: query, with: { connection: '{{systems.db.steps.restore.outputs.connection}}' }, expect: { equals: '{{target.name}}' } }
gates:
  go-live: { title: 'Send customers to {{target.name}}?', needs: [db], approve: { by: [{ role: anyone, count: 2 }], not: [starter] }, timeout: 2h, rehearsal: auto }
`;

export const read = (text: string) => readRunbook({ text, file: 'book.yaml' }, catalogue);

/** Reads the book with some of its text replaced. */
export function readWith(...replacements: readonly (readonly [string, string])[]) {
  let text = book;
  for (const [before, after] of replacements) {
    if (!text.includes(before)) throw new Error(`the book has no ${before}`);
    text = text.replace(before, () => after);
  }
  return read(text);
}

/** `CODE@line-column`, as the names of the broken runbooks have it. */
export const inShort = ({ code, position }: Diagnostic): string =>
  `${code}@${position?.line}-${position?.column}`;

export const codesOf = ({ diagnostics }: { readonly diagnostics: readonly Diagnostic[] }): string[] =>
  diagnostics.map(({ code }) => code);
