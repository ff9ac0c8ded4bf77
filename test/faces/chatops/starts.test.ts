import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ClientFailure } from '../../../client/failure.ts';
import type { StartRequest } from '../../../client/runs.ts';
import { Journal } from '../../../record/journal.ts';
import { Starter } from '../../../faces/chatops/starter.ts';
import { type Chat, ChatRuns, withChat } from './chat.ts';

const declared = 'declare: { by: [{ role: dba }, { role: network }] }\n';
const text = `muster: v1
name: tiny
title: Restore the tiny thing
owner: team-tiny
${declared}parameters:
  incident: { pattern: 'INC-[0-9]+', description: Number of the incident }
  depth: { type: number, default: '007' }
  loud: { type: boolean }
  how: { choices: [fast, safe] }
sites: { here: { vars: {} }, there: { vars: {} }, lab: { isolated: true, vars: {} } }
systems:
  thing:
    fence: [{ step: stop, use: command, with: { argv: ['true'] } }]
    recover: [{ step: start, use: noop }]
  front:
    needs: [go]
    fence: { none: nothing writes there }
    recover: [{ step: switch, use: noop, touches: traffic, noReturn: true, only: { mode: live } }]
gates: { go: { title: 'Go?', needs: [thing], approve: anyone, rehearsal: auto } }
`;

const directory = mkdtempSync(join(tmpdir(), 'muster-starts-'));
const file = join(directory, 'tiny.yaml');
const start = {
  tiny: { file, from: 'here', to: 'there' },
  gone: { file: join(directory, 'gone.yaml') },
};
const filled = {
  'answer:incident': 'INC-7',
  'answer:loud': 'true',
  'answer:how': 'safe',
  reason: 'it burns',
};

/** Options of selects come as such. */
const values = (change: object = {}) =>
  Object.fromEntries(
    Object.entries({ ...filled, ...change }).map(([block, value]) => [
      block,
      /loud|how/.test(block) ? { selected_option: { value: String(value) } } : String(value),
    ]),
  );
const formAfter = async ({ slack }: Chat, command: string, user = 'UANN') => {
  const before = slack.forms.length;
  expect((await slack.command(command, user)).status).toBe(200);
  return (await slack.until(() => slack.forms[before])).view;
};
const told = async ({ slack }: Chat, act: () => Promise<unknown>) => {
  const before = slack.told.length;
  await act();
  return (await slack.until(() => slack.told[before])).text;
};

/** A chat that may start the runbook as it is written now. */
async function chatting(test: (chat: Chat, runs: ChatRuns) => Promise<void>, book = text): Promise<void> {
  writeFileSync(file, book);
  const runs = new ChatRuns();
  await withChat(runs, { start }, async (chat) => {
    await test(chat, runs);
    expect(chat.slack.complaints).toEqual([]);
  });
}

describe('/muster declare', () => {
  it('shows what would be touched and who declares it, and asks for what must be known', async () => {
    await chatting(async (chat, runs) => {
      const view = await formAfter(chat, 'declare tiny: the site is lost');
      const shown = JSON.stringify(view);
      for (const part of [
        '*LIVE  tiny  here → there*',
        'Restores: thing, front at there',
        'Stops the old copy of: thing at here',
        'Switches traffic: front',
        'No way back after: front',
        'Asks people at: go',
        'With: depth=007',
        'Until it is declared nothing is touched',
        'declared by dba and network <@UANN> <@UBOB>',
        '"initial_value":"the site is lost"',
        'Start it LIVE',
      ])
        expect(shown).toContain(part);
      const blocks = (view['blocks'] as { block_id?: string }[]).flatMap(({ block_id: id }) => id ?? []);
      expect(blocks).toEqual(['answer:incident', 'answer:loud', 'answer:how', 'reason']);
      expect(runs.started).toEqual([]);
    });
  });

  it('starts it in the name of who sent the form, writes it down before, and says so', async () => {
    await chatting(async (chat, runs) => {
      const view = await formAfter(chat, 'declare tiny', 'UBOB');
      const words = await told(chat, () => chat.slack.submit(view, values(), 'UBOB'));
      expect(words).toBe('*LIVE  tiny* is started: shop-1. Nothing is touched until it is declared.');
      expect(runs.started).toMatchObject([
        { by: 'bob', channel: 'chat', reason: 'it burns', roster: { name: 'people' } },
      ]);
      const [{ plan }] = runs.started as [StartRequest];
      expect([plan.mode, plan.from.name, plan.to.name]).toEqual(['live', 'here', 'there']);
      expect(plan.parameters).toEqual({ incident: 'INC-7', depth: 7, loud: true, how: 'safe' });
      expect(plan.nodes['thing']!.needs).toContain('declaration');
      expect(chat.journal()).toMatchObject([
        { type: 'start', user: 'T0TEAM/UBOB', by: 'bob', mode: 'live', name: 'tiny', reason: 'it burns' },
        { type: 'start-outcome', so: 'started', run: 'shop-1' },
      ]);
    });
  });

  it('is acknowledged before anything is started', async () => {
    await chatting(async (chat, runs) => {
      let release = () => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const begin = runs.start.bind(runs);
      runs.start = async (request) => (await held, begin(request));
      const view = await formAfter(chat, 'declare tiny');
      expect(await chat.slack.submit(view, values())).toMatchObject({ status: 200, body: undefined });
      expect(runs.started).toEqual([]);
      release();
      await chat.slack.until(() => runs.started[0]);
    });
  });

  it('says which run is under way, and starts nothing new', async () => {
    await chatting(async (chat, runs) => {
      runs.start = () => Promise.resolve({ run: 'tiny-1', workflowId: 'live/tiny', already: true });
      const view = await formAfter(chat, 'declare tiny');
      expect(await told(chat, () => chat.slack.submit(view, values()))).toContain(
        'is under way already: tiny-1',
      );
    });
  });

  it('is refused where the runbook does not say who declares it', async () => {
    await chatting(
      async (chat, runs) => {
        const words = await told(chat, () => chat.slack.command('declare tiny'));
        expect(words).toContain('tiny does not say who (declare:)');
        expect([runs.started, chat.slack.forms]).toEqual([[], []]);
      },
      text.replace(declared, ''),
    );
  });

  it.each([
    ['declare', 'Say which runbook.'],
    ['declare shop', 'Nothing called shop is started here. There is tiny, gone.'],
    ['declare gone', 'The runbook of gone cannot be read'],
    ['declare constructor', 'Nothing called constructor is started here.'],
  ])('%s is answered with the reason', async (command, words) => {
    await chatting(async (chat) => {
      expect(await told(chat, () => chat.slack.command(command))).toContain(words);
    });
  });

  it('is refused where the runbook has mistakes, or nobody who could declare it', async () => {
    for (const [wrong, words] of [
      [text.replace('recover:', 'recovr:'), 'recovr'],
      [text.replace('role: dba', 'role: ciso'), 'Nobody in the roster has the role "ciso"'],
    ] as const)
      await chatting(async (chat) => {
        expect(await told(chat, () => chat.slack.command('declare tiny'))).toContain(words);
      }, wrong);
  });

  it('needs a reason, and parameters that fit', async () => {
    await chatting(async (chat, runs) => {
      const view = await formAfter(chat, 'declare tiny');
      expect((await chat.slack.submit(view, values({ reason: ' ' }))).body).toEqual({
        response_action: 'errors',
        errors: { reason: 'Say why.' },
      });
      const unfit = await told(chat, () => chat.slack.submit(view, values({ 'answer:incident': '4711' })));
      expect(unfit).toMatch(/was NOT started.*incident.*does not match the pattern/);
      expect(runs.started).toEqual([]);
    });
  });

  it('starts what was shown only', async () => {
    await chatting(async (chat, runs) => {
      const view = await formAfter(chat, 'declare tiny');
      writeFileSync(file, text.replace('needs: [go]', 'needs: [go, thing]'));
      const words = await told(chat, () => chat.slack.submit(view, values()));
      expect(words).toContain('The runbook has changed since it was shown');
      expect(runs.started).toEqual([]);
      expect(chat.journal().at(-1)).toMatchObject({ type: 'start-outcome', so: 'refused' });
    });
  });

  it('does nothing for who is not in the roster', async () => {
    await chatting(async (chat, runs) => {
      const { body } = await chat.slack.command('declare tiny', 'UMALLORY');
      expect(JSON.stringify(body)).toContain('not in the roster');
      const view = await formAfter(chat, 'declare tiny');
      expect((await chat.slack.submit(view, values(), 'UMALLORY')).body).toMatchObject({
        response_action: 'errors',
      });
      expect(runs.started).toEqual([]);
    });
  });

  it('is taken when Slack sends it again after the disk took nothing', async () => {
    const digest = `sha256:${'0'.repeat(64)}` as const;
    const kept: object[] = [];
    let full = true;
    const append = (entry: object): Promise<void> => {
      if (full) return Promise.reject(new Error('ENOSPC'));
      kept.push(entry);
      return Promise.resolve();
    };
    const refused: string[] = [];
    const parts = {
      journal: { append },
      accepted: new Set(),
      refuse: (why: string) => void refused.push(why),
    };
    const starter = new Starter(parts as never);
    const fields = { reason: { element: 'string', value: 'it burns' } };
    const request = { kind: 'submission', user: 'T/U', trigger: '1', metadata: '', fields } as const;
    const meant = { start: 'live', name: 'shop', runbook: digest } as const;
    await expect(starter.submitted(request as never, 'ann', meant)).rejects.toThrow('ENOSPC');
    full = false;
    expect(await starter.submitted(request as never, 'ann', meant)).toHaveProperty('work');
    expect(await starter.submitted(request as never, 'ann', meant)).toEqual({});
    expect([kept.length, refused]).toEqual([1, ['replayed']]);
  });

  it('says that it is not known where the answer got lost', async () => {
    await chatting(async (chat, runs) => {
      runs.start = () => Promise.reject(new ClientFailure('unreachable', 'no answer'));
      const view = await formAfter(chat, 'declare tiny');
      const words = await told(chat, () => chat.slack.submit(view, values()));
      expect(words).toContain('it is not known whether it was started (no answer)');
    });
  });

  it('takes a submission once, also where it is sent again after a restart', async () => {
    await chatting(async (chat, runs) => {
      const { slack } = chat;
      const view = await formAfter(chat, 'rehearse tiny');
      const block = (id: string, of: object) => ({ [id]: { [`${id}-element`]: { type: 'x', ...of } } });
      const state = Object.entries({ ...filled }).map(([id, value]) => block(id, { value }));
      const payload = {
        ...{ type: 'view_submission', api_app_id: slack.ids.app, trigger_id: '1.2.trigger' },
        ...{ team: { id: slack.ids.team }, user: { id: 'UANN', team_id: slack.ids.team } },
        view: { ...view, state: { values: Object.assign({}, ...state) as object } },
      };
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const stamp = String(Math.floor(Date.now() / 1_000));
      const headers = { 'x-slack-request-timestamp': stamp, 'x-slack-signature': slack.sign(stamp, body) };
      expect((await slack.post(body, { headers })).status).toBe(200);
      await slack.until(() => runs.started[0]);
      expect((await slack.post(body, { headers })).status).toBe(401);
      await chat.restart();
      expect((await slack.post(body, { headers })).status).toBe(401);
      // Signed anew it is the same submission all the same.
      await chat.restart();
      const later = { at: Date.now() + 1_000 };
      expect((await slack.post(body, later)).status).toBe(200);
      const replayed = () => chat.journal().filter(({ why }) => why === 'replayed');
      await slack.until(() => replayed().length === 3);
      expect(runs.started).toHaveLength(1);
    });
  });

  it('does not begin again what a crash left, and says so', async () => {
    await chatting(async (chat, runs) => {
      const order = { id: 'start-1', user: 'T0TEAM/UANN', by: 'ann', mode: 'rehearsal', name: 'tiny' };
      const left = { ...order, reason: 'it burns', runbook: 'sha256:00', parameters: {} };
      await chat.restart();
      const words = await told(chat, () =>
        chat.restart(async () => {
          const journal = await Journal.open(join(chat.directory, 'journal.jsonl'));
          await journal.append({ type: 'start', at: Date.now(), ...left });
          await journal.close();
        }),
      );
      expect(words).toContain('it is not known whether it was started');
      expect(runs.started).toEqual([]);
      await chat.restart();
      expect(chat.slack.told).toHaveLength(1);
    });
  });
});

describe('/muster rehearse', () => {
  it('shows that nothing is stopped, and starts a rehearsal at the isolated site', async () => {
    await chatting(async (chat, runs) => {
      const view = await formAfter(chat, 'rehearse tiny: the monthly one');
      const shown = JSON.stringify(view);
      expect(shown).toContain('*REHEARSAL  tiny  here → lab*');
      expect(shown).toContain('Restores: thing at lab');
      expect(shown).toContain('It stops nothing, and cleans up behind itself');
      expect(shown).not.toMatch(/Switches traffic|declared/);
      const words = await told(chat, () => chat.slack.submit(view, values({ reason: 'the monthly one' })));
      expect(words).toBe('*REHEARSAL  tiny* is started: shop-1.');
      const [{ plan, by }] = runs.started as [StartRequest];
      expect([plan.mode, plan.to.name, by]).toEqual(['rehearsal', 'lab', 'ann']);
    });
  });

  it('needs no declaration', async () => {
    await chatting(
      async (chat) => {
        expect(JSON.stringify(await formAfter(chat, 'rehearse tiny'))).toContain('Start the rehearsal');
      },
      text.replace(declared, ''),
    );
  });
});
