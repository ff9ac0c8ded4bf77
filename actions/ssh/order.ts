import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ActionContext } from '../action.ts';
import { tryVariable } from '../detach.ts';
import { markedEnvironment } from '../marker.ts';
import { fileNameOf } from '../step-files.ts';
import { most } from './answers.ts';
import { quote } from './quote.ts';

/** The same file that runs the steps of this host: there is one protocol, and one program that keeps to it. */
const supervisor = fileURLToPath(new URL('../../host/supervisor.sh', import.meta.url));

/** How long a command that was told to end may take before it is killed, in seconds. */
const graceSeconds = 5;

/** One command on another host, as far.sh has to know it. */
export interface FarCommand {
  readonly run: string;
  /** The name of its directory there; those of all tries of one step begin alike. */
  readonly name: string;
  readonly earlier: string;
  /** Where step directories lie there; empty: where Muster's state lies by default. */
  readonly directory: string;
  /** What its `intent` there holds. */
  readonly intent: string;
  readonly argv: readonly string[];
  readonly cwd?: string | undefined;
  /** With its secrets. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Asked {
  /** How much of the log is here already, in bytes. */
  readonly from: number;
  /** It was heard of: a directory that is not there any more was deleted. */
  readonly heard: boolean;
}

/** The order to start a command, or to go on with the one that was started. */
export async function startOrder(command: FarCommand, context: ActionContext, asked: Asked): Promise<string> {
  const { cwd, argv, env } = command;
  const variables = Object.entries({ ...env, ...markedEnvironment(context) }).filter(
    ([name]) => name !== tryVariable,
  );
  return [
    await opening(command, asked),
    ...(cwd === undefined
      ? ['cwd=$dir/work']
      : [
          `cwd=${quote(cwd)}`,
          '[ -d "$cwd" ] && [ -x "$cwd" ] || refuse terminal "has no directory for cwd that may be entered, and nothing was started"',
        ]),
    'launch() (',
    // First, before a variable of the command's can be one of the shell's.
    `set -- setsid --fork sh "$dir/supervisor.sh" "$dir" ${argv.map(quote).join(' ')}`,
    `cd "$cwd" && umask "$login_umask" && export ${tryVariable}="$dir" || exit`,
    ...variables.map(([name, value]) => `export ${name}=${quote(value)}`),
    'exec "$@" >/dev/null 2>&1',
    ')',
    `watch ${asked.from} ${most.log} ${most.tail} start`,
  ].join('\n');
}

/** The order to look how a command stands; one that was not started will not be. */
export const lookOrder = async (command: FarCommand, asked: Asked): Promise<string> =>
  `${await opening(command, asked)}\nwatch ${asked.from} ${most.log} ${most.tail} bar`;

/** The order to end a command. */
export const stopOrder = async (command: FarCommand): Promise<string> =>
  `${await opening(command, { from: 0, heard: false })}\nhalt ${graceSeconds}\nwatch 0 0 0 bar`;

async function opening(
  { directory, run, name, earlier, intent }: FarCommand,
  { heard }: Asked,
): Promise<string> {
  const place = [directory, fileNameOf(run), fileNameOf(name), fileNameOf(earlier)].map(quote).join(' ');
  const program = quote((await readFile(supervisor, 'utf8')).trimEnd());
  return `check\nplace ${place}\nmake ${quote(intent)} ${program} ${heard ? 'yes' : 'no'}`;
}
