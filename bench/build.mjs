// Builds the benchmark into .muster/bench: compiles it with all that it uses, and bundles both kinds of workflows.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

process.chdir(dirname(import.meta.dirname));
const out = join('.muster', 'bench');

rmSync(out, { recursive: true, force: true });
const tsc = ['node_modules/typescript/bin/tsc', '-p', 'bench/tsconfig.json', '--noCheck', '--outDir', out];
execFileSync(process.execPath, tsc, { stdio: 'inherit' });
cpSync('host', join(out, 'host'), { recursive: true, filter: (file) => !file.endsWith('.ts') });
await bundle('workflows/index.ts', 'workflow-bundle.js');
await bundle('bench/workflows/index.ts', 'bench/by-hand-bundle.js');

async function bundle(entry, to) {
  const workflowsPath = join(process.cwd(), entry);
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  writeFileSync(join(out, to), code);
}
