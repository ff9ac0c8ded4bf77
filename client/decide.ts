import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { messages } from '../contract/names.ts';
import type { DecideInput, DecideResult } from '../contract/recovery.ts';
import { canonical } from '../core/canonical.ts';
import type { Decision } from '../core/event.ts';
import { decisionLives } from '../core/run/parse-decision.ts';
import { explain } from './explain.ts';
import { ClientFailure } from './failure.ts';
import type { FoundRun } from './find-run.ts';
import type { Service } from './service.ts';
import type { Answer, Proposal, Verdict } from './runs.ts';

const tries = 5;

/**
 * Sends a decision and returns what became of it. An answer that got lost on the way is asked for again with
 * the same id, which counts once; nobody is told "counted" before Temporal said so.
 */
export async function decide(service: Service, run: FoundRun, what: Answer | Proposal): Promise<Verdict> {
  const now = service.now ? await service.now() : Date.now();
  const decision = {
    version: 1,
    namespace: service.namespace,
    id: randomUUID(),
    run: run.run,
    issued: now,
    expires: now + decisionLives,
    ...what,
  } as Decision;
  const bytes = canonical(decision);
  const input: DecideInput = { bytes, ...(await service.sign?.(bytes)) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run.handle.executeUpdate<DecideResult, [DecideInput]>(messages.decide, {
        args: [input],
        updateId: decision.id,
      });
    } catch (error) {
      const said = explain(error);
      const lost = isLost(said);
      const again = lost || (isGone(said) && (await goesOn(run)));
      if (!again || attempt >= tries) throw attempt > 1 || lost ? uncertain(said) : said;
      await sleep(500 * attempt);
    }
  }
}

const isLost = (said: unknown): boolean =>
  said instanceof ClientFailure && (said.code === 'unreachable' || said.code === 'no-worker');

const isGone = (said: unknown): boolean => said instanceof ClientFailure && said.code === 'not-found';

/** What was on its way while the run was reset came to the end of the one before, and is to be sent to the one that goes on. */
async function goesOn({ handle }: FoundRun): Promise<boolean> {
  return (await handle.describe()).status.name === 'RUNNING';
}

/** An earlier attempt may have been counted, whatever the last one says: so nobody is told that it was refused. */
function uncertain(said: unknown): unknown {
  if (!(said instanceof ClientFailure)) return said;
  const words = `It is not known whether the decision was recorded (${said.message}). Say it again: it counts once.`;
  return new ClientFailure(isLost(said) ? said.code : 'unreachable', words, said);
}
