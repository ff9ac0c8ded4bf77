import type { Rerun } from '../../core/plan.ts';

/** A step as the judge knows it: what must have ended before its command may begin. */
export interface ChaosStep {
  readonly path: string;
  readonly rerun: Rerun;
  readonly after: readonly string[];
}

export interface Graph {
  /** The text of the runbook. */
  readonly runbook: string;
  readonly steps: readonly ChaosStep[];
}

/** How many pieces a resumable command has; it goes on behind the last one that its ledger holds. */
export const pieces = 4;

const systems = 12;

/**
 * The command of every step: it writes into the ledger what it does, by itself and for nobody's sake.
 * A line is one append, so that lines of several commands never mix.
 */
export const commandText = `#!/bin/sh
# Usage: step.sh LEDGER PATH RERUN SECONDS
tell() { printf '%s %s %s %s\\n' "$1" "$path" "\${MUSTER_TRY##*/}" "$$" >>"$ledger"; }
ledger=$1 path=$2
tell begin
case $3 in
  resumable)
    while [ "$(grep -c "^piece $path " "$ledger")" -lt ${pieces} ]; do sleep "$4"; tell piece; done ;;
  *) sleep "$4" ;;
esac
tell end
`;

/** A graph of systems that need up to three earlier ones each, with one to three steps of every kind. */
export function makeGraph(
  chance: () => number,
  { script, ledger }: { script: string; ledger: string },
): Graph {
  const below = (most: number) => Math.floor(chance() * most);
  const steps: ChaosStep[] = [];
  const lastOf: string[] = [];
  const texts = Array.from({ length: systems }, (_, n) => {
    const needs = [...new Set(Array.from({ length: below(4) }, () => below(n)))].filter((need) => need < n);
    let after = needs.map((need) => lastOf[need]!);
    const recover = Array.from({ length: 1 + below(3) }, (__, m) => {
      const path = `s${n}/1/recover/do-${m}`;
      const rerun = (['once', 'idempotent', 'resumable'] as const)[below(3)]!;
      const seconds = ((0.3 + chance()) / (rerun === 'resumable' ? pieces : 1)).toFixed(2);
      steps.push({ path, rerun, after });
      after = [path];
      const argv = JSON.stringify([script, ledger, path, rerun, seconds]);
      return `      - { step: do-${m}, use: command, with: { argv: ${argv} }, touches: data, rerun: ${rerun}, takes: 2s }`;
    });
    lastOf[n] = after[0]!;
    return [
      `  s${n}:`,
      `    needs: [${needs.map((need) => `s${need}`).join(', ')}]`,
      `    fence: { none: nothing writes to it }`,
      `    recover:`,
      ...recover,
    ].join('\n');
  });
  const head = `muster: v1
name: chaos
title: Append to a ledger, whatever is killed
owner: test
sites: { here: { vars: {} }, there: { vars: {} } }
systems:
`;
  return { runbook: `${head}${texts.join('\n')}\n`, steps };
}
