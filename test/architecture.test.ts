import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { packageRoot } from '../local/package-root.ts';
import { built } from './support/built.ts';
import { sourceFiles } from './support/source-files.ts';

/**
 * What a folder may import, as beginnings of paths in the project and of names of packages. Everything may import
 * itself; Node's own modules are listed as `node:`.
 */
const arrows: Readonly<Record<string, readonly string[]>> = {
  core: [],
  contract: ['core', '@temporalio/common'],
  workflows: ['core', 'contract', '@temporalio/workflow', '@temporalio/common', '@noble/'],
  language: ['core', 'actions/action.ts', 'actions/catalogue.ts', 'node:', 'yaml', 'zod', 'handlebars'],
  actions: ['core', 'node:', 'zod', 'pg'],
  // A supervised command and the action inside it write the same directory; host reads what the child wrote.
  host: ['core', 'actions', 'node:'],
  record: ['core', 'node:'],
  people: ['core', 'node:'],
  activities: [
    'core',
    'contract',
    'actions',
    'host',
    'language',
    'people',
    'record',
    'node:',
    '@temporalio/',
    'standardwebhooks',
  ],
  // A worker started alone finds its service and its state directory as the terminal does.
  worker: [
    'core',
    'contract',
    'actions',
    'host',
    'people',
    'record',
    'activities',
    'client/client-options.ts',
    'client/data-converter.ts',
    // Which tries a run goes on without: its own look at orphans.
    'client/ended-tries.ts',
    'client/payload-keys.ts',
    'local',
    'node:',
    '@temporalio/',
  ],
  client: [
    'core',
    'contract',
    'language',
    'people',
    'record',
    'actions/catalogue.ts',
    // Payload keys are looked up as the secrets of steps are.
    'actions/secret.ts',
    'node:',
    '@temporalio/',
  ],
  local: ['node:', '@temporalio/'],
  faces: [
    ...[
      'core',
      'contract',
      'client',
      'language',
      'people',
      'record',
      'local',
      'node:',
      'commander',
      'picocolors',
    ],
    // Chat and webhooks: their configuration, a connection of its own, signatures.
    ...['yaml', 'zod', 'ws', 'standardwebhooks'],
    // The codec server speaks of payloads.
    '@temporalio/common',
    ...['actions/catalogue.ts', 'actions/action.ts', 'runbooks/shop/'],
    // What the disk of this host says: `muster steps`, `muster cleanup`, and the worker's report of orphans.
    'host/list-steps.ts',
    'host/list-set-aside.ts',
    'host/orphan-report.ts',
  ],
  runbooks: ['actions/process-identity.ts', 'local/package-root.ts', 'people', 'node:', 'pg', 'yaml'],
};

const atTheTop = new Set([...Object.keys(arrows), 'bench', 'bin', 'docs', 'test', '.ci']);
const code = sourceFiles().filter((file) => file.endsWith('.ts') && (file.split('/')[0] ?? '') in arrows);
const read = (file: string) => readFileSync(join(packageRoot, file), 'utf8');

interface Import {
  readonly file: string;
  readonly what: string;
}

/** What a file imports: files as paths from the top, packages by name. */
function importsOf(file: string): Import[] {
  const statement = /^(?:import|export)\s[^'"`;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...read(file).matchAll(statement)].map((match) => {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    const what = specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier;
    return { file, what };
  });
}

function isAllowed({ file, what }: Import): boolean {
  const folder = file.split('/')[0] ?? '';
  if (what.startsWith(`${folder}/`)) return true;
  return (arrows[folder] ?? []).some(
    (allowed) => what === allowed || what.startsWith(/[:/]$/.test(allowed) ? allowed : `${allowed}/`),
  );
}

describe('the house', () => {
  it('has the folders of its plan and no others', () => {
    const folders = new Set(
      sourceFiles()
        .filter((file) => file.includes('/'))
        .map((file) => file.split('/')[0]),
    );
    expect([...folders].filter((folder) => !atTheTop.has(folder ?? ''))).toEqual([]);
  });

  it('imports along its arrows only', () => {
    expect(code.length).toBeGreaterThan(200);
    const wrong = code.flatMap(importsOf).filter((found) => !isAllowed(found));
    expect(wrong.map(({ file, what }) => `${file} imports ${what}`)).toEqual([]);
  });

  it('would notice a wrong arrow', () => {
    expect(isAllowed({ file: 'core/plan.ts', what: 'node:fs' })).toBe(false);
    expect(isAllowed({ file: 'workflows/index.ts', what: 'language/compile/compile.ts' })).toBe(false);
    expect(isAllowed({ file: 'client/list.ts', what: 'actions/command/run.ts' })).toBe(false);
    expect(isAllowed({ file: 'core/plan.ts', what: 'core/units.ts' })).toBe(true);
  });

  it('keeps workflows small: core and contract, no parser and no schema', async () => {
    const bundle = readFileSync(await built('workflow-bundle.js'), 'utf8');
    expect(bundle).toContain('workflows/index');
    const strangers = /node_modules\/(zod|handlebars|yaml|pg|@temporalio\/(?:client|worker|activity))\//g;
    expect(new Set(bundle.match(strangers))).toEqual(new Set());
  });

  it('has no file of more than 250 lines', () => {
    const long = code.filter((file) => read(file).split('\n').length > 251);
    expect(long).toEqual([]);
  });

  it('names files in kebab-case after what is in them', () => {
    const odd = code.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(basename(file)));
    const vague = code.filter((file) => /\b(utils?|helpers?|misc|common)\b/.test(basename(file)));
    expect([...odd, ...vague]).toEqual([]);
  });

  it('speaks of no machine', () => {
    const here = [`${packageRoot}/`, ...(homedir() === '/' ? [] : [`${homedir()}/`])];
    const someones = /\/(?:home|Users)\/[a-z][\w-]*\//;
    const naming = sourceFiles().filter((file) => {
      const text = read(file);
      return (
        here.some((path) => text.includes(path)) ||
        (file !== 'test/architecture.test.ts' && someones.test(text))
      );
    });
    expect(naming).toEqual([]);
  });

  it('leaves it to each machine where its packages come from', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/);
  });
});
