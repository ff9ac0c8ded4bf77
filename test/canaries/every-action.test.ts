import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { catalogue } from '../../actions/catalogue.ts';
import type { PerformInput, PerformResult } from '../../contract/perform.ts';
import { temporaryDirectory } from '../actions/action-context.ts';
import { step, testHome } from '../host/harness.ts';
import { built } from '../support/built.ts';
import { type Case, Cases } from './cases.ts';
import { leaks } from './canary.ts';
import { makePlaces, needed, type Places, where } from './places.ts';
import { secretPaths, valuesAt } from './secret-paths.ts';

const missing = needed.filter((program) => where(program) === undefined);
const withPrograms = missing.length === 0 || process.env['CI'] ? describe : describe.skip;
const tracer = where('strace');

const home = await testHome();
const trace = join(home, 'execve');

interface Performed {
  readonly try: string;
  readonly result: PerformResult;
  readonly left: PerformResult;
  readonly points: unknown;
  readonly signs: readonly unknown[];
}

/** Everything in a directory and those below it. */
const filesIn = (directory: string): string =>
  readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'latin1')}`)
    .join('\n');

/** Where a field is, and whether a case has a reference there. */
const isCovered = (action: string, path: string, cases: readonly Case[]): boolean =>
  cases.some(
    (one) =>
      one.action === action &&
      valuesAt(one.with, path).some((value) =>
        /env:CANARY_|file:.*\/secret/.test(JSON.stringify(value) ?? ''),
      ),
  );

withPrograms(`secrets in every action (needs ${needed.join(', ')})`, () => {
  let places: Places;
  let cases: Cases;
  let said = '';
  let argvs = '';
  const performed = new Map<string, Performed>();
  const tries = new Map<Case, PerformInput>();

  beforeAll(async () => {
    places = await makePlaces(temporaryDirectory());
    cases = new Cases(places);
    for (const { file, canary } of cases.files) writeFileSync(file, canary.value, { mode: 0o600 });
    for (const one of cases.all) {
      const touches = catalogue.find(({ name }) => name === one.action)!.touches;
      tries.set(one, step({ action: one.action, with: one.with }, { touches, timeout: 30_000 }));
    }
    const groups = [undefined, true].map((hostile) => ({
      ...(hostile && { path: `${places.hostile}:${process.env['PATH']}` }),
      steps: cases.all.filter((one) => one.hostile === hostile).map((one) => tries.get(one)!),
    }));
    const dist = dirname(dirname(await built('actions/child.js')));
    const worker = fileURLToPath(new URL('canary-worker.mjs', import.meta.url));
    const traced = tracer
      ? [tracer, '-f', '--seccomp-bpf', '-e', 'trace=execve,execveat', '-s', '100000', '-o', trace]
      : [];
    const [program, ...argv] = [...traced, process.execPath, worker, dist, home];
    const env = Object.fromEntries(cases.canaries.map(({ name, value }) => [name, value]));
    for (const { canary } of cases.files) delete env[canary.name];
    const child = spawn(program, argv, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.end(JSON.stringify(groups));
    const exited = once(child, 'exit');
    const err = text(child.stderr);
    let line = '';
    child.stdout.on('data', (chunk: Buffer) => (line += chunk.toString()));
    await exited.catch(() => undefined);
    said = line + (await err);
    if (line === '') throw new Error(`the worker said nothing but ${said.slice(-2_000)}`);
    for (const one of line.trim().split('\n')) {
      const result = JSON.parse(one) as Performed;
      performed.set(result.try, result);
    }
    if (tracer) argvs = readFileSync(trace, 'latin1');
  }, 600_000);
  afterAll(() => places?.close(), 60_000);

  it('have a case for every field of every action that may hold one', () => {
    const uncovered = catalogue.flatMap(({ name, input }) =>
      secretPaths(input)
        .filter((path) => !isCovered(name, path, cases.all))
        .map((path) => `${name}: ${path}`),
    );
    expect(uncovered).toEqual([]);
    expect(cases.canaries.length).toBeGreaterThan(50);
    expect(leaks(cases.canaries.map(({ value }) => value).join(), cases.canaries).length).toBeGreaterThan(50);
  });

  it('were looked up, each, and something came of it', () => {
    const silent = cases.all.filter((one) => performed.get(tries.get(one)!.try) === undefined);
    expect(silent).toEqual([]);
    const text = JSON.stringify([...performed.values()]);
    expect(text).toContain('[secret]');
    expect(text).not.toContain('is not there: the worker');
  });

  it('stand in no result, finding, message, sign of life or list of recovery points', () => {
    const shown = cases.all.flatMap((one) => {
      const { try: id } = tries.get(one)!;
      return leaks(JSON.stringify(performed.get(id)), cases.canaries).map(
        (leak) => `${one.action} (${one.name}): ${leak}`,
      );
    });
    expect(shown).toEqual([]);
  });

  it('stand in no file of a step, and nothing that the worker prints', () => {
    mkdirSync(join(home, 'steps'), { recursive: true });
    const files = filesIn(join(home, 'steps'));
    expect(files).toMatch(/env:CANARY_\d/);
    expect(files).toContain('[secret]');
    expect(leaks(files, cases.canaries)).toEqual([]);
    expect(leaks(said, cases.canaries)).toEqual([]);
  });

  const whenTraced = tracer ? describe : describe.skip;
  whenTraced('watched by strace', () => {
    it('stand on no command line that any of it started', () => {
      for (const tool of ['restic', 'redis-cli', 'nsupdate', 'pgbackrest', 'etcdctl'])
        expect(argvs).toContain(tool);
      expect(leaks(argvs, cases.canaries)).toEqual([]);
    });
  });
});
