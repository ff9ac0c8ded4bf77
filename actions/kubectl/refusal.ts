import { ActionFailure } from '../action.ts';
import { type EndKind, type ExitCodes, meaningOf } from '../exit-codes.ts';

/** kubectl ends with 1 whatever went wrong (https://kubernetes.io/docs/reference/kubectl/generated/): what it says decides. */
export const kubectlExits: ExitCodes = {
  1: { means: 'it failed, and what it says decides', kind: 'retryable' },
  other: { means: 'its manual does not say', kind: 'retryable' },
};

interface Refusal {
  readonly says: RegExp;
  readonly kind: EndKind;
  readonly means: string;
}

/** The first that fits counts: what stays wrong until somebody changes something stands before what passes by itself. */
const refusals: readonly Refusal[] = [
  {
    says: /x509:|failed to verify certificate/,
    kind: 'terminal',
    means:
      'The certificate of the API server, or that of the worker, is not trusted: look at the kubeconfig.',
  },
  {
    says: /\(Unauthorized\)|You must be logged in/,
    kind: 'terminal',
    means: 'The API server does not take the credentials of this context: they may have run out.',
  },
  {
    says: /\(Forbidden\)|is forbidden:/,
    kind: 'terminal',
    means: 'The account of this context may not do it: have it allowed, or use another context.',
  },
  {
    says: /Apply failed with \d+ conflict|\d+ conflicts?: conflict/,
    kind: 'terminal',
    means:
      'Another field manager holds these fields: leave them out of the manifests, or say `takeOver: true`.',
  },
  {
    says: /denied the request/,
    kind: 'terminal',
    means: 'An admission webhook of the cluster refuses it.',
  },
  {
    says: /error loading config file|no server found|invalid configuration/,
    kind: 'terminal',
    means: 'The kubeconfig cannot be read.',
  },
  {
    says: /no matches for kind|doesn't have a resource type/,
    kind: 'terminal',
    means: 'The cluster does not know this kind: apply its definition in a step before.',
  },
  {
    says: /\(Invalid\)|\(BadRequest\)|\(MethodNotAllowed\)|error (validating|parsing|reading|converting|decoding)|unable to decode|unrecognized condition|the path .* does not exist|does not match the namespace|no objects passed/,
    kind: 'terminal',
    means: 'It cannot be taken as it is written.',
  },
  { says: /\(NotFound\)/, kind: 'terminal', means: 'It is not there.' },
  {
    says: /Expected replicas to be|object has been modified|\(Conflict\)/,
    kind: 'retryable',
    means: 'Somebody else, or an autoscaler, changed it at the same moment.',
  },
  {
    says: /timed out waiting|progress deadline/,
    kind: 'retryable',
    means: 'It takes longer than it may.',
  },
  {
    says: /Unable to connect to the server|connection to the server .* was refused|dial tcp|i\/o timeout|handshake timeout|deadline exceeded|request canceled|connection reset|\bEOF\b/,
    kind: 'retryable',
    means: 'The API server does not answer.',
  },
  {
    says: /\((InternalError|ServiceUnavailable|TooManyRequests|Timeout|ServerTimeout)\)|etcdserver:/,
    kind: 'retryable',
    means: 'The API server is busy or ill.',
  },
];

export interface Ended {
  readonly doing: string;
  readonly exit: number;
  /** What it wrote to its standard error, free of secrets. */
  readonly said: string;
}

/** A call of kubectl that failed, in words, with where it was made. */
export function refused({ doing, exit, said }: Ended, where: string): ActionFailure {
  const refusal = exit === 1 ? refusals.find(({ says }) => says.test(said)) : undefined;
  const meaning = refusal ?? meaningOf(exit, kubectlExits);
  const means = refusal ? ` ${refusal.means}` : ` kubectl exited with ${exit} (${meaning.means}).`;
  return new ActionFailure(`${doing} failed (${where}).${means} It said: ${gist(said) || 'nothing'}`, {
    kind: meaning.kind,
  });
}

/** Without the log lines of its library, and without the advice to use other flags of kubectl. */
const gist = (said: string): string =>
  said
    .replace(/^[EWI]\d{4} .*\n?/gm, '')
    .replace(/\nPlease review the fields above[^]*$/, '')
    .replace(/; if you choose to ignore these errors.*$/gm, '')
    .trim();

export const isRefusal = (error: unknown, says: RegExp): error is ActionFailure =>
  error instanceof ActionFailure && says.test(error.message);
