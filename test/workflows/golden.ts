import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { packageRoot } from '../../local/package-root.ts';

/** The history of a real run, which every later version must be able to go on with. */
export interface Golden {
  /** The version that recorded it, and what it shows: `0.1.0/gate`. */
  readonly name: string;
  readonly workflowId: string;
  readonly history: History;
}

export interface History {
  readonly events: readonly Readonly<Record<string, unknown> & { eventType: string }>[];
}

const directory = join(packageRoot, 'test', 'histories');

/** All that were ever recorded. */
export function goldenHistories(): Golden[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => {
      const golden = JSON.parse(readFileSync(join(directory, file), 'utf8')) as Omit<Golden, 'name'>;
      return { name: file.replace(/\.json$/, ''), ...golden };
    });
}

/** Keeps the history of a run in the set of this version. Throws where there is one of this name. */
export async function keepHistory(name: string, handle: WorkflowHandle): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  const history = JSON.parse(historyToJSON(await handle.fetchHistory())) as unknown;
  const text = JSON.stringify({ workflowId: handle.workflowId, history }, null, 1);
  const file = join(directory, version, `${name}.json`);
  mkdirSync(join(file, '..'), { recursive: true });
  if (existsSync(file)) throw new Error(`${file} is there: what a release has recorded is never replaced.`);
  writeFileSync(file, `${text.replaceAll(`${process.pid}@${hostname()}`, 'recorder')}\n`);
}
