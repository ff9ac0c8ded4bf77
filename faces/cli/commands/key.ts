import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { Argument } from 'commander';
import type { PublicKey } from '../../../core/roster.ts';
import { KeyFailure } from '../../../people/failure.ts';
import { usualKeyFile } from '../../../people/key-file.ts';
import { newKey } from '../../../people/new-key.ts';
import { readPrivateKey } from '../../../people/private-key.ts';
import { publicLine, readPublicKey } from '../../../people/public-key.ts';
import { agentKeys } from '../../../people/ssh-agent.ts';
import type { Cli } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../live/safe.ts';
import { readText } from '../read-file.ts';
import { show, tell } from '../show.ts';
import type { Verb } from '../verb.ts';

/** The public half of a key, and where the key is. */
interface Shown {
  readonly from: string;
  readonly line: string;
  readonly fingerprint: string;
}

/** Makes a key to sign decisions with, or shows the public half of one; the private half is never shown. */
export const key: Verb<{ readonly comment?: string }> = {
  shape(command) {
    command
      .addArgument(new Argument('<what>', 'new or show').choices(['new', 'show']))
      .argument('[file]', 'where the key is (default: muster/key in your configuration directory)')
      .option('--comment <text>', 'of a new key: stands at the end of its public line');
  },
  async run(cli, [what, file], { comment }) {
    if (what === 'new') return makeKey(cli, file, comment ?? `${cli.person}@${hostname()}`);
    if (comment !== undefined) throw new CliFailure('--comment is for a new key.');
    return showKeys(cli, file === undefined ? await allKeys(cli) : [await keyIn(file)]);
  },
};

async function makeKey(cli: Cli, named: string | undefined, comment: string): Promise<ExitCode> {
  const file = named ?? usualKeyFile(cli.env);
  const made = shown(file, await newKey(file, comment), comment);
  show(cli, { format: 1, key: made }, () => textOf(made));
  tell(
    cli,
    [
      `The private half is in ${file}; nobody else needs it. The first line goes into the roster, under the keys of its`,
      "person or edge; that of a key which signs rosters goes into the workers' roster-keys instead.",
    ].join(' '),
  );
  return exit.ok;
}

function showKeys(cli: Cli, keys: readonly Shown[]): ExitCode {
  if (keys.length === 0) {
    throw new CliFailure(`There is no key: no file ${usualKeyFile(cli.env)}, and none in an SSH agent.`, {
      hint: 'muster key new makes one.',
    });
  }
  show(cli, { format: 1, keys }, () => safe(keys).map(textOf).join('\n'));
  return exit.ok;
}

/** What a decision could be signed with here: the key in the usual file, or in that of MUSTER_KEY, and the agent's. */
async function allKeys(cli: Cli): Promise<Shown[]> {
  const file = cli.env['MUSTER_KEY'] || usualKeyFile(cli.env);
  return [...(existsSync(file) ? [await keyIn(file)] : []), ...(await keysInAgent(cli))];
}

/** An agent that does not answer is no reason to show nothing. */
async function keysInAgent(cli: Cli): Promise<Shown[]> {
  const socket = cli.env['SSH_AUTH_SOCK'];
  if (!socket) return [];
  try {
    const keys = await agentKeys(socket);
    return keys.map(({ publicKey, comment }) => shown('the SSH agent', publicKey, comment));
  } catch (failure) {
    if (!(failure instanceof KeyFailure)) throw failure;
    tell(cli, failure.message);
    return [];
  }
}

async function keyIn(file: string): Promise<Shown> {
  if (!file.endsWith('.pub')) {
    const { publicKey, comment } = await readPrivateKey(file);
    return shown(file, publicKey, comment);
  }
  const line = (await readText(file)).trim();
  const read = readPublicKey(line);
  if ('problem' in read) throw new CliFailure(`${file} holds no key that could be used. ${read.problem}`);
  return shown(file, read.key, line.split(/\s+/).slice(2).join(' '));
}

const shown = (from: string, publicKey: PublicKey, comment: string): Shown => ({
  from,
  line: publicLine(publicKey, comment),
  fingerprint: publicKey.id,
});

const textOf = ({ from, line, fingerprint }: Shown): string => `${line}\n${fingerprint}  ${from}`;
