import { connect } from 'node:net';
import { ActionFailure } from '../action.ts';
import { boundedText } from '../bounded-text.ts';

/** A server of a backend as HAProxy has it now. */
export interface HaproxyServer {
  readonly name: string;
  /** `ready` takes new sessions, `drain` keeps those it has, `maint` has none; as an administrator has set it. */
  readonly state: 'ready' | 'drain' | 'maint';
  /** HAProxy holds it for healthy. */
  readonly up: boolean;
  /** Its health is checked. */
  readonly checked: boolean;
  readonly sessions: number;
}

/** Where the runtime API listens: a path of a Unix socket, or `HOST:PORT`. */
export type AdminSocket = string;

const answerWithinMs = 5_000;

/** Of one command, in bytes: some ten thousand servers. */
const largestAnswer = 1024 * 1024;

/**
 * One command of HAProxy's runtime API (management guide, "Unix Socket commands").
 * @throws ActionFailure where it does not answer, or refuses.
 */
export async function command(socket: AdminSocket, line: string, signal: AbortSignal): Promise<string> {
  const answer = await ask(socket, line, signal).catch((cause: NodeJS.ErrnoException) => {
    signal.throwIfAborted();
    throw new ActionFailure(
      `HAProxy does not answer at ${socket} (${cause.code ?? cause.message}). Is it running, and may the worker use its admin socket?`,
      { cause },
    );
  });
  const said = answer.trim();
  if (/^(Unknown command|Permission denied|No such|Require|Can't find|Invalid)/i.test(said))
    throw new ActionFailure(`HAProxy refuses "${line}": ${said.split('\n', 1)[0]}`, { kind: 'terminal' });
  return said;
}

async function ask(socket: AdminSocket, line: string, signal: AbortSignal): Promise<string> {
  const [, host = '', port] = /^(.*):(\d+)$/.exec(socket) ?? [];
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(answerWithinMs)]);
  const place = socket.startsWith('/') ? { path: socket } : { host, port: Number(port) };
  const connection = connect({ ...place, signal: bounded });
  connection.end(`${line}\n`);
  return boundedText(connection, largestAnswer);
}

/** The servers of a backend. @throws ActionFailure where there is no such backend, with those that there are. */
export async function serversOf(
  socket: AdminSocket,
  backend: string,
  signal: AbortSignal,
): Promise<HaproxyServer[]> {
  const states = rowsOf(await command(socket, 'show servers state', signal), ' ');
  const figures = rowsOf(await command(socket, 'show stat -1 4 -1', signal), ',');
  const found = states.filter(({ be_name }) => be_name === backend);
  if (found.length === 0) {
    const backends = [...new Set(states.map(({ be_name }) => be_name))].join(', ');
    throw new ActionFailure(`HAProxy has no backend ${backend} with servers. It has ${backends || 'none'}.`, {
      kind: 'terminal',
    });
  }
  return found.map((row) => {
    const name = row['srv_name'] ?? '';
    const of = figures.find(({ pxname, svname }) => pxname === backend && svname === name);
    return { name, ...healthOf(row), sessions: Number(of?.['scur'] ?? 0) };
  });
}

type Row = Readonly<Record<string, string>>;

/** Tables of the runtime API: a head that begins with `# `, then a row a line. */
function rowsOf(answer: string, between: ' ' | ','): Row[] {
  const lines = answer.split('\n');
  const head = lines.findIndex((line) => line.startsWith('# '));
  const names = (lines[head] ?? '').slice(2).split(between);
  return lines.slice(head + 1).filter(Boolean).map((line) => {
    const cells = line.split(between);
    return Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));
  }); // prettier-ignore
}

/** Bits of `show servers state` (management guide): why it is in maintenance or drained (that its configuration began so, 0x04, stays for ever), and that it has a check. */
const bits = { maint: 0x01 | 0x02 | 0x20, drain: 0x08 | 0x10, checked: 0x02 } as const;
const running = 2;

function healthOf(row: Row): Pick<HaproxyServer, 'state' | 'up' | 'checked'> {
  const admin = Number(row['srv_admin_state']);
  return {
    state: admin & bits.maint ? 'maint' : admin & bits.drain ? 'drain' : 'ready',
    up: Number(row['srv_op_state']) === running,
    checked: (Number(row['srv_check_state']) & bits.checked) !== 0,
  };
}
