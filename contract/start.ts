import { canonical } from '../core/canonical.ts';
import { descendantsOf } from '../core/plan.ts';
import type { Instant, Milliseconds } from '../core/units.ts';
import type { RecoveryInput, SignedStart } from './recovery.ts';

/** So long a signed start can be used; more than an hour, for clocks that are wrong by one must not keep anybody from recovering. */
export const startLives: Milliseconds = 65 * 60_000;

type Starting = Pick<
  RecoveryInput,
  | 'run'
  | 'plan'
  | 'roster'
  | 'by'
  | 'channel'
  | 'reason'
  | 'host'
  | 'disruption'
  | 'detection'
  | 'declaration'
>;

type Unsigned = Omit<SignedStart, 'keyId' | 'signature'>;

/** What is signed where somebody starts a run with a roster. The bytes of no decision, for they neither vote nor propose. */
export const startBytes = (namespace: string, issued: Instant, start: Starting): string =>
  bytesOf(namespace, startOf(issued, start));

/** The bytes of a start that was signed before, wherever it is shown. */
export function bytesOf(namespace: string, { run, by, channel, reason, issued, start }: Unsigned): string {
  return canonical({ version: 1, namespace, run, by, channel, reason, issued, start });
}

function startOf(issued: Instant, input: Starting): Unsigned {
  const { run, plan, roster, by, channel, reason, host, disruption, detection, declaration } = input;
  const children = descendantsOf(plan).map(({ digest }) => digest);
  return {
    ...{ run, by, channel, reason, issued },
    start: {
      plan: plan.digest,
      ...(children.length > 0 && { children }),
      ...(roster && { roster: roster.digest }),
      ...(host && { host }),
      ...(disruption !== undefined && { disruption }),
      ...(detection !== undefined && { detection }),
      ...(declaration !== undefined && { declaration }),
    },
  };
}

/**
 * The signed start that a run rests on: its own, or that of the run above all those that brought it about. Undefined where there
 * is none, or where that one does not name this plan, these people and who starts it.
 */
export function proofOf(input: RecoveryInput): SignedStart | undefined {
  const { parent, signed, plan, roster, by, channel } = input;
  if (!parent)
    return signed && { ...startOf(signed.issued, input), keyId: signed.keyId, signature: signed.signature };
  const { proof } = parent;
  const names =
    proof?.start.children?.includes(plan.digest) === true &&
    proof.start.roster === roster?.digest &&
    proof.by === by &&
    proof.channel === channel;
  return names ? proof : undefined;
}
