import { randomBytes } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import type { Plan } from '../core/plan.ts';
import { formatDuration, type Digest, type Instant } from '../core/units.ts';
import { planDigest } from '../language/compile/seal.ts';
import { sha256 } from '../record/sha256.ts';

const format = 'muster-plan';
const version = 1;

/**
 * Writes a plan to a file, whole or not at all, for `recover` to run exactly it. `runbookFile` says where its
 * runbook is, relative to the plan file, so that a change of it is seen.
 */
export async function writePlanFile(file: string, plan: Plan, runbookFile?: string): Promise<void> {
  const beside = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  await writeFile(beside, `${JSON.stringify({ format, version, runbookFile, plan })}\n`, { flag: 'wx' });
  await rename(beside, file);
}

/** Whether a text is a plan file, good or bad, and no runbook. */
export const isPlanFile = (text: string): boolean => text.startsWith(`{"format":"${format}"`);

/**
 * Reads the text of a plan file.
 * @returns the plan; why it cannot be used; or undefined where the text is no plan file at all.
 */
export function readPlanFile(
  text: string,
): { readonly plan: Plan; readonly runbookFile?: string } | { readonly problem: string } | undefined {
  if (!isPlanFile(text)) return undefined;
  const envelope = parse(text);
  if (!envelope) return { problem: 'The plan file is cut off or was edited: it is no JSON any more.' };
  if (envelope.version !== version || envelope.plan?.format !== 1) {
    return { problem: 'The plan file was written by another version of Muster. Make the plan anew.' };
  }
  const { plan, runbookFile } = envelope;
  const { digest, ...rest } = plan;
  if (planDigest(rest, sha256) !== digest) {
    return {
      problem: `The plan file was edited: it is not the plan ${digest} any more. Make the plan anew.`,
    };
  }
  return { plan, ...(runbookFile !== undefined && { runbookFile }) };
}

/** What the world is like when a plan is about to be run. */
export interface Present {
  readonly now: Instant;
  readonly catalogue: Digest;
  /** Of the runbook as it is now, where it is at hand. */
  readonly runbook?: Digest;
}

const oldest = 24 * 60 * 60_000;

/** Why a plan must not be run any more; nothing when it still fits. */
export function staleness(plan: Plan, { now, catalogue, runbook }: Present): string[] {
  const age = now - plan.compiledAt;
  const reasons = [
    age > oldest &&
      `It was made ${formatDuration(age)} ago; a plan may be run for ${formatDuration(oldest)}.`,
    runbook !== undefined &&
      runbook !== plan.runbook.digest &&
      `The runbook ${plan.runbook.name} has changed since it was made.`,
    catalogue !== plan.catalogue &&
      'This Muster has other actions than the one that made it, or they take other input.',
  ];
  return reasons.filter((reason) => reason !== false);
}

interface Envelope {
  readonly version?: unknown;
  readonly plan?: Plan;
  readonly runbookFile?: string;
}

function parse(text: string): Envelope | undefined {
  try {
    return JSON.parse(text) as Envelope;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
