import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { payloadKeysFile, readPayloadKeys } from '../../client/payload-keys.ts';

const home = mkdtempSync(join(tmpdir(), 'muster-payload-keys-'));
const file = join(home, 'payload-keys');
const write = (text: string, mode = 0o600) => {
  writeFileSync(file, text);
  chmodSync(file, mode);
};
const [one, two] = [randomBytes(32), randomBytes(32)];
const read = () => readPayloadKeys(home, undefined);

afterEach(() => rmSync(file, { force: true }));

describe('the file of payload keys', () => {
  it('lies in the state directory unless it is named', async () => {
    expect(payloadKeysFile('/state', undefined)).toBe('/state/payload-keys');
    expect(payloadKeysFile('/state', '')).toBe('/state/payload-keys');
    expect(await read()).toBeUndefined();
    await expect(readPayloadKeys(home, '/nowhere/keys')).rejects.toThrow('cannot be read (ENOENT)');
  });

  it('names the key that writes first, and those that only read after it', async () => {
    process.env['PAYLOAD_KEY_TWO'] = two.toString('base64');
    write(`# rotated in June\n\nk2 env:PAYLOAD_KEY_TWO\n  k1   ${one.toString('base64')}\n`);
    const keys = await read();
    expect(keys?.current).toBe('k2');
    expect([...keys!.keys]).toEqual([
      ['k2', two],
      ['k1', one],
    ]);
  });

  it.each([
    ['exec:/bin/sh', (place: string) => `exec:["/bin/cat","${place}"]`],
    ['file:', (place: string) => `file:${place}`],
  ])('takes a key by %s', async (_, reference) => {
    const place = join(home, 'key');
    writeFileSync(place, `${one.toString('base64')}\n`);
    write(`k1 ${reference(place)}\n`);
    expect((await read())?.keys.get('k1')).toEqual(one);
  });

  it.each([
    ['others may read it', `k1 ${one.toString('base64')}`, 0o640, `chmod 600 ${file}`],
    ['it is empty', '# nothing\n', 0o600, 'holds no key'],
    ['a line has no key', 'k1\n', 0o600, `${file}:1: this is no id and key`],
    ['an id has odd characters', 'k/1 abc\n', 0o600, 'this is no id and key'],
    ['a key is too short', `k1 ${randomBytes(31).toString('base64')}`, 0o600, 'is not 32 bytes in base64'],
    ['a key is no base64', `k1 ${one.toString('hex')}`, 0o600, 'is not 32 bytes in base64'],
    ['an id stands there twice', 'k1 K\nk1 K\n'.replaceAll('K', one.toString('base64')), 0o600, 'twice'],
    ['a reference leads nowhere', 'k1 env:NOT_SET_ANYWHERE\n', 0o600, 'the payload key k1 cannot be had'],
  ])('is refused in words where %s', async (_, text, mode, words) => {
    write(text, mode);
    const refused = await read().catch((failure: unknown) => failure);
    expect(refused).toMatchObject({ name: 'ClientFailure', code: 'not-allowed' });
    expect((refused as Error).message).toContain(words);
    expect((refused as Error).message).not.toContain(one.toString('base64').slice(0, 20));
  });
});
