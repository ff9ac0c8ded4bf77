import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CapturedOutput } from '../../actions/captured-output.ts';
import { Secrets } from '../../actions/secret.ts';
import { temporaryDirectory } from './action-context.ts';

const directory = temporaryDirectory();
const before = { ...process.env };
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});

const kept = (secret: string): Secrets => {
  const secrets = new Secrets();
  secrets.keep(secret);
  return secrets;
};

describe('redact', () => {
  const secret = `p&ss <"wörd"> it's/1+~`;
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each([
    ['raw', secret],
    ['base64url', Buffer.from(secret).toString('base64url')],
    ['hex', Buffer.from(secret).toString('hex')],
    ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
    ['URL', encodeURIComponent(secret)],
    ['URL in lower case', encodeURIComponent(secret).replaceAll(/%../g, (code) => code.toLowerCase())],
    ['form', new URLSearchParams([['', secret]]).toString().slice(1)],
    ['JSON', JSON.stringify(secret).slice(1, -1)],
    ['JSON in ASCII', JSON.stringify(secret).slice(1, -1).replace('ö', '\\u00f6')],
    ['XML', 'p&amp;ss &lt;&quot;wörd&quot;&gt; it&apos;s/1+~'],
    ['HTML', 'p&amp;ss &lt;&#34;wörd&#34;&gt; it&#39;s/1+~'],
  ])('blackens %s whole', (_, written) => {
    expect(kept(secret).redact(`a:${written}:b`)).toBe('a:[secret]:b');
  });

  it('blackens base64 behind any other bytes', () => {
    for (const user of ['', 'a:', 'ab:', 'abc:']) {
      const shown = kept(secret).redact(base64(`${user}${secret}:more`));
      expect(shown).toMatch(/^.{0,6}\[secret\].{0,9}$/);
    }
  });

  it('blackens the lines of a key, and of its base64', () => {
    const key = `-----BEGIN KEY-----\n${'a1b2c3d4e5'.repeat(12)}\nlast\n-----END KEY-----`;
    const wrapped = base64(key).replace(/=+$/, '').match(/.{1,76}/g) ?? []; // prettier-ignore
    for (const line of [...key.split('\n'), ...wrapped])
      expect(kept(key).redact(line)).toMatch(/^(\[secret\])+$/);
  });

  it('blackens two that overlap', () => {
    const secrets = kept('abcdefgh');
    secrets.keep('efghijkl');
    expect(secrets.redact('-abcdefghijkl-')).toBe('-[secret]-');
  });
});

describe('captured output', () => {
  const secret = `hunter2-${'0123456789'.repeat(100)}`;

  /** Everything that is shown of an output that comes in pieces of this size. */
  function shown(text: string, size: number): string {
    const lines: string[] = [];
    const secrets = kept(secret);
    const output = new CapturedOutput({
      log: (line) => void lines.push(line),
      redact: (...given) => secrets.redact(...given),
    });
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += size) output.push(bytes.subarray(at, at + size));
    output.end();
    return [...lines, output.text(4_000), output.whole() ?? ''].join('\n');
  }

  it.each([1, 7, 1_000])('holds no secret that came in pieces of %i', (size) => {
    expect(shown(`a ${secret} b`, size)).not.toMatch(/hunter2|0123456/);
  });

  it.each([0, 1, 500, 900])('holds no part of one where a line is cut, %i before the limit', (early) => {
    const text = `${'x'.repeat(65_536 - early)}${secret}${'y'.repeat(70_000)}`;
    expect(shown(text, 65_536)).not.toMatch(/hunter2|0123456/);
  });

  it('holds no part of one where head and tail were mostly secrets', () => {
    expect(shown(`${secret} `.repeat(2_000), 4_096)).not.toMatch(/hunter2|0123456/);
  });
});

describe('exec:', () => {
  const reveal = (text: string) => new Secrets().reveal(text);

  it('is what a program prints, given as a list or with spaces', async () => {
    expect(await reveal('exec:["/bin/echo","a  b","$HOME"]')).toBe('a  b $HOME');
    expect(await reveal('exec:/bin/echo one two')).toBe('one two');
  });

  it.each(['exec:["pass"]', 'exec:[1]', 'exec:[', 'exec:[]'])('is no argv as %s', async (text) => {
    await expect(reveal(text)).rejects.toThrow('is no argv');
  });

  it('never shows what the program says when it fails', async () => {
    const file = join(directory, 'fails');
    writeFileSync(file, '#!/bin/sh\necho hunter2\necho hunter2 >&2\nexit 3\n');
    chmodSync(file, 0o755);
    const failure = await reveal(`exec:["${file}","hunter2"]`).catch((error: unknown) => error as Error);
    expect((failure as Error).message).toContain('exited with 3');
    expect((failure as Error).message).not.toContain('hunter2');
  });

  it.each([
    ['exec:/bin/true', 'printed nothing'],
    ['exec:/nowhere/pass', 'cannot be started (ENOENT)'],
    ['exec:["/usr/bin/head","-c","100000","/dev/zero"]', 'more than 64 KB'],
  ])('%s says why not', async (text, why) => {
    await expect(reveal(text)).rejects.toThrow(why);
  });
});

/** Not Vault itself: it answers as the documentation of its HTTP API says. */
describe('vault:', () => {
  let server: Server;
  const asked: (string | string[] | undefined)[] = [];
  const answers: Record<string, [number, unknown]> = {
    '/v1/secret/data/shop/db': [200, { data: { data: { password: 'hunter2', port: 5432 }, metadata: {} } }],
    '/v1/secret/data/deleted': [404, { data: { data: null, metadata: { deletion_time: 'x' } } }],
    '/v1/secret/data/sealed': [503, { errors: ['Vault is sealed'] }],
    '/v1/secret/data/denied': [403, { errors: ['1 error occurred: permission denied'] }],
    '/v1/secret/data/v1': [200, { data: { password: 'x' } }],
    '/v1/secret/data/large': [200, { data: { data: { password: 'x'.repeat(1024 * 1024) } } }],
  };
  beforeAll(async () => {
    server = createServer(({ url = '', headers }, response) => {
      asked.push(headers['x-vault-token'], headers['x-vault-namespace']);
      const [status, body] = answers[url] ?? [404, { errors: [] }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const reveal = (text: string) => {
    process.env['VAULT_ADDR'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    process.env['VAULT_TOKEN'] ??= 'hvs.token';
    return new Secrets().reveal(text);
  };

  it('is a field of a secret, with the token and the namespace of the worker', async () => {
    process.env['VAULT_NAMESPACE'] = 'team';
    expect(await reveal('vault:secret/data/shop/db#password')).toBe('hunter2');
    expect(await reveal('vault:secret/data/shop/db#port')).toBe('5432');
    expect(asked.slice(-2)).toEqual(['hvs.token', 'team']);
  });

  it('takes the token from a file', async () => {
    const file = join(directory, 'token');
    writeFileSync(file, 'hvs.other\n');
    Object.assign(process.env, { VAULT_TOKEN: '', VAULT_TOKEN_FILE: file });
    expect(await reveal('vault:secret/data/shop/db#password')).toBe('hunter2');
    expect(asked.at(-2)).toBe('hvs.other');
    process.env['VAULT_TOKEN_FILE'] = '/nowhere/token';
    await expect(reveal('vault:secret/data/shop/db#password')).rejects.toThrow(
      '/nowhere/token cannot be read',
    );
  });

  it.each([
    ['vault:secret/data/shop/db#toString', 'no such field'],
    ['vault:secret/data/deleted#password', 'newest version is deleted'],
    ['vault:secret/data/nothing#password', 'nothing at that path'],
    ['vault:secret/data/sealed#password', 'Vault is sealed'],
    ['vault:secret/data/denied#password', 'Vault denied it'],
    ['vault:secret/data/v1#password', 'none of KV version 2'],
    ['vault:secret/data/large#password', 'is larger than 1 MB'],
    ['vault:secret/shop/db#password', 'is not written MOUNT/data/PATH#FIELD'],
    ['vault:secret/data/shop/db', 'is not written MOUNT/data/PATH#FIELD'],
  ])('%s says why not', async (text, why) => {
    await expect(reveal(text)).rejects.toThrow(why);
  });

  it('sends its token to no other host without TLS', async () => {
    Object.assign(process.env, { VAULT_ADDR: 'http://vault.example:8200', VAULT_TOKEN: 'hvs.token' });
    const asking = new Secrets().reveal('vault:secret/data/shop/db#password');
    await expect(asking).rejects.toThrow('https, or http on this host only');
  });
});
