import type { ActionResult } from './action.ts';
import type { ChildResult } from './child-process.ts';

const limit = 4_000;

/** What a program's end says: its exit code, and what it wrote in at most 4,000 characters each. */
export function reportOf({ exit, stdout, stderr }: ChildResult): ActionResult {
  const written = stdout.text(limit);
  return {
    outputs: { stdout: written.trim(), exit },
    findings: { value: written.trim(), exit, stdout: written, stderr: stderr.text(limit) },
  };
}
