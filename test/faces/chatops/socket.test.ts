import { describe, expect, it } from '@jest/globals';
import { halfway } from '../views.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

const running = () => {
  const runs = new ChatRuns();
  runs.show(halfway);
  return runs;
};
const overSocket = (runs: ChatRuns, test: (chat: Chat) => Promise<void>) =>
  withChat(runs, { mode: 'socket' }, test);
const payload = (text: string, change: object = {}) => ({
  ...{ team_id: 'T0TEAM', api_app_id: 'A0APP', user_id: 'UANN', command: '/muster', text, trigger_id: 't' },
  ...change,
});

describe('the entrance over Socket Mode', () => {
  it('takes commands and answers them to who asked', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack }) => {
      await slack.command('hold shop: the network team asked');
      const told = await slack.until(() => slack.told[0]);
      expect(told).toMatchObject({ user: 'UANN', text: expect.stringContaining('counted') });
      expect(runs.decisions).toMatchObject([
        { by: 'ann', reason: 'the network team asked', propose: [{ set: 'hold' }] },
      ]);
    });
  });

  it('acknowledges an envelope that comes again, and does nothing more', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack }) => {
      await slack.envelope('e1', 'slash_commands', payload('hold shop: because'));
      await slack.until(() => runs.decisions.length === 1);
      await slack.envelope('e1', 'slash_commands', payload('hold shop: because'));
      await slack.envelope('e2', 'slash_commands', payload('note shop: later'));
      await slack.until(() => runs.decisions.length === 2);
      expect(runs.decisions.map(({ reason }) => reason)).toEqual(['because', 'a note']);
    });
  });

  it('has the next connection before the old one is gone, and takes what still comes by that', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack }) => {
      const [old] = slack.connections;
      slack.disconnect('warning');
      await slack.until(() => slack.connections.length === 2);
      old!.send(
        JSON.stringify({ envelope_id: 'e1', type: 'slash_commands', payload: payload('hold shop: old') }),
      );
      await slack.envelope('e2', 'slash_commands', payload('hold shop: new'));
      await slack.until(() => runs.decisions.length === 2);
      expect(runs.decisions.map(({ reason }) => reason).toSorted()).toEqual(['new', 'old']);
      old!.close();
      await slack.until(() => slack.connections.length === 1);
      slack.disconnect('refresh_requested');
      await slack.until(() => slack.connections.length === 2);
    });
  });

  it('comes back when the connection breaks', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack }) => {
      slack.connections[0]!.terminate();
      await slack.until(() => slack.connections.length === 1);
      expect((await slack.command('hold shop: because')).status).toBe(200);
      await slack.until(() => runs.decisions.length === 1);
    });
  });

  it('is pinned as the other one is: acknowledged, refused, journalled', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack, journal }) => {
      await slack.envelope('e1', 'slash_commands', payload('hold shop: x', { team_id: 'TOTHER' }));
      await slack.envelope('e2', 'slash_commands', payload('hold shop: x', { api_app_id: 'AOTHER' }));
      await slack.envelope('e3', 'events_api', { event: {} });
      await slack.envelope('e4', 'slash_commands', payload('x'.repeat(70_000)));
      await slack.until(() => journal().length === 4);
      expect(journal().map(({ why }) => why)).toEqual(['other-team', 'other-app', 'malformed', 'too-large']);
      expect(runs.decisions).toEqual([]);
    });
  });

  it('does not keep a connection of another app', async () => {
    const runs = running();
    await overSocket(runs, async ({ slack, problems, restart }) => {
      slack.ids.app = 'AOTHER';
      slack.connections[0]!.terminate();
      await slack.until(() => problems.length > 0);
      expect(String(problems[0])).toContain('another app than A0APP');
      slack.ids.app = 'A0APP';
      await restart();
    });
  });

  it('says that Socket Mode is switched off', async () => {
    await overSocket(running(), async ({ slack, problems }) => {
      slack.disconnect('link_disabled');
      await slack.until(() => problems.length > 0);
      expect(String(problems[0])).toContain('switched off');
    });
  });
});
