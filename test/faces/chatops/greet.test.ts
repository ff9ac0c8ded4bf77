import { describe, expect, it } from '@jest/globals';
import { ChatRuns, withChat } from './chat.ts';

describe('a chat that begins', () => {
  it('says that it is joined when Slack has answered, by either way', async () => {
    for (const mode of ['http', 'socket'] as const)
      await withChat(new ChatRuns(), { mode, greets: true }, async ({ slack, joined, problems }) => {
        await slack.until(() => joined() === 1);
        expect(slack.calls).toContain('auth.test');
        expect(problems).toEqual([]);
      });
  });

  it('does not say so where Slack does not know the channel, and says what to do', async () => {
    const options = { greets: true, channel: 'C0OTHER' } as const;
    await withChat(new ChatRuns(), options, async ({ slack, joined, problems }) => {
      const problem = await slack.until(() => problems[0]);
      expect(String(problem)).toContain('The runs are not joined to C0OTHER yet.');
      expect(String(problem)).toContain('Slack refuses conversations.history: channel_not_found.');
      expect(String(problem)).toContain('To mend it: invite the app to the channel');
      expect(joined()).toBe(0);
    });
  });
});
