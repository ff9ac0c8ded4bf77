import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { carryOut } from './carry-out.ts';
import { childContext } from './child-context.ts';
import { endLeftovers } from './leftovers.ts';
import { isFullDisk, replaceDurably } from './durable.ts';
import { loadAction } from './registry.ts';
import { type ChildSpec, failed, type Report } from './report.ts';

/** How often it is tried again to write to a full disk, in milliseconds. */
const waitForRoomMs = 1_000;

/**
 * The process of one try: `muster __action NAME SPEC-FILE`. It loads no Temporal. Its report is on the disk
 * before it ends; its exit code is 0 when the action passed. TERM aborts the action's signal.
 */
export async function runAction(name: string, specFile: string): Promise<number> {
  const spec = JSON.parse(readFileSync(specFile, 'utf8')) as ChildSpec;
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort(new Error(`stopped by ${signal}`)));
  }
  process.chdir(spec.context.workDirectory);
  const report = await perform(name, spec, stop.signal);
  // Whoever decides what to do about a failure must find nothing of it at work.
  if (report.outcome === 'failed') await endLeftovers();
  await leaveReport(spec.reportFile, report);
  return report.outcome === 'passed' ? 0 : 1;
}

/** What it did must not be taken for lost: with a full disk this waits until there is room. */
async function leaveReport(file: string, report: Report): Promise<void> {
  for (;;) {
    try {
      return await replaceDurably(file, JSON.stringify(report));
    } catch (error) {
      if (!isFullDisk(error)) throw error;
      await sleep(waitForRoomMs);
    }
  }
}

async function perform(name: string, spec: ChildSpec, signal: AbortSignal): Promise<Report> {
  const action = await loadAction(name);
  if (!action) return failed(`this host knows no action ${name}`);
  try {
    return await carryOut({
      action,
      errand: spec.errand,
      signal,
      context: (bounded) => childContext(spec, bounded),
    });
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

const [, script, name = '', specFile = ''] = process.argv;
if (script === fileURLToPath(import.meta.url)) process.exit(await runAction(name, specFile));
