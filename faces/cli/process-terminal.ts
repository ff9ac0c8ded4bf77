import { createInterface, emitKeypressEvents } from 'node:readline';
import { exit } from './exit-code.ts';
import type { Key, Terminal } from './terminal.ts';

type Environment = Readonly<Record<string, string | undefined>>;
export type When = 'auto' | 'always' | 'never';

/** The terminal of this process, as its environment and the global options want it. */
export function processTerminal(
  env: Environment,
  options: { readonly color: When; readonly input: boolean },
): Terminal {
  const { stdin, stdout, stderr } = process;
  endWithReaders();
  const plain = env['TERM'] === 'dumb' || isSet(env['CI']);
  // In a pipe Node leaves isTTY undefined, whatever its type says.
  const isTerminal = ({ isTTY }: { readonly isTTY?: boolean }) => isTTY === true;
  const redraws = isTerminal(stderr) && !plain;
  const asks = isTerminal(stdin) && isTerminal(stderr) && options.input && !isSet(env['CI']);
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    size: () => ({ columns: stderr.columns || 80, rows: stderr.rows || 24 }),
    redraws,
    asks,
    colored: colored(env, options.color, isTerminal(stdout) && redraws),
    question,
    onKey,
    onInterrupt,
  };
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== '' && value !== 'false';

/** A flag beats `NO_COLOR`, which beats what the terminal can do. */
function colored(env: Environment, when: When, able: boolean): boolean {
  if (when !== 'auto') return when === 'always';
  return able && !isSet(env['NO_COLOR']);
}

function question(text: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    lines.once('close', () => resolve(undefined));
    lines.once('SIGINT', () => lines.close());
    lines.question(text, (answer) => {
      resolve(answer.trim());
      lines.close();
    });
  });
}

function onKey(listen: (key: Key) => void): () => void {
  const { stdin } = process;
  const heard = (text: string | undefined, key: { name?: string; ctrl?: boolean }) =>
    listen({ text, name: key.name, ctrl: key.ctrl ?? false });
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  stdin.on('keypress', heard);
  stdin.resume();
  return () => {
    stdin.off('keypress', heard);
    stdin.setRawMode(false);
    stdin.pause();
  };
}

function onInterrupt(listen: () => void): () => void {
  process.on('SIGINT', listen);
  process.on('SIGTERM', listen);
  process.on('SIGHUP', listen);
  return () => {
    process.off('SIGINT', listen);
    process.off('SIGTERM', listen);
    process.off('SIGHUP', listen);
  };
}

/** Whoever read the data has gone (`muster list | head`): nothing is left to do here, and what runs goes on. */
function endWithReaders(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE') process.exit(exit.interrupted);
  });
  // A terminal that is gone cannot be told that it is.
  process.stderr.on('error', () => undefined);
}
