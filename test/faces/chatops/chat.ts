import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer, Proposal, Runs, RunSummary, Verdict } from '../../../client/runs.ts';
import { ClientFailure } from '../../../client/failure.ts';
import type { Sign } from '../../../client/service.ts';
import type { Event, EventBody } from '../../../core/event.ts';
import type { Member, Roster } from '../../../core/roster.ts';
import type { RunView } from '../../../core/view.ts';
import type { Config } from '../../../faces/chatops/config.ts';
import { type Chatops, startChatops } from '../../../faces/chatops/start-chatops.ts';
import type { Unproposed } from '../../../faces/hooks/unproposed.ts';
import { FakeSlack } from '../../support/fake-slack.ts';
import { MemoryRuns } from '../test-cli.ts';
import { now } from '../views.ts';

const member = (name: string, user: string, roles: string[]): Member => ({
  ...{ name, roles, keys: [], deputies: [], absent: [] },
  slack: `T0TEAM/${user}`,
});

export const roster: Roster = {
  format: 1,
  name: 'people',
  digest: 'sha256:00',
  people: { ann: member('Ann', 'UANN', ['dba']), bob: member('Bob', 'UBOB', ['network']) },
  edges: { slack: { key: { id: 'SHA256:chat', ed25519: '00'.repeat(32) }, channels: ['chat'] } },
};

/** Runs in memory whose views and events a test changes while they are followed. */
export class ChatRuns extends MemoryRuns {
  readonly views = new Map<string, RunView>();
  readonly happened = new Map<string, Event[]>();
  readonly terminated = new Set<string>();
  failure: ClientFailure | undefined;
  decideTakes = 0;
  onDecide: (decision: Answer | Proposal) => void = () => undefined;

  /** Shows a run as it stands now, after these events. */
  show(view: RunView, ...bodies: EventBody[]): void {
    const events = this.happened.get(view.run) ?? [];
    for (const body of bodies) events.push({ seq: events.length + 1, at: now, revision: 0, ...body });
    this.happened.set(view.run, events);
    this.views.set(view.run, { ...view, lastEvent: events.length });
  }

  override async view(id?: string): Promise<RunView> {
    if (this.failure) throw this.failure;
    const all = [...this.views.values()];
    const found = all.find(({ run, runbook }) => run === id || runbook.name === id);
    if (!found) throw new ClientFailure('not-found', `there is no run "${id}"`);
    return Promise.resolve(found);
  }

  override async events(id: string, after: number, limit: number) {
    return Promise.resolve((this.happened.get(id) ?? []).filter(({ seq }) => seq > after).slice(0, limit));
  }

  override async list({ openOnly }: { readonly limit: number; readonly openOnly: boolean }) {
    if (this.failure) throw this.failure;
    const ended = ['recovered', 'failed', 'cancelled', 'stood-down'];
    const all = [...this.views.values()].map((view): RunSummary => ({
      ...{ run: view.run, workflowId: view.run, runbook: view.runbook.name, mode: view.mode },
      open: !ended.includes(view.status) && !this.terminated.has(view.run),
      status: this.terminated.has(view.run) ? 'terminated' : view.status,
      startedAt: Date.now(),
    }));
    return Promise.resolve(all.filter(({ open }) => open || !openOnly));
  }

  override async decide(id: string, decision: Answer | Proposal): Promise<Verdict> {
    if (this.decideTakes > 0) await new Promise((resolve) => setTimeout(resolve, this.decideTakes));
    if (this.failure) throw this.failure;
    this.onDecide(decision);
    return super.decide(id, decision);
  }
}

export interface Chat {
  readonly slack: FakeSlack;
  readonly directory: string;
  readonly problems: unknown[];
  /** How often Slack had answered a program that began. */
  readonly joined: () => number;
  /** What the journal says, oldest first, but for the proofs of requests. */
  readonly journal: () => Record<string, unknown>[];
  /** Ends the program and starts it again. */
  readonly restart: (meanwhile?: () => void | Promise<void>) => Promise<void>;
}

export interface ChatOptions {
  readonly mode?: Config['mode'];
  readonly roster?: Roster;
  readonly sign?: Sign;
  readonly runbooks?: string[];
  readonly start?: Config['start'];
  /** It says when Slack has answered. */
  readonly greets?: true;
  readonly channel?: string;
  readonly unproposed?: () => readonly Unproposed[];
}

/** A chat on a Slack on loopback, joined to these runs. */
export async function withChat(
  runs: Runs,
  {
    mode = 'http',
    roster: people = roster,
    sign,
    runbooks,
    start: offers = {},
    unproposed,
    greets,
    channel,
  }: ChatOptions,
  test: (chat: Chat) => Promise<void>,
): Promise<void> {
  const slack = await FakeSlack.start();
  const directory = mkdtempSync(join(tmpdir(), 'muster-chat-'));
  const problems: unknown[] = [];
  let joinedTimes = 0;
  let chatops: Chatops | undefined;
  const start = async () => {
    const config = {
      ...configOf(slack, mode),
      ...(channel && { channel }),
      start: offers,
      ...(runbooks && { runbooks }),
    };
    const onJoined = () => void (joinedTimes += 1);
    const onProblem = (problem: unknown) => void problems.push(problem);
    const joined = {
      config,
      roster: people,
      directory,
      runs: () => runs,
      ...(sign && { sign }),
      ...(unproposed && { unproposed }),
    };
    chatops = await startChatops({ ...joined, onProblem, every: 20, ...(greets && { onJoined }) });
    if (mode === 'http') slack.appUrl = `http://127.0.0.1:${chatops.port}/slack`;
    else await slack.until(() => slack.connections.length > 0);
  };
  const journal = () =>
    readFileSync(join(directory, 'journal.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { entry: Record<string, unknown> }).entry)
      .filter(({ type }) => type !== 'request');
  try {
    await start();
    const restart = async (meanwhile?: () => void | Promise<void>) => {
      await chatops?.close();
      chatops = undefined;
      await meanwhile?.();
      await start();
    };
    await test({ slack, directory, problems, joined: () => joinedTimes, journal, restart });
  } finally {
    slack.down = false;
    await chatops?.close();
    await slack.close();
  }
}

function configOf(slack: FakeSlack, mode: Config['mode']): Config {
  const common = {
    ...slack.ids,
    ...{
      api: slack.api,
      replyHosts: [slack.host],
      botToken: slack.botToken,
      roster: 'roster.yaml',
      key: 'key',
      start: {},
    },
  };
  return mode === 'http'
    ? { mode, ...common, signingSecret: slack.secret, host: '127.0.0.1', port: 0 }
    : { mode, ...common, appToken: slack.appToken };
}
