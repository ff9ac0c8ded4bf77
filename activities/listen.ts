import type { Silence } from '../contract/perform.ts';
import type { PerformInput } from '../contract/perform.ts';
import { lastSign } from '../host/last-sign.ts';

/**
 * Listens to a try that is at work: tells when nothing was written for as long as it may, and when something is again.
 * @param adopted another observer may have told something before, so that the first word is told whatever it is.
 * @returns a look, to be made again and again; it throws where it cannot be told, and then the next one tells it.
 */
export function listen(
  { try: id, quiet }: PerformInput,
  {
    directory,
    adopted,
    tell,
  }: { directory: string; adopted: boolean; tell: (silence: Silence) => Promise<void> },
): () => Promise<void> {
  let told: boolean | undefined = adopted ? undefined : false;
  return async () => {
    if (quiet === undefined) return;
    const since = await lastSign(directory);
    const silent = since !== undefined && Date.now() - since >= quiet;
    if (silent === told) return;
    await tell({ try: id, ...(silent && { since }) });
    told = silent;
  };
}
