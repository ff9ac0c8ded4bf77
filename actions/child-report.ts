import type { ActionResult } from './action.ts';
import type { ChildResult } from './child-process.ts';

const limit = 4_000;

/**
 * What a program's end says: its exit code, and what it wrote in at most 4,000 characters each. An output is
 * what other steps work with, so it is never cut: a longer one is left out.
 */
export function reportOf({ exit, stdout, stderr }: ChildResult): ActionResult {
  const written = stdout.text(limit);
  const whole = stdout.whole()?.trim();
  return {
    outputs: { exit, ...(whole !== undefined && whole.length <= limit && { stdout: whole }) },
    findings: { value: written.trim(), exit, stdout: written, stderr: stderr.text(limit) },
  };
}
