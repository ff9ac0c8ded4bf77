import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { Roster } from '../../../core/roster.ts';
import { beganThere } from '../../../faces/cli/demo/end-demo.ts';
import { newKey } from '../../../people/new-key.ts';
import { places } from '../../../runbooks/shop/estate/layout.ts';
import { starter } from '../../../runbooks/shop/estate/people.ts';
import { makeRoster, member } from '../../core/run/make-roster.ts';

describe('the end of a demo', () => {
  it('is of the run of its own shop: that of another one is left alone', async () => {
    const shop = async () => {
      const directory = mkdtempSync(join(tmpdir(), 'muster-shop-'));
      const file = places({ directory }).key(starter);
      mkdirSync(dirname(file), { recursive: true });
      const key = await newKey(file, starter);
      return { directory, roster: makeRoster({ [starter]: member([], { keys: [key] }) }) };
    };
    const [one, other] = [await shop(), await shop()];
    const runOf = (roster: Roster) => ({ roster: () => Promise.resolve(roster) });
    expect(await beganThere(runOf(one.roster), 'shop-1', one.directory)).toBe(true);
    expect(await beganThere(runOf(one.roster), 'shop-1', other.directory)).toBe(false);
    expect(await beganThere(runOf(one.roster), 'shop-1', join(one.directory, 'nowhere'))).toBe(false);
  });
});
