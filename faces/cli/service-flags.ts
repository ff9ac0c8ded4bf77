import type { Settings } from './cli.ts';

/** What the global options say about the service; they win over environment and profile. */
export const flagsOf = ({ address, namespace }: Pick<Settings, 'address' | 'namespace'>) => ({
  ...(address === undefined ? {} : { address }),
  ...(namespace === undefined ? {} : { namespace }),
});
