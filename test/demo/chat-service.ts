import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { guardedIdentity } from '../../local/guarded-process.ts';
import { newKey } from '../../people/new-key.ts';
import { publicLine } from '../../people/public-key.ts';
import type { FakeSlack } from '../support/fake-slack.ts';
import type { Muster } from './muster.ts';

export type Victim = 'worker' | 'temporal-server' | 'chatops';

/** Of the gates of a run: so many, one behind the other, each for ann and bob, who are in the chat. */
const runbookOf = (gates: readonly string[]): string => `muster: v1
name: clicks
title: One gate after another
owner: team
sites: { here: {} }
systems:
${gates.map((gate) => `  ${gate}-done: { needs: [${gate}], recover: [{ step: work, use: noop, touches: nothing }] }`).join('\n')}
gates:
${gates
  .map((gate, at) => {
    const needs = at > 0 ? `[${gates[at - 1]}-done]` : '[]';
    const approve = '{ by: [{ role: operator, count: 2 }] }';
    return `  ${gate}: { title: Go on?, needs: ${needs}, reason: optional, approve: ${approve} }`;
  })
  .join('\n')}
`;

/** The service of a machine, with a chat over HTTP on a Slack of the test's, and a run of gates in it. */
export class ChatService {
  readonly run: string;
  private readonly muster: Muster;

  private constructor(muster: Muster, run: string) {
    this.muster = muster;
    this.run = run;
  }

  static async start(muster: Muster, slack: FakeSlack, gates: readonly string[]): Promise<ChatService> {
    const at = (name: string) => join(muster.home, name);
    const [ada, chat] = [await newKey(at('ada'), 'ada'), await newKey(at('chat'), 'chat')];
    writeFileSync(
      at('roster.yaml'),
      `muster: v1
roster: team
people:
  ada: { roles: [on-call], keys: ['${publicLine(ada, 'ada')}'] }
  ann: { roles: [operator], slack: T0TEAM/UANN }
  bob: { roles: [operator], slack: T0TEAM/UBOB }
edges:
  slack: { key: '${publicLine(chat, 'chat')}', channels: [chat] }
`,
    );
    writeFileSync(at('bot'), slack.botToken);
    writeFileSync(at('secret'), slack.secret);
    writeFileSync(at('clicks.yaml'), runbookOf(gates));
    const port = await freePort();
    slack.appUrl = `http://127.0.0.1:${port}/slack`;
    const config = {
      ...{ mode: 'http', port, ...slack.ids, api: slack.api, replyHosts: [slack.host] },
      ...{ botToken: 'file:bot', signingSecret: 'file:secret', roster: 'roster.yaml', key: 'chat' },
    };
    writeFileSync(at('chatops.yaml'), JSON.stringify({ ...config, state: 'chat-state' }));
    const who = ['--as', 'ada', '--key', at('ada'), '--roster', at('roster.yaml')];
    const how = ['--confirm', 'clicks', '--reason', 'test', '--detach'];
    const { code, out, err } = await muster.run('recover', at('clicks.yaml'), ...who, ...how);
    if (code !== 0) throw new Error(`it did not start: ${err}${out}`);
    return new ChatService(muster, out.trim());
  }

  get journal(): string {
    return join(this.muster.home, 'chat-state', 'journal.jsonl');
  }

  /** Kills one of the service's processes with KILL; its parent starts it again. */
  kill(victim: Victim): boolean {
    const pid = guardedIdentity({ directory: join(this.muster.home, 'local'), name: victim })?.pid;
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    return pid !== undefined;
  }
}

function freePort(): Promise<number> {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
