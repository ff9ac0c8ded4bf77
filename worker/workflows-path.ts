import { existsSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WorkerOptions } from '@temporalio/worker';

type Workflows = Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath' | 'interceptors'>;

/** The workflows of this build: the bundle that was made with it, else the source, bundled at the start. */
export function workflowsOf({ encrypted }: { readonly encrypted: boolean }): Workflows {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (existsSync(bundle)) return { workflowBundle: encrypted ? encrypting(bundle) : { codePath: bundle } };
  if (encrypted) throw new Error('Payloads are encrypted by what is built only: npm run build.');
  const source = (name: string) =>
    fileURLToPath(new URL(`../workflows/${name}${extname(import.meta.url)}`, import.meta.url));
  return {
    workflowsPath: source('index'),
    interceptors: { workflowModules: [source('same-on-replay')] },
  };
}

/** On the first line, so that every other stays where the source map says; workflows/failure-converter.ts looks for it. */
export const encrypting = (codePath: string): { readonly code: string } => ({
  code: `globalThis.musterEncryptsPayloads = true; ${readFileSync(codePath, 'utf8')}`,
});
