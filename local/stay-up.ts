import { setTimeout as sleep } from 'node:timers/promises';
import { ensureLocal, reviveLocal, type EnsureOptions, type Temporal } from './ensure-local.ts';
import { ServiceStopped } from './local-failure.ts';
import { stopLocal } from './stop-local.ts';

const lookEveryMs = 2_000;

/**
 * The same as `ensureLocal`, in the foreground: stays until `signal`, reviving what ends, then stops all; or until
 * somebody else stops the service. `onUp` is told once where Temporal is. Returns the names of what it stopped, and
 * undefined where a service is configured.
 */
export async function stayUp(
  options: EnsureOptions,
  { signal, onUp }: { signal: AbortSignal; onUp: (temporal: Temporal) => void },
): Promise<readonly string[] | undefined> {
  const temporal = await ensureLocal(options);
  onUp(temporal);
  if (temporal.source !== 'embedded') return undefined;
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined); // the signal ends it early
    try {
      if (!signal.aborted) await reviveLocal(options, temporal);
    } catch (failure) {
      if (failure instanceof ServiceStopped) return [];
      throw failure;
    }
  }
  return stopLocal();
}
