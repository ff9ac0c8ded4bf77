import { describe, expect, it } from '@jest/globals';
import type { Unproposed } from '../../../faces/hooks/unproposed.ts';
import { ChatRuns, withChat } from './chat.ts';

const one: Unproposed = {
  ...{ trigger: 'shop-down', alarm: 'The shop does not answer', runbook: '/etc/muster/shop.yaml' },
  why: 'declare.by: The roster has not enough people to fill these seats. There now: nobody.',
  ...{ at: 1_000, last: 1_000, times: 1 },
};

describe('an alarm that nothing was proposed of', () => {
  it('is told to the channel once, with why and what to do, also after a restart', async () => {
    let all = [one];
    await withChat(new ChatRuns(), { unproposed: () => all }, async ({ slack, restart }) => {
      const message = await slack.until(() => slack.messages[0]);
      expect(message.text).toContain('*ALARM shop-down: NOTHING was proposed*');
      expect(message.text).toContain('The shop does not answer');
      expect(message.text).toContain('Why: declare.by: The roster has not enough people');
      expect(message.text).toContain('`muster recover /etc/muster/shop.yaml`');
      all = [{ ...one, last: 2_000, times: 2 }];
      await restart();
      all = [{ ...one, at: 3_000, why: 'the runbook is gone' }];
      await slack.until(() => slack.messages.length === 2);
      expect(slack.messages[1]!.text).toContain('the runbook is gone');
      expect(slack.complaints).toEqual([]);
    });
  });
});
