import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionFailure, type ActionContext } from './action.ts';
import { CapturedOutput } from './captured-output.ts';
import { markedEnvironment } from './marker.ts';
import { type ExitCodes, exitNumber, meaningOf } from './exit-codes.ts';
import { Secrets } from './secret.ts';

export interface ChildOptions {
  /** The step's work directory unless given. */
  readonly cwd?: string;
  /** Beside the environment of the step; values may be references to secrets. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it is told in another way, by a file: that must not be shown either. */
  readonly secrets?: Secrets;
  readonly stdin?: string | Readable;
  /** Hears every line of its output, at most 4 KB of each, however many; true: it is not for the log. */
  readonly takeLine?: (line: string) => boolean;
  /** Hears its pid, which is that of its process group as well, as soon as it runs. */
  readonly onStart?: (pid: number) => void;
  /** Takes the whole standard output, as data that belongs in no log; then none of it is kept or logged here. */
  readonly onStdout?: (chunk: Buffer) => void;
}

export interface ChildResult {
  /** Its exit code; 128 + number of the signal that ended it, as shells have it. */
  readonly exit: number;
  readonly stdout: CapturedOutput;
  readonly stderr: CapturedOutput;
}

/** How long a child that was told to end may take before it is killed. */
const graceMs = 5_000;

/** How long the output of a child that has ended is waited for where something else holds it open. */
const drainMs = 1_000;

/**
 * Runs `[...enter, ...argv]` to its end and keeps head and tail of what it writes; its lines go to the log.
 * @throws ActionFailure where it cannot be started, or where the step was stopped (its process group is ended).
 */
export async function runChild(
  argv: readonly string[],
  context: ActionContext,
  options: ChildOptions = {},
): Promise<ChildResult> {
  context.signal.throwIfAborted();
  const secrets = options.secrets ?? new Secrets();
  const env = await secrets.revealAll(options.env ?? {});
  const sink = {
    log: context.log.bind(context),
    redact: secrets.redact.bind(secrets),
    ...(options.takeLine && { takeLine: options.takeLine }),
  };
  const [stdout, stderr] = [new CapturedOutput(sink), new CapturedOutput(sink)];
  const { resumeDirectory } = context;
  const cwd = options.cwd ?? resumeDirectory ?? context.workDirectory;
  const [program = '', ...rest] = [...context.enter, ...argv];
  const child = spawn(program, rest, {
    cwd,
    env: {
      ...process.env,
      ...env,
      ...markedEnvironment(context),
      ...(resumeDirectory && { MUSTER_RESUME: resumeDirectory }),
    },
    stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true, // Its own process group, so that all of it can be ended.
  });
  child.stdout?.on('data', options.onStdout ?? ((chunk: Buffer) => stdout.push(chunk)));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  if (child.pid !== undefined) options.onStart?.(child.pid);
  const fed = feed(child, options.stdin);
  fed.catch(() => undefined); // It is thrown below, when the child has ended.
  const exit = await ended(child, context.signal).catch((error: unknown) => notStarted(error, program, cwd));
  for (const output of [stdout, stderr]) output.end();
  context.signal.throwIfAborted();
  await fed;
  return { exit, stdout, stderr };
}

/** @throws what reading the input throws; that the child does not read to its end is no error. */
async function feed(child: ChildProcess, input: string | Readable | undefined): Promise<void> {
  if (!child.stdin || input === undefined) return;
  const source = typeof input === 'string' ? Readable.from([input]) : input;
  await pipeline(source, child.stdin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

export interface MustSucceed extends ChildOptions {
  /** What it is for, to be read in front of "failed". */
  readonly doing: string;
  /** What the exit codes of the program mean. */
  readonly codes?: ExitCodes;
}

/** Runs a child that must succeed. @throws ActionFailure with the end of what it wrote where it did not. */
export async function runOrFail(
  argv: readonly string[],
  context: ActionContext,
  { doing, codes, ...options }: MustSucceed,
): Promise<ChildResult> {
  const result = await runChild(argv, context, options);
  if (result.exit === 0) return result;
  const said = result.stderr.text(1_000).trim() || result.stdout.text(1_000).trim();
  const meaning = codes && meaningOf(result.exit, codes);
  const means = meaning ? ` (${meaning.means})` : '';
  throw new ActionFailure(
    `${doing} failed: ${argv[0]} exited with ${result.exit}${means}. It said: ${said || 'nothing'}`,
    meaning && { kind: meaning.kind },
  );
}

async function ended(child: ChildProcess, signal: AbortSignal): Promise<number> {
  const closed = once(child, 'close');
  closed.catch(() => undefined); // An error is reported by 'exit' below.
  const stop = () => void endGroup(child);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code, by] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    return exitNumber(code, by);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  signalGroup(child.pid, 'SIGTERM');
  await sleep(graceMs, undefined, { ref: false });
  signalGroup(child.pid, 'SIGKILL');
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function notStarted(cause: unknown, program: string, cwd: string): Promise<never> {
  const { code } = cause as NodeJS.ErrnoException;
  const there = await stat(cwd).then((found) => found.isDirectory(), () => false); // prettier-ignore
  if (!there)
    throw new ActionFailure(`Cannot run ${program} in ${cwd}: there is no such directory.`, { cause });
  // EACCES also where the program is nowhere and a directory of the PATH may not be read.
  const unknown = code === 'ENOENT' || code === 'EACCES';
  const why = unknown ? "no program of that name may be run by the worker's user" : `the system says ${code}`;
  throw new ActionFailure(
    `Cannot start ${JSON.stringify(program)}: ${why}. Install it on the worker's host, or give its full path.`,
    { cause },
  );
}
