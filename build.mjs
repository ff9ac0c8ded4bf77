// Builds dist: compiles, copies what is no TypeScript, bundles the workflows, and only then puts it in place.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, extname, join, relative, resolve } from 'node:path';

process.chdir(import.meta.dirname);
const started = new Date();
// Runbooks are read from where they lie; these folders' files are read beside the code that runs.
const withAssets = ['actions', 'faces', 'host', 'language', 'worker'];
const notCopied = new Set(['.md', '.ts']);
const barred = /node_modules\/(zod|handlebars|yaml)\//;
const out = join('.muster', `dist.${process.pid}`);

rmSync(out, { recursive: true, force: true });
try {
  compile();
  copyAssets();
  await bundleWorkflows();
  // The time of this file tells what has changed since; its text tells whether a running worker is of this build.
  writeFileSync(join(out, 'build-id'), digestOf(out));
  utimesSync(join(out, 'build-id'), started, started);
  replaceDist();
} finally {
  rmSync(out, { recursive: true, force: true });
}

/** Types are checked by `npm run typecheck`; a build only emits, which is quicker. */
function compile() {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', out],
    { stdio: 'inherit' },
  );
}

function copyAssets() {
  for (const file of withAssets.flatMap(filesBelow).filter((path) => !notCopied.has(extname(path)))) {
    mkdirSync(dirname(join(out, file)), { recursive: true });
    cpSync(file, join(out, file));
  }
}

async function bundleWorkflows() {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = resolve('workflows', 'index.ts');
  const workflowInterceptorModules = [resolve('workflows', 'same-on-replay.ts')];
  const logger = new DefaultLogger('WARN');
  const failureConverterPath = resolve('workflows', 'failure-converter.ts');
  const { code } = await bundleWorkflowCode({
    ...{ workflowsPath, workflowInterceptorModules, failureConverterPath, logger },
  });
  const found = barred.exec(code);
  if (found)
    throw new Error(`The workflow bundle contains ${found[1]}: workflows import core and contract only.`);
  writeFileSync(join(out, 'workflow-bundle.js'), code);
}

function replaceDist() {
  const old = `${out}.old`;
  if (existsSync('dist')) renameSync('dist', old);
  renameSync(out, 'dist');
  rmSync(old, { recursive: true, force: true });
}

function digestOf(directory) {
  const hash = createHash('sha256');
  for (const file of filesBelow(directory))
    hash.update(`${relative(directory, file)}\0`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesBelow(directory) {
  if (!existsSync(directory)) return [];
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
