import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from '@jest/globals';
import type { Client } from '@temporalio/client';
import { childRuns, withChildRuns } from '../../activities/child-run/action.ts';
import { createPerform } from '../../activities/perform.ts';
import { catalogue } from '../../actions/catalogue.ts';
import { loadAction } from '../../actions/registry.ts';
import { ClientFailure } from '../../client/failure.ts';
import type { Answer, Runs } from '../../client/runs.ts';
import type { Sign } from '../../client/service.ts';
import type { Host } from '../../core/change.ts';
import type { Plan } from '../../core/plan.ts';
import type { Roster } from '../../core/roster.ts';
import type { RunView } from '../../core/view.ts';
import { compile } from '../../language/compile/compile.ts';
import { readRunbook } from '../../language/read-runbook.ts';
import { sha256 } from '../../record/sha256.ts';
import { observerFor } from '../../worker/observer.ts';
import { testHome } from '../host/harness.ts';
import { built } from '../support/built.ts';
import type { HostOptions, Running } from './running.ts';

const home = await testHome();
export const actor = { by: 'ada', channel: 'cli', reason: 'test' } as const;

/** A pair of runbooks that no other test has. */
export function names() {
  const id = randomBytes(4).toString('hex');
  return { id, parent: `region-${id}`, child: `shop-${id}`, ledger: join(home, `ledger-${id}`) };
}

/** A keeper that is new learns from the open runs of all tests: at the sites of this one they hold nothing. */
const sitesOf = ({ id }: { readonly id: string }) =>
  `sites: { east-${id}: {}, west-${id}: {}, lab-${id}: { isolated: { cannotReach: ['127.0.0.1:1'] } } }`;

export type Names = ReturnType<typeof names>;

/** A step that writes a line each time it is run, a gate, and a step behind it that does what the test says. */
export const childBook = ({ child, ledger, id }: Names, last = 'true') => `muster: v1
name: ${child}
title: The shop
owner: shop
parameters: { recoverTo: { type: time, default: latest } }
${sitesOf({ id })}
functions: { ordering: { objectives: { rto: 30m }, needs: [web] } }
systems:
  db:
    fence: { none: test }
    recover: [{ step: restore, use: command, with: { argv: [sh, -c, 'echo "$0 $1" >>${ledger}', '{{target.name}}', '{{parameters.recoverTo}}'] }, takes: 1s }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 }, takes: 1s }]
  web:
    needs: [go-live]
    fence: { none: test }
    recover: [{ step: point, use: command, with: { argv: [sh, -c, '${last}'] }, takes: 1s }]
    verify: [{ step: there, use: command, with: { argv: ['true'] }, expect: { exit: 0 }, takes: 1s }]
gates: { go-live: { title: Send customers?, needs: [db], approve: anyone, rehearsal: auto } }
`;

export const parentBook = ({ parent, id }: Names, expectation = '') => `muster: v1
name: ${parent}
title: The region
owner: dr
parameters: { recoverTo: { type: time, default: latest } }
${sitesOf({ id })}
systems:
  shop:
    objectives: { rto: 40m }
    fence: { none: test }
    recover: [{ step: run, use: runbook, with: { file: child.yaml }${expectation} }]
    verify: [{ step: there, use: command, with: { argv: [echo, '{{steps.run.outputs.ending}}'] }, expect: { contains: recovered } }]
`;

export function planOf(
  text: string,
  child: string | ((file: string) => string),
  { mode = 'live', roster }: { mode?: 'live' | 'rehearsal'; roster?: Roster } = {},
): Plan {
  const find = (file: string) => (typeof child === 'string' ? child : child(file));
  const { runbook, diagnostics } = readRunbook({ text, file: 'parent.yaml', find }, catalogue);
  if (!runbook) throw new Error(JSON.stringify(diagnostics, null, 1));
  const parameters = { recoverTo: '2026-03-14T03:04:05Z' };
  const request = { source: runbook, catalogue, parameters, mode, attended: true, now: Date.now() } as const;
  const made = compile({ ...request, ...(roster && { roster }), sha256, compressedSize: () => 0 });
  if (!made.plan) throw new Error(JSON.stringify(made.diagnostics, null, 1));
  return made.plan;
}

/** A worker of the real kind: what it starts in this process, and in processes of their own. */
export async function hostOf(address: string, taskQueue: string): Promise<HostOptions> {
  const childArgv = [process.execPath, await built('actions/child.js')];
  const performWith = (client: Client, host: Host) =>
    createPerform({
      home,
      loadAction: withChildRuns(loadAction, childRuns(client, host)),
      childArgv,
      observer: observerFor(client),
    });
  return { address, taskQueue, performWith };
}

/** Decides what is asked, by the name of the choice. */
export async function decide(runs: Runs, view: RunView, choice: string, sign?: Sign): Promise<void> {
  const [ask] = view.asks;
  const vote: Answer = { ...actor, ask: ask!.try, choice, answers: {}, rests: ask!.rests };
  expect(await runs.decide(view.run, vote, sign)).toEqual({ verdict: 'counted' });
}

export const asks = (count: number) => (view: RunView) => view.asks.length === count;
export const linesOf = (file: string): string[] =>
  existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];

export const started = async ({ client }: Running, workflowId: string): Promise<number> => {
  const runs = new Set<string>();
  for await (const { memo } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    runs.add(String(memo?.['run']));
  return runs.size;
};

/** All of them have ended, well: what is left open would keep its systems from the runs of other tests. */
export async function over({ find }: Running, ...ids: readonly string[]): Promise<void> {
  for (const id of ids) expect(await (await find(id)).handle.result()).toMatchObject({ status: 'recovered' });
}

/** As `until`, of a run that is started in a moment. */
export async function untilThere(
  { runs, until }: Running,
  id: string,
  wanted: (view: RunView) => boolean,
): Promise<RunView> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const there = await runs.view(id).catch((error: unknown) => {
      if (error instanceof ClientFailure && error.code === 'not-found') return undefined;
      throw error;
    });
    if (there) return until(id, wanted);
  }
  throw new Error(`nothing has started ${id}`);
}
