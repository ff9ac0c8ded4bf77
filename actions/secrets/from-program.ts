import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { ActionFailure } from '../action.ts';

const run = promisify(execFile);

const limits = { timeout: 30_000, maxBuffer: 64 * 1024, killSignal: 'SIGKILL', encoding: 'utf8' } as const;

/**
 * What a program prints, without one newline at its end: `exec:["/usr/bin/pass","show","db"]`, or, where no argument
 * holds a space, `exec:/usr/bin/pass show db`. There is no shell. What it says on standard error is shown to nobody:
 * it may hold the secret before anybody knows it.
 * @throws ActionFailure where it cannot be run, fails, takes too long or prints nothing or too much.
 */
export async function fromProgram(written: string): Promise<string> {
  const [program = '', ...rest] = argvOf(written);
  const failed = (why: string, cause?: unknown) =>
    new ActionFailure(
      `The secret exec:${program} cannot be had: ${why}. Try it by hand as the worker's user; what it says on standard error is not shown here.`,
      { cause },
    );
  const { stdout } = await run(program, rest, { ...limits, cwd: '/' }).catch((cause: unknown) => {
    throw failed(reasonOf(cause as Failure));
  });
  const secret = stdout.replace(/\r?\n$/, '');
  if (secret === '') throw failed('the program printed nothing');
  return secret;
}

function argvOf(written: string): string[] {
  const argv: unknown = written.startsWith('[') ? parsed(written) : written.split(' ').filter(Boolean);
  const isArgv = Array.isArray(argv) && argv.every((one) => typeof one === 'string' && !one.includes('\0'));
  if (isArgv && argv[0]?.startsWith('/')) return argv as string[];
  throw new ActionFailure(
    'A secret exec: is no argv. Write exec:["/path/of/program","argument"], or exec:/path/of/program argument where no argument holds a space.',
  );
}

function parsed(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return undefined;
  }
}

interface Failure {
  readonly code?: string | number | null;
  readonly killed?: boolean;
  readonly signal?: string | null;
}

function reasonOf({ code, killed, signal }: Failure): string {
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'it printed more than 64 KB';
  if (killed) return `it took longer than ${limits.timeout / 1_000} s, and was ended`;
  if (signal) return `it was ended by ${signal}`;
  return typeof code === 'number' ? `it exited with ${code}` : `the program cannot be started (${code})`;
}
