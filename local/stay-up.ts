import { setTimeout as sleep } from 'node:timers/promises';
import { ensureLocal, reviveLocal, type EnsureOptions, type Temporal } from './ensure-local.ts';
import { ServiceStopped } from './local-failure.ts';
import { localStatus } from './local-status.ts';
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
  const tellEdges = edgeTeller(options.onProgress);
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined); // the signal ends it early
    try {
      if (!signal.aborted) await reviveLocal(options, temporal);
      tellEdges();
    } catch (failure) {
      if (failure instanceof ServiceStopped) return [];
      throw failure;
    }
  }
  return stopLocal();
}

/** Returns a function that tells what became of the edges since the last look: up, or why not. */
function edgeTeller(tell: EnsureOptions['onProgress']): () => void {
  const told = new Map<string, string>();
  return () => {
    for (const { name, pid, trouble } of localStatus().edges ?? []) {
      const words = trouble ?? (pid === undefined ? undefined : `muster ${name} is up.`);
      if (words === undefined || told.get(name) === words) continue;
      told.set(name, words);
      tell(words);
    }
  };
}
