import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { builtFile, packageRoot } from '../../local/package-root.ts';

let building: Promise<unknown> | undefined;

/** Absolute path of a file of an up-to-date `dist`, which is built if it is stale; for what runs as a child process. */
export async function built(path: string): Promise<string> {
  building ??= promisify(execFile)(join(packageRoot, 'muster'), ['__build']);
  await building;
  return builtFile(path);
}

/** The workflow bundle, as `Worker.create({ workflowBundle: await workflowBundle() })` takes it. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  return { codePath: await built('workflow-bundle.js') };
}
