import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { blockProblem } from './fake-slack-blocks.ts';

type Json = Record<string, unknown>;

export interface FakeMessage {
  readonly ts: string;
  readonly thread: string | undefined;
  readonly broadcast: boolean;
  readonly metadata: { readonly event_payload: { readonly id: string; readonly up_to: number } };
  text: string;
  blocks: Json[];
  edits: number;
}

export interface FakeButton {
  readonly action_id: string;
  readonly text: { readonly text: string };
  readonly value: string;
}

/** What Slack's side of a request saw. */
export interface Acked {
  readonly status: number;
  readonly body: Json | undefined;
  readonly tookMs: number;
}

const channel = 'C0CHANNEL';

/**
 * A Slack on loopback that speaks the published protocols: Web API, signed requests, response URLs, Socket Mode. It can be
 * down, answer that there were too many calls, and lose answers.
 */
export class FakeSlack {
  readonly ids = { team: 'T0TEAM', app: 'A0APP', channel };
  readonly secret = 'the signing secret of a fake';
  readonly botToken = 'xoxb-fake';
  readonly appToken = 'xapp-fake';
  readonly messages: FakeMessage[] = [];
  /** What one user alone was told: by response URL, or in the channel. */
  readonly told: { readonly user: string; readonly text: string; readonly blocks: Json[] }[] = [];
  /** Modals that were opened. */
  readonly forms: { readonly trigger: string; readonly view: Json }[] = [];
  readonly calls: string[] = [];
  /** Whatever was wrong with a call. */
  readonly complaints: string[] = [];
  down = false;
  /** So many calls are answered with 429, to come back after a second. */
  tooMany = 0;
  /** So many messages are posted, but the answer does not arrive. */
  lost = 0;
  /** What it does not take, though nothing is wrong with it. */
  refuses: (args: Json) => boolean = () => false;
  appUrl = '';
  #server: Server;
  #sockets = new WebSocketServer({ noServer: true });
  #acks = new Map<string, (payload: Json | undefined) => void>();
  #replies = new Map<string, string>();
  #next = 1;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket, head) => {
      this.#sockets.handleUpgrade(request, socket, head, (connection) => this.#greet(connection));
    });
  }

  static async start(): Promise<FakeSlack> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new FakeSlack(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get api(): string {
    return `http://${this.host}/api`;
  }

  /** Connections over Socket Mode that are open. */
  get connections(): readonly WebSocket[] {
    return [...this.#sockets.clients].filter((socket) => socket.readyState === socket.OPEN);
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Somebody types `/muster …`. */
  command(text: string, user = 'UANN', change: Json = {}): Promise<Acked> {
    return this.send('slash_commands', {
      ...{ token: 'deprecated', team_id: this.ids.team, team_domain: 'fake', api_app_id: this.ids.app },
      ...{ channel_id: channel, channel_name: 'recovery', user_id: user, user_name: 'whoever' },
      ...{ command: '/muster', text, trigger_id: this.#trigger(), response_url: this.#responseUrl(user) },
      ...change,
    });
  }

  /** Somebody clicks a button of a message. */
  click(button: FakeButton, user = 'UANN', change: Json = {}): Promise<Acked> {
    const action = { type: 'button', block_id: 'b', action_ts: `${Date.now() / 1_000}`, ...button };
    return this.send('interactive', {
      ...this.#interaction('block_actions', user),
      container: { type: 'message', channel_id: channel },
      channel: { id: channel, name: 'recovery' },
      response_url: this.#responseUrl(user),
      actions: [action],
      ...change,
    });
  }

  /** Somebody fills in a modal: values by block, as its elements give them. */
  submit(view: Json, values: Record<string, Json | string>, user = 'UANN'): Promise<Acked> {
    const state: Json = {};
    for (const block of view['blocks'] as Json[]) {
      const { block_id: id, element } = block as { block_id?: string; element?: Json };
      if (id === undefined || !element) continue;
      const value = values[id];
      const filled = typeof value === 'object' ? value : { value: value ?? null };
      state[id] = { [element['action_id'] as string]: { type: element['type'], ...filled } };
    }
    const submitted = { ...view, id: 'V1', state: { values: state } };
    return this.send('interactive', { ...this.#interaction('view_submission', user), view: submitted });
  }

  /** Sends a request as Slack does, by whichever way the app is connected. */
  async send(type: 'slash_commands' | 'interactive', payload: Json): Promise<Acked> {
    if (this.appUrl === '') return this.#sendEnvelope(type, payload);
    const fields =
      type === 'interactive' ? { payload: JSON.stringify(payload) } : (payload as Record<string, string>);
    return this.post(new URLSearchParams(fields).toString());
  }

  /** Posts a body to the app, signed, with whatever else about it a test wants. */
  async post(body: string, change: { headers?: Record<string, string>; at?: number; secret?: string } = {}) {
    const timestamp = String(Math.floor((change.at ?? Date.now()) / 1_000));
    const began = performance.now();
    const response = await fetch(this.appUrl, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': timestamp,
        'x-slack-signature': this.sign(timestamp, body, change.secret),
        ...change.headers,
      },
    });
    const text = await response.text();
    const tookMs = performance.now() - began;
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as Json), tookMs };
  }

  sign(timestamp: string, body: string, secret = this.secret): string {
    return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
  }

  /** Sends the same envelope, also again. */
  async envelope(id: string, type: string, payload: Json): Promise<Json | undefined> {
    const acked = new Promise<Json | undefined>((resolve) => this.#acks.set(id, resolve));
    const message = { envelope_id: id, type, payload, accepts_response_payload: true };
    this.connections.at(-1)?.send(JSON.stringify(message));
    return acked;
  }

  /** Tells an app that its connection ends soon. */
  disconnect(reason: string): void {
    this.connections[0]?.send(JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'fake' } }));
  }

  buttons(message: FakeMessage): FakeButton[] {
    return message.blocks.flatMap((block) =>
      block['type'] === 'actions' ? (block['elements'] as FakeButton[]) : [],
    );
  }

  /** All that a message shows. */
  shown(message: { readonly blocks: readonly Json[] }): string {
    return JSON.stringify(message.blocks);
  }

  /** Waits until something is there; fails after a minute, unless that is too short. */
  async until<T>(what: () => T | undefined | false, withinMs = 60_000): Promise<T> {
    for (const end = Date.now() + withinMs; Date.now() < end; await sleep(10)) {
      const found = what();
      if (found !== undefined && found !== false) return found;
    }
    const shown = this.messages.map(({ text, edits }) => `${edits} ${text}`).join('\n');
    throw new Error(`Slack did not see it. Messages:\n${shown}\nTold:\n${JSON.stringify(this.told)}`);
  }

  async #sendEnvelope(type: string, payload: Json): Promise<Acked> {
    const began = performance.now();
    const body = await this.envelope(randomUUID(), type, payload);
    return { status: 200, body, tookMs: performance.now() - began };
  }

  #greet(connection: WebSocket): void {
    connection.send(
      JSON.stringify({
        ...{ type: 'hello', num_connections: this.#sockets.clients.size },
        connection_info: { app_id: this.ids.app },
        debug_info: { host: 'fake', approximate_connection_time: 18_060 },
      }),
    );
    connection.on('message', (raw: Buffer) => {
      const { envelope_id: id, payload } = JSON.parse(raw.toString('utf8')) as {
        envelope_id: string;
        payload?: Json;
      };
      this.#acks.get(id)?.(payload);
    });
  }

  #interaction(type: string, user: string): Json {
    const { team, app } = this.ids;
    return {
      ...{ type, api_app_id: app, token: 'deprecated', trigger_id: this.#trigger() },
      team: { id: team, domain: 'fake' },
      user: { id: user, username: 'whoever', name: 'whoever', team_id: team },
    };
  }

  #trigger = (): string => `${this.#next++}.${Date.now()}.trigger`;

  #responseUrl(user: string): string {
    const path = `/reply/${randomUUID()}`;
    this.#replies.set(path, user);
    return `http://${this.host}${path}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.down) return void request.socket.destroy();
    const text = Buffer.concat(chunks).toString('utf8');
    const url = request.url ?? '';
    const replier = this.#replies.get(url);
    if (replier !== undefined) {
      this.#tell(replier, JSON.parse(text) as Json);
      return void response.end('ok');
    }
    const method = url.replace('/api/', '');
    this.calls.push(method);
    if (this.tooMany > 0) {
      this.tooMany -= 1;
      return void response.writeHead(429, { 'retry-after': '1' }).end();
    }
    const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
    const args = isForm
      ? (Object.fromEntries(new URLSearchParams(text)) as Json)
      : (JSON.parse(text) as Json);
    const token = method === 'apps.connections.open' ? this.appToken : this.botToken;
    const isKnown = request.headers.authorization === `Bearer ${token}`;
    const answer = isKnown ? this.#do(method, args) : { ok: false, error: 'invalid_auth' };
    if (answer['ok'] !== true) this.complaints.push(`${method}: ${String(answer['error'])}`);
    if (method === 'chat.postMessage' && this.lost > 0) {
      this.lost -= 1;
      return void request.socket.destroy();
    }
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }

  #do(method: string, args: Json): Json {
    const view = args['view'] as { blocks: Json[]; title: Json; submit: Json } | undefined;
    const titles = view ? [view.title, view.submit] : [];
    const isLong = titles.some(({ text }) => String(text).length > 24);
    const problem = isLong ? 'a title is too long' : blockProblem(args['blocks'] ?? view?.blocks);
    if (this.refuses(args)) return { ok: false, error: 'restricted_action' };
    if (problem !== undefined)
      return { ok: false, error: 'invalid_blocks', response_metadata: { messages: [problem] } };
    switch (method) {
      case 'chat.postMessage':
        return this.#postMessage(args);
      case 'chat.update':
        return this.#update(args);
      case 'chat.postEphemeral':
        this.#tell(String(args['user']), args);
        return { ok: true, message_ts: '1.0' };
      case 'views.open':
        this.forms.push({ trigger: String(args['trigger_id']), view: args['view'] as Json });
        return { ok: true, view: { id: 'V1' } };
      case 'auth.test':
        return { ok: true, team_id: this.ids.team, user_id: 'UBOT' };
      case 'conversations.history':
        if (args['channel'] !== channel) return { ok: false, error: 'channel_not_found' };
        return {
          ok: true,
          messages: this.messages.filter(({ thread }) => thread === undefined).toReversed(),
        };
      case 'conversations.replies':
        return {
          ok: true,
          messages: this.messages.filter(({ ts, thread }) => [ts, thread].includes(String(args['ts']))),
        };
      case 'apps.connections.open':
        return { ok: true, url: `ws://${this.host}/link/?ticket=1&app_id=${this.ids.app}` };
      default:
        return { ok: false, error: 'unknown_method' };
    }
  }

  #postMessage(args: Json): Json {
    if (args['channel'] !== channel) return { ok: false, error: 'channel_not_found' };
    const ts = `${Math.floor(Date.now() / 1_000)}.${String(this.#next++).padStart(6, '0')}`;
    this.messages.push({
      ts,
      thread: args['thread_ts'] as string | undefined,
      broadcast: args['reply_broadcast'] === true,
      metadata: args['metadata'] as FakeMessage['metadata'],
      text: String(args['text']),
      blocks: args['blocks'] as Json[],
      edits: 0,
    });
    return { ok: true, channel, ts };
  }

  #update(args: Json): Json {
    const message = this.messages.find(({ ts }) => ts === args['ts']);
    if (!message) return { ok: false, error: 'message_not_found' };
    message.text = String(args['text']);
    message.blocks = args['blocks'] as Json[];
    message.edits += 1;
    return { ok: true, channel, ts: message.ts };
  }

  #tell(user: string, { text, blocks }: Json): void {
    this.told.push({ user, text: String(text), blocks: (blocks ?? []) as Json[] });
  }
}
