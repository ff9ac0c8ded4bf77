import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';

/** The workflows of this build: the bundle that was made with it, else the source, bundled at the start. */
export function workflowsOf(): Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'interceptors'> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  const source = (name: string) =>
    fileURLToPath(new URL(`../workflows/${name}${extname(import.meta.url)}`, import.meta.url));
  return {
    workflowsPath: source('index'),
    interceptors: { workflowModules: [source('same-on-replay')] },
  };
}
