import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spread, show, table } from './figures.ts';

const most = { ratio: 2.5, megabytes: 800, helpSeconds: 0.3 };

/** One process from its start to its end. */
interface Ended {
  readonly seconds: number;
  readonly megabytes: number;
}

/**
 * Validates and plans a runbook of many systems in one process, beside one that only parses the same text;
 * and asks the command line for its help. Prints what came out. @returns whether the targets were met.
 */
export function comparePlanning(directory: string, quick: boolean): boolean {
  const systems = quick ? 1_000 : 10_000;
  const file = join(directory, 'estate.yaml');
  const text = estate(systems);
  writeFileSync(file, text);
  const ways = {
    'parse only': [script('parse-only.js'), file],
    validate: [script('../faces/cli/main.js'), 'validate', file],
    plan: [script('../faces/cli/main.js'), 'plan', file, '--output', 'json'],
    help: [script('../faces/cli/main.js'), '--help'],
  };
  const rounds = Array.from({ length: quick ? 1 : 5 }, () =>
    Object.values(ways).map((argv) => measureProcess(argv)),
  );
  const of = (at: number) => rounds.map((round) => round[at]!);
  const seconds = (at: number) => spread(of(at).map((one) => one.seconds));
  const megabytes = (at: number) => Math.max(...of(at).map((one) => one.megabytes));
  const rows = Object.keys(ways).map((name, at) => [name, show(seconds(at), 2), megabytes(at).toFixed(0)]);
  console.log(`\n${systems} systems, ${(text.length / 1e6).toFixed(1)} MB of YAML, whole processes`);
  console.log(table([['', 'seconds (min / median / max)', 'peak MB'], ...rows]));

  const ratio = seconds(2).median / seconds(0).median;
  const met = ratio <= most.ratio && megabytes(2) <= most.megabytes && seconds(3).median <= most.helpSeconds;
  console.log(
    `plan (which validates) / parse only: ${ratio.toFixed(2)}; targets ${most.ratio}, ${most.megabytes} MB, ` +
      `help in ${most.helpSeconds} s: ${met ? 'met' : 'MISSED'}`,
  );
  return met;
}

const script = (path: string) => fileURLToPath(new URL(path, import.meta.url));

function measureProcess(argv: readonly string[]): Ended {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--import', script('tell-memory.js'), ...argv], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const seconds = (performance.now() - began) / 1_000;
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${status}: ${stderr.slice(-2_000)}`);
  return { seconds, megabytes: Number(/peak (\d+) kB/.exec(stderr)?.[1]) / 1024 };
}

/** Systems as they are written: an objective, needs, a step that restores, a check. Ten layers deep. */
function estate(count: number): string {
  const width = count / 10;
  const systems = Array.from({ length: count }, (_, at) => {
    const layer = Math.floor(at / width);
    const before = [at % width, (at + 1) % width].map((place) => `s${(layer - 1) * width + place}`);
    return `  s${at}:
    title: System ${at} of the estate
    objectives: { rto: 4h, rpo: 1h }
    needs: [${layer > 0 ? before.join(', ') : ''}]
    recover:
      - step: restore
        use: command
        with: { argv: [restore, --to, '{{target.vars.data}}/s${at}'] }
        takes: 5m
    verify:
      - step: answers
        use: http.check
        with: { url: 'http://{{target.vars.host}}/s${at}' }
        expect: { status: 200 }
        within: 1m
`;
  });
  return `muster: v1
name: estate
title: Restore the whole estate
owner: bench
sites:
  here: { vars: { data: /srv/estate, host: '127.0.0.1:8080' } }
systems:
${systems.join('')}`;
}
