import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { catalogue } from '../../../actions/catalogue.ts';
import type { Roster } from '../../../core/roster.ts';
import { isDo } from '../../../core/plan.ts';
import { compile } from '../../../language/compile/compile.ts';
import { catalogueDigest } from '../../../language/compile/catalogue-digest.ts';
import { readRunbook } from '../../../language/read-runbook.ts';
import type { ParameterDeclaration } from '../../../language/runbook.ts';
import { sha256 } from '../../../record/sha256.ts';
import { read as readRoster } from '../roster/tools.ts';
import { request } from './build.ts';

const folder = new URL('../../../runbooks/', import.meta.url);
const examples = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/runbook.yaml`, folder)));

/** What a runbook must be given, made to fit the shapes that examples use. */
const given = (declared: Readonly<Record<string, ParameterDeclaration>>) =>
  Object.fromEntries(
    Object.entries(declared)
      .filter(([, declaration]) => declaration.default === undefined)
      .map(([name]) => [name, 'INC-4711']),
  );

/** The people that an example brings along. */
function rosterBeside(name: string): Roster | undefined {
  const file = new URL(`${name}/roster.yaml`, folder);
  if (!existsSync(file)) return undefined;
  const { roster, diagnostics } = readRoster(readFileSync(file, 'utf8'));
  expect(diagnostics).toEqual([]);
  return roster;
}

describe('every example', () => {
  it.each(examples.flatMap((name) => [[name, 'live'] as const, [name, 'rehearsal'] as const]))(
    '%s compiles for a %s run, with actions that exist',
    (name, mode) => {
      const text = readFileSync(new URL(`${name}/runbook.yaml`, folder), 'utf8');
      const { runbook: source, diagnostics } = readRunbook({ text, file: `${name}/runbook.yaml` }, catalogue);
      expect(diagnostics).toEqual([]);
      const parameters = given(source!.runbook.parameters);
      const roster = rosterBeside(name);
      const compiled = compile(
        request(source!.runbook, { catalogue, parameters, mode, ...(roster && { roster }) }),
      );
      expect(compiled.diagnostics).toEqual([]);
      const actions = new Set(catalogue.map((action) => action.name));
      const steps = Object.values(compiled.plan!.nodes).flatMap((node) => node.steps.filter(isDo));
      expect(steps.filter((step) => !actions.has(step.do.action))).toEqual([]);
    },
  );
});

describe('the digest of the catalogue', () => {
  it('is the same whatever the order, and another when an action takes other input', () => {
    const digest = catalogueDigest(catalogue, sha256);
    expect(catalogueDigest(catalogue.toReversed(), sha256)).toBe(digest);
    const [first, second, ...rest] = catalogue;
    const changed = [{ ...first!, input: second!.input }, second!, ...rest];
    expect(catalogueDigest(changed, sha256)).not.toBe(digest);
    const said = [{ ...first!, summary: 'In other words.' }, second!, ...rest];
    expect(catalogueDigest(said, sha256)).toBe(digest);
  });
});
