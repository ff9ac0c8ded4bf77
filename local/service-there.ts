import { musterHome } from './home.ts';
import { localStatus } from './local-status.ts';
import { readServed, type Served, servesFile } from './serves.ts';
import { temporalConfig, type TemporalConfig } from './temporal-config.ts';

/** The service that is asked about what lies in a state directory. */
export interface ServiceThere {
  readonly connectionOptions: TemporalConfig['connectionOptions'] & { readonly address: string };
  readonly namespace: string;
  /** In words: it is not the one that the worker of the state directory serves, so what it does not know may be well. */
  readonly differs?: string;
}

/**
 * The service that the worker of this state directory serves, else the configured one, else this machine's own where it runs.
 * Starts nothing; undefined where there is none.
 * @param flags what was said on the command line.
 */
export function serviceThere(flags: {
  readonly address?: string;
  readonly namespace?: string;
}): ServiceThere | undefined {
  const home = musterHome();
  const { source, connectionOptions, namespace } = temporalConfig(flags);
  const served = readServed(home);
  const own = localStatus().address;
  const configured = source === 'none' ? own : connectionOptions.address;
  if (source === 'none' && served && flags.namespace === undefined) {
    const there = { connectionOptions: { ...connectionOptions, address: served.address } };
    const differs = own === undefined ? undefined : differsWords(home, served, own);
    return { ...there, namespace: served.namespace, ...(differs !== undefined && { differs }) };
  }
  if (configured === undefined) return undefined;
  const same = !served || (isSame(served.address, configured) && served.namespace === namespace);
  return {
    ...{ connectionOptions: { ...connectionOptions, address: configured }, namespace },
    ...(!same && { differs: differsWords(home, served, `${configured}, namespace ${namespace}`) }),
  };
}

const isSame = (one: string, other: string): boolean => plain(one) === plain(other);
const plain = (address: string): string => address.replace(/^localhost:/, '127.0.0.1:');

const differsWords = (home: string, { address, namespace }: Served, other: string): string =>
  `the worker of this state directory serves Temporal at ${address}, namespace ${namespace} (${servesFile(home)}), ` +
  `and there is another service, too: ${other}. A step may belong to either`;
