import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { findRunbook } from '../../faces/cli/find-runbook.ts';
import { type } from './test-cli.ts';

const directory = mkdtempSync(join(tmpdir(), 'muster-find-'));
const at = (name: string): string => join(directory, name);

describe('a runbook that another one names', () => {
  it('is read where it is one', () => {
    writeFileSync(at('good.yaml'), 'muster: v1\n');
    symlinkSync(at('good.yaml'), at('link.yml'));
    expect(findRunbook(at('good.yaml'))).toBe('muster: v1\n');
    expect(findRunbook(at('link.yml'))).toBe('muster: v1\n');
  });

  it.each(['/dev/zero', '/etc/passwd', '/etc/hostname'])('is not %s', (file) => {
    expect(findRunbook(file)).toEqual({ trouble: expect.stringContaining('ends in .yaml, .yml, .json') });
  });

  it('is no device, no pipe and no directory, by whatever name', () => {
    symlinkSync('/dev/zero', at('zero.yaml'));
    symlinkSync(directory, at('directory.yaml'));
    execFileSync('mkfifo', [at('pipe.yaml')]);
    expect(findRunbook(at('zero.yaml'))).toEqual({ trouble: 'it is no regular file' });
    expect(findRunbook(at('pipe.yaml'))).toEqual({ trouble: 'it is no regular file' });
    expect(findRunbook(at('directory.yaml'))).toEqual({ trouble: 'it is a directory' });
  });

  it('is at most 4 MB', () => {
    for (const [name, size] of [
      ['over.yaml', 4 * 1024 * 1024 + 1],
      ['huge.yaml', 1.5e9],
    ] as const) {
      writeFileSync(at(name), '');
      truncateSync(at(name), size); // No disk is taken.
      expect(findRunbook(at(name))).toEqual({ trouble: expect.stringContaining('larger than 4 MB') });
    }
  });

  it('shows nothing of itself where it is something else', async () => {
    writeFileSync(
      at('secrets.yaml'),
      'password: canary-1\nroot:$6$canary-2:19000:0:::\n  muster : canary-3\n',
    );
    const steps = '[{ step: run, use: runbook, with: { file: secrets.yaml }, takes: 1m }]';
    writeFileSync(
      at('parent.yaml'),
      `muster: v1\nname: p\ntitle: P\nowner: o\nsites: { a: {}, b: {} }\nsystems: { s: { fence: { none: no }, recover: ${steps} } }\n`,
    );
    for (const more of [[], ['--output', 'json']]) {
      const { code, out, err } = await type(['validate', at('parent.yaml'), ...more]);
      expect({ code, said: out + err }).toEqual({
        code: 2,
        said: expect.stringContaining('secrets.yaml cannot be read: it is no runbook'),
      });
      expect(out + err).not.toContain('canary');
    }
  });
});

describe('the file that is named to a verb', () => {
  it('is read to 64 MB and no further', async () => {
    const { code, out, err } = await type(['validate', '/dev/zero']);
    expect(code).not.toBe(0);
    expect(out + err).toContain('/dev/zero cannot be read: it is larger than 64 MB.');
  });
});
