import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { parse } from 'yaml';
import { readConfig } from '../../../faces/hooks/config.ts';
import { atTheGate, goLive } from '../views.ts';
import { plan } from './declared-plan.ts';
import { HookRuns, roster, senders, token, trigger, withHooks } from './served.ts';

const page = readFileSync(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
const run = promisify(execFile);

/** The block of the page that has these words in it, without its indentation. */
function block(language: string, words: string): string {
  const blocks = [...page.matchAll(/^( *)```(\w+)\n([\s\S]*?)^ *```$/gm)];
  const found = blocks.find(([, , kind, text]) => kind === language && text!.includes(words));
  if (!found) throw new Error(`docs/webhooks.md has no ${language} with ${words}`);
  return found[3]!.replaceAll(new RegExp(`^${found[1]}`, 'gm'), '');
}

async function isThere(...programs: string[]): Promise<boolean> {
  const looks = programs.map((program) => run('sh', ['-c', `command -v ${program}`]));
  return (await Promise.allSettled(looks)).every(({ status }) => status === 'fulfilled');
}
const describeWithTools = (await isThere('curl', 'openssl', 'od')) ? describe : describe.skip;

/** Runs what the page says, against a server of this test's own. */
async function shell(url: string, ...blocks: string[]): Promise<Record<string, unknown>> {
  const script = blocks.join('\n').replaceAll('http://127.0.0.1:8400', url);
  const { stdout } = await run('sh', ['-euc', script]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('docs/webhooks.md', () => {
  it('has a configuration that is one', () => {
    const text = block('yaml', '# hooks.yaml')
      .replaceAll(/file:\S+/g, 'env:SECRET')
      .replace('env:SECRET', 'env:OTHER');
    const env = { SECRET: token, OTHER: senders['bridge']!.secret };
    const config = readConfig(text, { env, directory: '/etc/muster' });
    expect(Object.keys({ ...config.senders, ...config.triggers })).toEqual(['bridge', 'shop-down']);
    expect(config.triggers['shop-down']!.quiet).toBe(3_600_000);
  });

  it('has a receiver for Alertmanager that sends to the trigger', () => {
    const { receivers } = parse(block('yaml', '# alertmanager.yml')) as {
      receivers: { webhook_configs: { url: string }[] }[];
    };
    expect(receivers[0]!.webhook_configs[0]!.url).toMatch(/\/v1\/triggers\/shop-down$/);
  });

  it('has an example secret that the library takes', () => {
    const [, secret = ''] = /SECRET=(\S+)/.exec(block('sh', 'send()')) ?? [];
    expect(() => new Webhook(secret)).not.toThrow();
  });
});

describeWithTools('docs/webhooks.md, typed into a shell,', () => {
  it('shows how to ask and to decide with nothing but curl and openssl', async () => {
    const runs = new HookRuns();
    runs.show(atTheGate);
    await withHooks(runs, {}, async ({ url }) => {
      const send = block('sh', 'send()').replace(/SECRET=.*/, `SECRET=whsec_${senders['bridge']!.secret}`);
      const { asks } = await shell(url, send, block('sh', 'send GET'));
      const [{ run, ask, rests }] = asks as [Record<string, string>];
      expect([run, ask, rests]).toEqual([atTheGate.run, goLive.try, goLive.rests]);
      const decision = block('sh', 'send POST')
        .replace('"ada"', '"ann"')
        .replace('shop-20261123-031258-a1b2c3', run!)
        .replace('go-live/1/gate/decide#1', ask!)
        .replace('sha256:…', rests!);
      expect(await shell(url, send, decision)).toMatchObject({ verdict: 'counted' });
      expect(runs.decisions).toMatchObject([{ by: 'ann', reason: 'orders are there, I have looked' }]);
      const forged = send.replace(/SECRET=.*/, `SECRET=whsec_${senders['mailer']!.secret}`);
      expect(await shell(url, forged, decision)).toMatchObject({ error: expect.any(String) });
      expect(runs.decisions).toHaveLength(1);
    });
  });

  it('shows an alarm as Alertmanager sends it', async () => {
    const runs = new HookRuns();
    const triggers = { 'shop-down': trigger() };
    const make = () => Promise.resolve({ plan, roster });
    await withHooks(runs, { triggers, make }, async ({ url }) => {
      const alarm = block('sh', '"groupKey"').replace('$(cat alertmanager.token)', token);
      expect(await shell(url, alarm)).toMatchObject({ did: 'started' });
      expect(runs.started).toMatchObject([{ reason: 'The shop does not answer' }]);
    });
  });
});
