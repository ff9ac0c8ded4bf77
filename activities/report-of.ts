import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../actions/report.ts';
import type { PerformResult } from '../contract/perform.ts';
import { printable } from '../core/printable.ts';
import type { Observation } from '../host/observe.ts';
import { stepFiles } from '../actions/step-files.ts';
import { summarizeLog, tailOf } from '../host/step-log.ts';

/** How much of the end of a log is shown of a command that left no report, in bytes. */
const tailBytes = 2_000;

export type Over = Exclude<Observation, { state: 'running' | 'never-ran' }>;

/** Puts the end of a supervised try into words and data. */
export async function reportOf(directory: string, over: Over): Promise<PerformResult> {
  const result = await resultOf(directory, over);
  const log = join(directory, stepFiles.log);
  if (!existsSync(log)) return result;
  return { ...result, found: { ...result.found, log: await summarizeLog(log) } };
}

async function resultOf(directory: string, over: Over): Promise<PerformResult> {
  if (over.state === 'stopped') return ended('stopped', 'it was stopped on order');
  if (over.state === 'unknown') return ended('unknown', `${over.why}. Look at ${directory} before deciding`);
  const report = await readReport(directory);
  if (!report) return ended('failed', await withoutReport(directory, over.code ?? 0));
  const stopped = report.outcome === 'failed' && existsSync(join(directory, stepFiles.stop));
  return stopped ? { ...report, outcome: 'stopped' } : report;
}

const ended = (outcome: PerformResult['outcome'], message: string): PerformResult => ({
  outcome,
  outputs: {},
  found: { message },
});

async function readReport(directory: string): Promise<Report | undefined> {
  const file = join(directory, stepFiles.report);
  return existsSync(file) ? (JSON.parse(await readFile(file, 'utf8')) as Report) : undefined;
}

async function withoutReport(directory: string, code: number): Promise<string> {
  const how = code > 128 ? `it was killed by ${signalName(code - 128)}` : `its process ended with ${code}`;
  const tail = printable(await tailOf(join(directory, stepFiles.log), tailBytes)).trim();
  return `${how} before it could report; what it did until then stands. It last said: ${tail || 'nothing'}`;
}

const signalName = (number: number): string =>
  Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
