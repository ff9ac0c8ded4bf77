import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ActionContext, ActionFailure } from '../action.ts';
import { maybeSecret, wholeNumber } from '../field.ts';
import type { Secrets } from '../secret.ts';

/** Paths that ssh and any shell take as they are: ssh expands `%` and `~` in them, and splits them at blanks. */
export const plainPath = () =>
  z
    .string()
    .regex(/^\/[\w./@+,=-]*$/, 'must be a path that begins with / and holds none but plain characters');

const hostName = /^[A-Za-z0-9_:][\w.:%-]*$/;

/** The fields that say how a host is reached. */
export const sshFields = {
  host: z
    .string()
    .regex(hostName, 'must be a name or an address')
    .describe("The host, by name or address, or as the worker's ~/.ssh/config calls it."),
  user: z
    .string()
    .regex(/^[A-Za-z_][\w.@-]*\$?$/, 'must be the name of an account')
    .optional()
    .describe("The account there. Default: the worker's own, or what ~/.ssh/config says."),
  port: wholeNumber({ min: 1, max: 65_535 }).optional().describe('The port of its sshd. Default: 22.'),
  identity: z
    .union([plainPath(), maybeSecret().regex(/^(env|file|exec|vault):/, 'must be a path or a reference')])
    .optional()
    .describe(
      'The private key: a path, or the key itself as a reference such as `vault:…`. Default: the agent and the keys of the worker.',
    ),
  knownHosts: plainPath()
    .optional()
    .describe('A file of known host keys, the only one that counts. Default: those of the worker.'),
};

export interface SshHost {
  readonly host: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly identity?: string | undefined;
  readonly knownHosts?: string | undefined;
}

/** Never asks, knows the host, notices within a minute that a connection is dead, and shares it with nobody. */
const always = [
  ...['BatchMode=yes', 'StrictHostKeyChecking=yes', 'UpdateHostKeys=no', 'CheckHostIP=no'],
  ...['ConnectTimeout=10', 'ServerAliveInterval=10', 'ServerAliveCountMax=4', 'TCPKeepAlive=yes'],
  ...['ControlMaster=no', 'ControlPath=none', 'RemoteCommand=none', 'PermitLocalCommand=no'],
  ...['ClearAllForwardings=yes', 'ForwardAgent=no', 'ForwardX11=no', 'LogLevel=INFO'],
];

/**
 * The argv of ssh to a shell there: no word of it means anything to a shell, so it also goes through an `enter` that is an
 * ssh itself. What is to be done goes by standard input.
 */
export function sshArgv({ host, user, port, identity, knownHosts }: SshHost): readonly string[] {
  const known =
    knownHosts === undefined ? [] : [`UserKnownHostsFile=${knownHosts}`, 'GlobalKnownHostsFile=/dev/null'];
  const options = [...always, ...known, ...(identity === undefined ? [] : ['IdentitiesOnly=yes'])];
  return [
    ...['ssh', '-T', ...options.flatMap((option) => ['-o', option])],
    ...(identity === undefined ? [] : ['-i', identity]),
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, '/bin/sh'],
  ];
}

export const nameOf = ({ host, user, port }: SshHost): string =>
  `${user === undefined ? '' : `${user}@`}${host}${port === undefined ? '' : `:${port}`}`;

const keyFile = ({ workDirectory }: ActionContext) => join(workDirectory, 'identity');

/** Puts a key that is a secret into a file of its own. @returns the path of the key, whichever it is. */
export async function identityFile(
  identity: string,
  secrets: Secrets,
  context: ActionContext,
): Promise<string> {
  const revealed = await secrets.reveal(identity);
  if (revealed === identity) return identity;
  if (context.enter.length > 0)
    throw new ActionFailure(
      `This site is entered by ${context.enter[0]}, and ssh runs behind it: a key that is a secret cannot be had there. Put it there, and give its path`,
    );
  const file = keyFile(context);
  await rm(file, { force: true });
  await writeFile(file, `${revealed.trimEnd()}\n`, { mode: 0o600, flag: 'wx' }); // OpenSSH wants the newline at its end.
  return file;
}

/** Takes away the file of a key, also the one that a try left which was killed. */
export const forgetIdentity = (context: ActionContext): Promise<void> =>
  rm(keyFile(context), { force: true });
