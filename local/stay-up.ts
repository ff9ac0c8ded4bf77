import { setTimeout as sleep } from 'node:timers/promises';
import { ensureLocal, type EnsureOptions, type Temporal } from './ensure-local.ts';
import { stopLocal } from './stop-local.ts';

const lookEveryMs = 2_000;

/**
 * The same as `ensureLocal`, in the foreground: stays until `signal`, reviving what ends, then stops all. `onUp` is
 * told once where Temporal is. Returns the names of what it stopped: nothing where a service is configured.
 */
export async function stayUp(
  options: EnsureOptions,
  { signal, onUp }: { signal: AbortSignal; onUp: (temporal: Temporal) => void },
): Promise<readonly string[]> {
  const temporal = await ensureLocal(options);
  onUp(temporal);
  if (temporal.source !== 'embedded') return [];
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined); // the signal ends it early
    if (!signal.aborted) await ensureLocal(options);
  }
  return stopLocal();
}
