import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { description as checking } from '../../actions/dns.check/describe.ts';
import { run as check } from '../../actions/dns.check/run.ts';
import { reaches } from '../../actions/dns/lookup.ts';
import { description } from '../../actions/dns.update/describe.ts';
import { run, settle } from '../../actions/dns.update/run.ts';
import { contextOf, temporaryDirectory, type TestContext } from './action-context.ts';
import { freePort } from './postgres-cluster.ts';

const program = ['/usr/sbin/named', '/usr/local/sbin/named'].find(existsSync);
const withNamed = program !== undefined || process.env['CI'] ? describe : describe.skip;

const directory = temporaryDirectory();
const secretFile = join(directory, 'tsig');
const started: ChildProcess[] = [];
let primary: string;
let secondary: string;
let context: TestContext;

async function named(name: string, port: number, zone: string): Promise<string> {
  const home = join(directory, name);
  mkdirSync(home, { recursive: true });
  writeFileSync(
    join(home, 'shop.zone'),
    `$TTL 2\n@ IN SOA ns.shop.test. root.shop.test. 7 60 5 3600 2\n@ IN NS ns\nns IN A 127.0.0.1\nwww IN A 192.0.2.1\n`,
  );
  writeFileSync(
    join(home, 'named.conf'),
    `include "${directory}/key.conf";
options { directory "${home}"; pid-file none; session-keyfile "${home}/session.key"; listen-on port ${port} { 127.0.0.1; };
  listen-on-v6 { none; }; recursion no; dnssec-validation no; allow-transfer { any; }; notify explicit; };
controls {};
zone "shop.test" { ${zone} };\n`,
  );
  started.push(spawn(program!, ['-f', '-n', '1', '-c', join(home, 'named.conf')], { stdio: 'ignore' }));
  return `127.0.0.1:${port}`;
}

beforeAll(async () => {
  if (program === undefined) return;
  const secret = randomBytes(32).toString('base64');
  writeFileSync(secretFile, `${secret}\n`);
  writeFileSync(
    join(directory, 'key.conf'),
    `key "switch" { algorithm hmac-sha256; secret "${secret}"; };\n`,
  );
  const [first, second] = [await freePort(), await freePort()];
  const tells = `also-notify { 127.0.0.1 port ${second}; };`;
  primary = await named(
    'primary',
    first,
    `type primary; file "shop.zone"; allow-update { key switch; }; ${tells}`,
  );
  const from = `primaries { 127.0.0.1 port ${first}; }; allow-notify { 127.0.0.1; };`;
  secondary = await named(
    'secondary',
    second,
    `type secondary; file "copy.zone"; masterfile-format text; ${from}`,
  );
  context = contextOf(directory);
  for (let left = 100; left > 0 && !(await said([primary, secondary])).includes('192.0.2'); left -= 1)
    await sleep(100);
}, 60_000);

beforeEach(() => {
  context = contextOf(directory);
});

afterAll(async () => {
  for (const one of started) {
    one.kill('SIGKILL');
    await once(one, 'exit');
  }
});

const said = (servers: string[]): Promise<string> =>
  check(checking.input.parse({ name: 'www.shop.test', servers }), context).then(
    ({ findings }) => String(findings['value']),
    (error: Error) => error.message,
  );

const inputOf = (more: object = {}) =>
  description.input.parse({
    ...{ name: 'www.shop.test', zone: 'shop.test', server: primary, servers: [primary, secondary] },
    ...{ values: ['192.0.2.2'], ttl: 2, key: 'switch', secret: `file:${secretFile}`, spread: '20s' },
    ...more,
  });

withNamed('dns.update', () => {
  it('changes the record at every server, and waits until caches have forgotten the old one', async () => {
    expect(await said([primary, secondary])).toBe('192.0.2.1');
    expect(await settle(inputOf(), context)).toBe('not-done');
    const { outputs } = await run(inputOf({ replaces: ['192.0.2.1'] }), context);
    expect(outputs).toEqual({ before: '192.0.2.1', beforeTtl: 2, now: '192.0.2.2', serial: 8 });
    expect(await said([primary, secondary])).toBe('192.0.2.2');
    expect(await settle(inputOf(), context)).toBe('done');
    expect(context.reports.map(({ doing }) => doing)).toContain('caches forget the old record in 2 s');
    expect(readdirSync(context.workDirectory)).not.toContain('tsig.key');
  });

  it('says nothing where it is so already', async () => {
    expect((await run(inputOf(), context)).outputs).toMatchObject({ before: '192.0.2.2', serial: 8 });
  });

  it('leaves alone what somebody else has changed', async () => {
    const late = inputOf({ values: ['192.0.2.3'], replaces: ['192.0.2.1'] });
    await expect(run(late, context)).rejects.toThrow('is 192.0.2.2 at 127.0.0.1');
    expect(await said([primary])).toBe('192.0.2.2');
  });

  it.each([
    [
      'a wrong key',
      { secret: randomBytes(32).toString('base64') },
      /nsupdate exited with 2 .*refused.*BADSIG/s,
    ],
    ['an unknown key', { key: 'other' }, /nsupdate exited with 2 .*BADKEY/s],
    [
      'another zone',
      { zone: 'elsewhere.test', name: 'www.elsewhere.test' },
      /no answer for www.elsewhere.test. A \(REFUSED\)/,
    ],
    [
      'a server that is not there',
      { server: '127.0.0.1:9', servers: undefined },
      /gives no answer .*dig exited with 9/,
    ],
  ])('fails with words for %s, and changes nothing', async (_, more, words) => {
    await expect(run(inputOf({ values: ['192.0.2.9'], ...more }), context)).rejects.toThrow(words);
    expect(await said([primary, secondary])).toBe('192.0.2.2');
  });

  it('tells of a server that stays behind, and shows no secret', async () => {
    started[1]!.kill('SIGSTOP');
    const behind = inputOf({ values: ['192.0.2.4'], spread: '1s' });
    const failure = await run(behind, context).catch((error: Error) => error.message);
    started[1]!.kill('SIGCONT');
    expect(failure).toMatch(/The primary has the record, but not all name servers: .*gives no answer/);
    expect(await run(behind, context)).toMatchObject({ outputs: { now: '192.0.2.4' } });
    expect(context.lines.join('\n')).not.toMatch(/secret/i);
  }, 60_000);
});

withNamed('dns.check', () => {
  it('says who says what where the servers differ', async () => {
    const other = checking.input.parse({ name: 'ns.shop.test', servers: [primary, secondary] });
    expect((await check(other, context)).findings).toEqual({ value: '127.0.0.1', ttl: 2, agree: true });
    const none = checking.input.parse({ name: 'nobody.shop.test', servers: [primary] });
    expect((await check(none, context)).findings).toMatchObject({ value: 'nothing' });
  });
});

describe('serials', () => {
  it('go round, as RFC 1982 has it', () => {
    expect([reaches(8, 8), reaches(9, 8), reaches(7, 8)]).toEqual([true, true, false]);
    expect([reaches(0, 0xffffffff), reaches(0xffffffff, 0)]).toEqual([true, false]);
  });
});
