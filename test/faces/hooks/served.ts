import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import type { Runs, Started, StartRequest } from '../../../client/runs.ts';
import type { RunStatus } from '../../../core/event.ts';
import type { Roster } from '../../../core/roster.ts';
import type { Config, Sender, TriggerConfig } from '../../../faces/hooks/config.ts';
import { type Hooks, startHooks } from '../../../faces/hooks/start-hooks.ts';
import { unproposedFile } from '../../../faces/hooks/unproposed.ts';
import type { MakeProposal } from '../../../faces/hooks/trigger.ts';
import { makePair, makeRoster, member } from '../../core/run/make-roster.ts';
import { ChatRuns } from '../chatops/chat.ts';
import { atTheGate, goLive } from '../views.ts';

export const secretOf = (name: string): string => Buffer.from(name.padEnd(32, '.')).toString('base64');
export const token = 'a-token-of-two-and-thirty-characters';
const edge = makePair();

export const roster = makeRoster(
  {
    ann: member(['dba'], { openid: { issuer: 'https://id.example', subject: '4711' } }),
    bob: member(['network'], { email: 'bob@shop.example', slack: 'T1/U1' }),
    cid: member([], { email: 'both@shop.example' }),
    dan: member([], { email: 'both@shop.example' }),
  },
  { edges: { web: { key: edge.public, channels: ['webhook'] } } },
);

export const senders: Record<string, Sender> = {
  bridge: { secret: secretOf('bridge'), authenticates: ['name', 'openid'] },
  mailer: { secret: secretOf('mailer'), authenticates: ['email', 'slack'] },
};

export const trigger = (more: Partial<TriggerConfig> = {}): TriggerConfig => ({
  token,
  runbook: 'shop.yaml',
  parameters: {},
  match: { alertname: 'ShopDown' },
  quiet: 3_600_000,
  ...more,
});

/** Runs in memory of which one of a runbook is open at a time. */
export class HookRuns extends ChatRuns {
  open: Started | undefined;
  startTakes = 0;

  override async list(options: { readonly limit: number; readonly openOnly: boolean }) {
    const { open } = this;
    const one = open && {
      ...{ run: open.run, workflowId: open.workflowId, runbook: 'book', mode: 'live' as const },
      ...{ open: true, status: 'running' as const, startedAt: 0 },
    };
    return [...(await super.list(options)), ...(one ? [one] : [])];
  }

  /** People end what is open. */
  end(status: RunStatus): void {
    if (this.open) this.show({ ...atTheGate, run: this.open.run, status });
    this.open = undefined;
  }

  override async start(request: StartRequest): Promise<Started> {
    if (this.startTakes > 0) await new Promise((resolve) => setTimeout(resolve, this.startTakes));
    if (this.failure) throw this.failure;
    if (this.open) return { ...this.open, already: true };
    this.started.push(request);
    this.open = { run: `shop-${this.started.length}`, workflowId: 'recover/shop', already: false };
    return this.open;
  }
}

/** A vote for the gate of the pictures. */
export const decision = {
  ...{
    person: { name: 'ann' },
    run: atTheGate.run,
    ask: goLive.try,
    choice: 'approve',
    reason: 'all is well',
  },
  rests: goLive.rests,
};

/** Runs of which one stands at that gate. */
export function running(): HookRuns {
  const runs = new HookRuns();
  runs.show(atTheGate);
  return runs;
}

export interface Signing {
  readonly secret?: string;
  readonly id?: string;
  readonly at?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The headers of a message that is signed as Standard Webhooks has it, by the library for it. */
export function signed(body: string, { secret, id, at, headers }: Signing = {}): Record<string, string> {
  const message = id ?? `msg_${Math.random().toString(36).slice(2)}`;
  const when = new Date(at ?? Date.now());
  return {
    'webhook-id': message,
    'webhook-timestamp': String(Math.floor(when.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret ?? senders['bridge']!.secret).sign(message, when, body),
    ...headers,
  };
}

export interface Served {
  readonly url: string;
  readonly directory: string;
  readonly problems: unknown[];
  readonly started: string[];
  readonly journal: () => Record<string, unknown>[];
  readonly post: (
    path: string,
    body: string,
    headers?: Record<string, string>,
  ) => Promise<{ readonly status: number; readonly said: Record<string, unknown> }>;
  /** Signs a decision and sends it. */
  readonly decide: (
    decision: object,
    signing?: Signing,
  ) => Promise<{ readonly status: number; readonly said: Record<string, unknown> }>;
  /** Ends the program and starts it again. */
  readonly restart: () => Promise<void>;
}

export interface ServeOptions {
  readonly roster?: Roster;
  readonly sign?: Parameters<typeof startHooks>[0]['sign'];
  readonly triggers?: Record<string, TriggerConfig>;
  readonly make?: MakeProposal;
  readonly answerWithin?: number;
}

/** Waits until something has happened; fails after ten seconds. */
export async function until(what: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !what(); await sleep(10))
    if (Date.now() > end) throw new Error('it does not happen');
}

/** The program on a free port of loopback, over these runs. */
export async function withHooks(
  runs: Runs,
  options: ServeOptions,
  test: (served: Served) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-hooks-'));
  const problems: unknown[] = [];
  const started: string[] = [];
  const config: Config = {
    ...{ host: '127.0.0.1', port: 0, roster: 'roster.yaml', key: 'key', senders },
    triggers: options.triggers ?? {},
  };
  let hooks: Hooks | undefined;
  const start = async () => {
    hooks = await startHooks({
      ...{ config, directory, roster: options.roster ?? roster, runs: () => runs },
      unproposed: unproposedFile(directory),
      sign: options.sign ?? ((bytes) => Promise.resolve(edge.sign(bytes))),
      make: options.make ?? (() => Promise.reject(new Error('nothing to propose'))),
      onProblem: (problem) => void problems.push(problem),
      onStarted: (_, { run }) => void started.push(run),
      ...(options.answerWithin !== undefined && { answerWithin: options.answerWithin }),
    });
  };
  const url = () => `http://127.0.0.1:${hooks!.port}`;
  const post: Served['post'] = async (path, body, headers = {}) => {
    const type = { 'content-type': 'application/json' };
    const response = await fetch(`${url()}${path}`, {
      method: 'POST',
      body,
      headers: { ...type, ...headers },
    });
    return { status: response.status, said: (await response.json()) as Record<string, unknown> };
  };
  const decide: Served['decide'] = (decision, signing) => {
    const body = JSON.stringify(decision);
    return post('/v1/decisions', body, signed(body, signing));
  };
  const journal = () =>
    readFileSync(join(directory, 'journal.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { entry: Record<string, unknown> }).entry);
  const restart = async () => {
    await hooks?.close();
    hooks = undefined;
    await start();
  };
  try {
    await start();
    const served = { directory, problems, started, journal, post, decide, restart };
    await test({
      ...served,
      get url() {
        return url();
      },
    });
  } finally {
    await hooks?.close();
  }
}
