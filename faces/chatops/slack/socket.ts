import { setTimeout as sleep } from 'node:timers/promises';
import WebSocket from 'ws';
import type { Milliseconds } from '../../../core/units.ts';
import type { Front } from '../front.ts';
import { fromJson } from './json.ts';

export interface SocketOptions {
  /** The app's own id: another one's connection is not kept. */
  readonly app: string;
  /** Asks Slack for the address of a new connection (`apps.connections.open`). */
  readonly open: () => Promise<string>;
  readonly front: Front;
  readonly onProblem: (problem: unknown) => void;
  /** Slack has greeted this app on a connection. */
  readonly onGreeted?: () => void;
  /** The shortest wait before the next try to connect. */
  readonly pause?: Milliseconds;
}

interface Envelope {
  readonly type?: string;
  readonly envelope_id?: string;
  readonly payload?: unknown;
  readonly reason?: string;
  readonly connection_info?: { readonly app_id?: string };
}

/** Slack pings every few seconds; a connection that is silent for so long is dead. */
const silence: Milliseconds = 60_000;
const longestPause: Milliseconds = 60_000;
const largestMessage = 64 * 1024;
const remembered = 2_000;

/** Takes Slack's requests over Socket Mode: one connection at a time, the next one open before the old one closes. */
export class SlackSocket {
  private readonly options: SocketOptions;
  private readonly sockets = new Set<WebSocket>();
  /** Envelopes that were acknowledged: one whose acknowledgement got lost comes again. */
  private readonly seen = new Set<string>();
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(options: SocketOptions) {
    this.options = options;
    this.running = this.run();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    for (const socket of this.sockets) socket.terminate();
    await this.running;
  }

  private async run(): Promise<void> {
    const shortest = this.options.pause ?? 1_000;
    let pause = shortest;
    while (!this.stopping.signal.aborted) {
      const greeted = await this.session().catch((problem: unknown) => {
        if (!this.stopping.signal.aborted) this.options.onProblem(problem);
        return false;
      });
      pause = greeted ? shortest : Math.min(pause * 2, longestPause);
      await sleep(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    }
  }

  /** One connection, until it closes or Slack wants another one. Was it greeted? */
  private async session(): Promise<boolean> {
    const url = await this.options.open();
    const socket = new WebSocket(url, { handshakeTimeout: 10_000, maxPayload: 1024 * 1024 });
    this.sockets.add(socket);
    if (this.stopping.signal.aborted) socket.terminate();
    let greeted = false;
    let alive = setTimeout(() => socket.terminate(), silence);
    const heard = () => void (alive = (clearTimeout(alive), setTimeout(() => socket.terminate(), silence)));
    return new Promise((resolve, reject) => {
      socket.on('ping', heard);
      socket.on('error', reject);
      socket.on('close', () => {
        clearTimeout(alive);
        this.sockets.delete(socket);
        resolve(greeted);
      });
      socket.on('message', (raw: Buffer) => {
        heard();
        const message = parsed(raw);
        if (message.type === 'hello') {
          greeted = message.connection_info?.app_id === this.options.app;
          if (greeted) this.options.onGreeted?.();
          else {
            reject(new Error(`The app token is of another app than ${this.options.app}.`));
            socket.terminate();
          }
        } else if (message.type === 'disconnect') {
          // What is still under way comes by the old connection, which Slack closes itself.
          if (message.reason === 'link_disabled')
            reject(new Error('Socket Mode is switched off in the settings of the app.'));
          else resolve(greeted);
        } else if (greeted) {
          this.take(socket, message, raw).catch(this.options.onProblem);
        }
      });
    });
  }

  private async take(
    socket: WebSocket,
    { type, envelope_id: id, payload }: Envelope,
    raw: Buffer,
  ): Promise<void> {
    const { front } = this.options;
    if (typeof id !== 'string') return front.refuse('malformed', raw);
    const acknowledge = (body?: object) => {
      if (socket.readyState === WebSocket.OPEN)
        socket.send(JSON.stringify({ envelope_id: id, ...(body && { payload: body }) }));
    };
    if (this.seen.has(id)) return acknowledge();
    this.seen.add(id);
    for (const old of this.seen) if (this.seen.size > remembered) this.seen.delete(old);
    if (raw.length > largestMessage || (type !== 'slash_commands' && type !== 'interactive')) {
      front.refuse(raw.length > largestMessage ? 'too-large' : 'malformed', raw);
      return acknowledge();
    }
    const ack = await front.take(type, payload).catch((problem: unknown) => {
      // It was not acknowledged, so it comes again.
      this.seen.delete(id);
      throw problem;
    });
    acknowledge(ack?.body);
    front.background(ack?.work);
  }
}

const parsed = (raw: Buffer): Envelope => {
  const message = fromJson(raw.toString('utf8'));
  return typeof message === 'object' && message !== null ? message : {};
};
