import type { Settings } from './cli.ts';

/** What the global options say about the service; they win over environment and profile. */
export const flagsOf = ({ address, namespace }: Settings) => ({
  ...(address === undefined ? {} : { address }),
  ...(namespace === undefined ? {} : { namespace }),
});
