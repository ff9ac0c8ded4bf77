import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Instant } from '../../core/units.ts';
import { type ActionContext, ActionFailure } from '../action.ts';
import { runChild } from '../child-process.ts';
import { meaningOf } from '../exit-codes.ts';
import { mustHoldSome } from '../left-out.ts';
import { checkRdbExits } from './exits.ts';

/** An RDB file that redis-check-rdb has read from its first byte to its checksum. */
export interface CheckedRdb {
  /** When it was made, in its own words; else when the file was last written to. */
  readonly time: Instant;
  readonly keys: number;
  readonly bytes: number;
}

/** @throws ActionFailure where it is cut off, altered, or no RDB file at all. */
export async function checkRdb(file: string, context: ActionContext): Promise<CheckedRdb> {
  const { size, mtimeMs } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`There is no backup ${file} (${cause.code}).`, { cause, kind: 'terminal' });
  });
  const { exit, stdout } = await runChild(['redis-check-rdb', file], { ...context, log: () => undefined });
  const said = stdout.text(20_000);
  if (exit !== 0 || !said.includes('RDB looks OK')) throw notChecked(file, exit, errorIn(said));
  const ctime = Number(/AUX FIELD ctime = '(\d+)'/.exec(said)?.[1]);
  return {
    time: ctime > 0 ? ctime * 1_000 : Math.floor(mtimeMs),
    keys: Number(/\[info\] (\d+) keys read/.exec(said)?.[1] ?? 0),
    bytes: size,
  };
}

/** The lines after its mark of an error, without its progress and without names of keys; where there is no mark, its last lines. */
function errorIn(said: string): string {
  const lines = said.trim().split('\n');
  const mark = lines.findIndex((line) => line.includes('RDB ERROR DETECTED'));
  if (mark === -1) return lines.slice(-3).join(' ');
  const error = lines.slice(mark).filter((line) => !/^\[(info|additional info)\]/.test(line));
  return error.slice(0, 5).join(' ');
}

/** A check that was killed says nothing about the file. */
function notChecked(file: string, exit: number, said: string): ActionFailure {
  const { means, kind } = meaningOf(exit, checkRdbExits);
  const what = kind === 'terminal' ? 'is damaged, or no RDB file' : 'could not be checked';
  return new ActionFailure(
    `The backup ${file} ${what}: redis-check-rdb exited with ${exit} (${means}). It said: ${said}`,
    { kind },
  );
}

/** The RDB files that a path means: itself, or those of a directory. */
export async function rdbFiles(backup: string): Promise<string[]> {
  const there = await stat(backup).catch((cause: NodeJS.ErrnoException) => {
    throw new ActionFailure(`There is no backup ${backup} (${cause.code}).`, { cause, kind: 'terminal' });
  });
  if (!there.isDirectory()) return [backup];
  const names = (await readdir(backup)).filter((name) => name.endsWith('.rdb'));
  mustHoldSome(names, 'file *.rdb', backup);
  return names.map((name) => join(backup, name));
}

export const pointId = (file: string): string => basename(file);
