import { z } from 'zod';
import { type ActionContext, ActionFailure } from '../action.ts';
import { type ChildResult, runChild } from '../child-process.ts';
import { type ExitCodes, meaningOf } from '../exit-codes.ts';
import { absolutePath, environment } from '../field.ts';

/** https://rclone.org/docs/#exit-code. What it does is done beside: no end leaves anything unknown. */
export const rcloneExits: ExitCodes = {
  1: { means: 'it failed, or was called wrongly, and says why', kind: 'retryable' },
  2: { means: 'an error of another kind', kind: 'retryable' },
  3: { means: 'the directory is not there', kind: 'terminal' },
  4: { means: 'a file is not there', kind: 'retryable' },
  5: { means: 'a passing error: more tries may help', kind: 'retryable' },
  6: { means: 'a lesser error: more tries will not help', kind: 'terminal' },
  7: { means: 'a fatal error, such as a suspended account', kind: 'terminal' },
  8: { means: 'a limit of what may be transferred was reached', kind: 'terminal' },
  9: { means: 'nothing was transferred', kind: 'terminal' },
  10: { means: 'a limit of time was reached', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

/** The fields of every action that reads a remote of rclone. */
export const remoteFields = {
  source: z
    .string()
    .regex(/^[^-:/][^:]*:.*$|^:[a-z0-9]+:.*$/, 'must be REMOTE:PATH')
    .transform((text) => text.replace(/(?<=[^:/])\/+$/, ''))
    .describe(
      'The directory that holds the backups, as rclone takes it: `REMOTE:PATH`. Without a secret in it.',
    ),
  config: absolutePath()
    .optional()
    .describe('The configuration file of rclone. Default: none, all stands in `env`.'),
  env: environment().describe(
    'Remotes and their secrets, as RCLONE_CONFIG_REMOTE_KEY. A value env:NAME or file:/path is looked up at the last moment.',
  ),
};

export interface Remote {
  readonly config?: string | undefined;
  readonly env: Readonly<Record<string, string>>;
}

export interface Call {
  readonly doing: string;
  readonly argv: readonly string[];
  /** Hears every line that rclone logs. */
  readonly onSaid?: (said: Said) => void;
}

/** A line of rclone's log (`--use-json-log`). */
export interface Said {
  readonly level: string;
  readonly msg: string;
  readonly object?: string;
  readonly stats?: { readonly bytes: number; readonly totalBytes: number };
}

/** So many different errors are told. */
const mostTold = 5;

/** Runs rclone. @throws ActionFailure with what it complained of, each once, where it fails. */
export async function rclone(
  { config, env }: Remote,
  { doing, argv, onSaid }: Call,
  context: ActionContext,
): Promise<ChildResult> {
  const errors = new Set<string>();
  const takeLine = (line: string): boolean => {
    const said = saidIn(line);
    if (!said) return !line.includes('Failed to'); // What it prints is no log; its last words are.
    onSaid?.(said);
    if (said.level !== 'error' || said.msg.startsWith('Attempt ')) return true;
    if (errors.size < mostTold) errors.add(said.object ? `${said.object}: ${said.msg}` : said.msg);
    return false;
  };
  const program = ['rclone', `--config=${config ?? ''}`, '--ask-password=false', '--use-json-log', ...argv];
  const result = await runChild(program, context, { env, takeLine });
  if (result.exit === 0) return result;
  const { means, kind } = meaningOf(result.exit, rcloneExits);
  const said = errors.size > 0 ? [...errors].join('; ') : result.stderr.text(1_000).trim() || 'nothing';
  throw new ActionFailure(`${doing} failed: rclone exited with ${result.exit} (${means}). It said: ${said}`, {
    kind,
  });
}

function saidIn(line: string): Said | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined; // Cut off, or no line of its log.
  }
}
