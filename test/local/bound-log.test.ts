import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { boundLog } from '../../local/bound-log.ts';

describe('a log with a bound', () => {
  it('is set aside when it is full, and its writer goes on', () => {
    const directory = mkdtempSync(join(tmpdir(), 'muster-log-'));
    const log = join(directory, 'log');
    appendFileSync(log, 'x'.repeat(100));
    boundLog(log, 100);
    expect(existsSync(`${log}.1`)).toBe(false);
    appendFileSync(log, 'y');
    boundLog(log, 100);
    expect([statSync(log).size, statSync(`${log}.1`).size]).toEqual([0, 101]);
    appendFileSync(log, 'on');
    expect(readFileSync(log, 'utf8')).toBe('on');
    rmSync(directory, { recursive: true });
  });
});
