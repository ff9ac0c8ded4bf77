import { ActionFailure } from '../action.ts';
import type { ExitCodes } from '../exit-codes.ts';

/** ssh(1): it exits with the status of the far shell, or with 255 if an error occurred. The command's own code never comes this way. */
export const sshExits: ExitCodes = {
  127: { means: 'there is no ssh on this host, or no /bin/sh on the other', kind: 'terminal' },
  255: { means: 'ssh itself failed, and says why', kind: 'retryable' },
  other: { means: 'the account there gives no POSIX shell', kind: 'terminal' },
};

interface Refusal {
  readonly said: RegExp;
  readonly words: (where: string) => string;
}

/** What ssh says where trying again would end the same way. */
const refusals: readonly Refusal[] = [
  {
    said: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    words: (where) =>
      `The host key of ${where} is not the one that is known: another host answers there, or it got a new key. ` +
      'Nothing was sent. Find out which, and only then put the new key in the place of the old',
  },
  {
    said: /Host key verification failed|host key is known/,
    words: (where) =>
      `No host key of ${where} is known, and none is taken on trust. Compare what \`ssh-keyscan\` prints with the ` +
      "host's own /etc/ssh/ssh_host_*_key.pub, and add it to the file of known hosts",
  },
  {
    said: /Permission denied/,
    words: (where) =>
      `${where} does not let us in: no key that was offered opens that account. Look at identity, user, and authorized_keys there`,
  },
];

/** Why there is no connection, in words and with its kind. @param exit of ssh; null where it was killed, `silent` where it took too long. */
export function connectionFailure(
  where: string,
  exit: number | null | 'silent',
  said: string,
): ActionFailure {
  const last = `It said: ${said.trim().slice(-600) || 'nothing'}`;
  const refusal = refusals.find((known) => known.said.test(said));
  if (refusal) return new ActionFailure(`${refusal.words(where)}. ${last}`, { kind: 'terminal' });
  if (exit === 'silent') return new ActionFailure(`No shell of ${where} answered ssh in time. ${last}`);
  if (exit === null) return new ActionFailure(`ssh to ${where} was killed before it was through. ${last}`);
  const { means, kind } = sshExits[exit] ?? sshExits.other;
  return new ActionFailure(`${where} was not reached: ssh exited with ${exit} (${means}). ${last}`, { kind });
}
