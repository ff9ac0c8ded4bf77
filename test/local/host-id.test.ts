import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hostId } from '../../local/host-id.ts';

describe("a host's id", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'muster-host-id-'));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('is made once and kept', () => {
    const id = hostId(home);
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(hostId(home)).toBe(id);
    expect(readdirSync(home)).toEqual(['host-id']);
  });

  it('belongs to the directory, not to the machine', () => {
    const other = mkdtempSync(join(tmpdir(), 'muster-host-id-'));
    expect(hostId(other)).not.toBe(hostId(home));
    rmSync(other, { recursive: true });
  });
});
