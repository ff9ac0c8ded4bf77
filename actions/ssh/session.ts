import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ActionContext } from '../action.ts';
import { markedEnvironment } from '../marker.ts';
import { type Answer, answersIn } from './answers.ts';
import { nameOf, sshArgv, type SshHost } from './client.ts';
import { connectionFailure } from './exits.ts';

const farScript = fileURLToPath(new URL('far.sh', import.meta.url));

/** How long a host may take from the connection to the first word of its shell, in milliseconds. */
const helloMs = 60_000;

/** How much of what ssh says by itself is kept, in characters. */
const saidLimit = 4_000;

/**
 * A TERM for the whole session of a step must not cut the line by which the far command is told to stop: ssh leaves a signal
 * ignored that was ignored when it was started.
 */
const spared = ['/bin/sh', '-c', 'trap "" HUP INT TERM; exec "$@"', 'sh'];

/** A far shell that has read far.sh and waits for an order. */
export interface Session {
  /** Sends one order, whole or not at all, and yields what is told of it; ends when the line ends. */
  readonly order: (text: string) => AsyncGenerator<Answer>;
  /** Ends the line; what runs there goes on. */
  readonly close: () => void;
}

/**
 * Connects to a host and has its shell read far.sh. Nothing is ordered yet.
 * @throws ActionFailure where there is no connection, in words; the reason of the signal, which also ends a session that is open.
 */
export async function openSession(
  to: SshHost,
  context: ActionContext,
  signal: AbortSignal,
): Promise<Session> {
  signal.throwIfAborted();
  const [program = '', ...argv] = [...spared, ...context.enter, ...sshArgv(to)];
  const child = spawn(program, argv, {
    cwd: context.workDirectory,
    env: { ...process.env, ...markedEnvironment(context) },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const close = (): void => {
    signal.removeEventListener('abort', close);
    child.kill('SIGKILL');
  };
  await once(child, 'spawn');
  const exited = once(child, 'exit') as Promise<[number | null]>;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-saidLimit)));
  child.stdin.on('error', () => undefined); // The line broke; its end tells the same.
  const nonce = randomUUID();
  const answers = answersIn(child.stdout as AsyncIterable<Buffer>, nonce);
  signal.addEventListener('abort', close, { once: true });
  let impatient = false;
  const patience = setTimeout(() => {
    impatient = true;
    close();
  }, helloMs);
  try {
    child.stdin.write(`${await readFile(farScript, 'utf8')}\nsay hello ${nonce}\n`);
    const { done } = await answers.next();
    if (done) {
      const [code] = await exited;
      signal.throwIfAborted();
      throw connectionFailure(nameOf(to), impatient ? 'silent' : code, said);
    }
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(patience);
  }
  return {
    close,
    async *order(text) {
      child.stdin.write(`{\n${text}\n} </dev/null\nexit\n`);
      try {
        yield* answers as AsyncGenerator<Answer>; // It greets once only.
      } finally {
        close();
      }
    },
  };
}
