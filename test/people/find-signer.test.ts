import { createServer } from 'node:net';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type PublicKey, type Roster, signedText } from '../../core/roster.ts';
import { findSigner } from '../../people/find-signer.ts';
import { newKey } from '../../people/new-key.ts';
import { agentKeys } from '../../people/ssh-agent.ts';
import { inDirectory, run, withAgent, withOpenSsh } from './open-ssh.ts';
import { verifies } from './verifies.ts';

const rosterOf = (...keys: readonly PublicKey[]): Roster => ({
  format: 1,
  name: 'shop',
  digest: 'sha256:0',
  people: { ada: { name: 'Ada', roles: ['dba'], keys, deputies: [], absent: [] } },
  edges: {},
});

describe('findSigner', () => {
  it('takes the file that is named, before the variable, before the usual file', async () => {
    await inDirectory(async (directory) => {
      const [named, variable, usual] = ['named', 'variable', 'muster/key'].map((one) => join(directory, one));
      const keys = [await newKey(named!, ''), await newKey(variable!, ''), await newKey(usual!, '')];
      const roster = rosterOf(...keys);
      const env = { XDG_CONFIG_HOME: directory, MUSTER_KEY: variable };
      expect((await findSigner({ roster, file: named, env })).keyId).toBe(keys[0]!.id);
      expect((await findSigner({ roster, env })).keyId).toBe(keys[1]!.id);
      expect((await findSigner({ roster, env: { ...env, MUSTER_KEY: '' } })).keyId).toBe(keys[2]!.id);
    });
  });

  it('says of a key that the roster does not know which one it is', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'key');
      const { id } = await newKey(file, '');
      const search = findSigner({ roster: rosterOf(), file, env: {} });
      await expect(search).rejects.toThrow(`does not know the key in ${file} (${id})`);
    });
  });

  it('says where it looked when there is none', async () => {
    await inDirectory(async (directory) => {
      const none = { roster: rosterOf(), env: { XDG_CONFIG_HOME: directory } };
      await expect(findSigner(none)).rejects.toThrow(/no SSH agent is running .* no file .*muster\/key/);
      const dead = { ...none, env: { ...none.env, SSH_AUTH_SOCK: join(directory, 'gone') } };
      await expect(findSigner(dead)).rejects.toThrow(/agent at .*gone does not answer: .*ENOENT/);
    });
  });

  it('knows the sealed key of break-glass as its person’s', async () => {
    await inDirectory(async (directory) => {
      const file = join(directory, 'sealed');
      const key = await newKey(file, '');
      const roster = { ...rosterOf(), breakGlass: { person: 'ada', key, wait: 60_000 } };
      expect((await findSigner({ roster, file, env: {} })).keyId).toBe(key.id);
    });
  });
});

describe('an agent that misbehaves', () => {
  it.each([
    ['hangs up', Buffer.alloc(0), /hung up/],
    ['promises too much', Buffer.from('ffffffff', 'hex'), /too long/],
    ['fails', Buffer.from('0000000105', 'hex'), /refused to list its keys/],
  ])('and %s is named', async (_, reply, words) => {
    await inDirectory(async (directory) => {
      const path = join(directory, 'agent');
      const server = createServer((socket) => void socket.end(reply)).listen(path);
      try {
        await expect(agentKeys(path)).rejects.toThrow(words);
      } finally {
        server.close();
      }
    });
  });
});

withOpenSsh('with ssh-agent', () => {
  it('signs by the first key that the roster knows, without reading a file', async () => {
    await inDirectory(async (directory) => {
      const [strange, mine] = ['strange', 'mine'].map((one) => join(directory, one));
      await newKey(strange!, 'strange');
      const key = await newKey(mine!, 'mine');
      run('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', join(directory, 'ecdsa')]);
      const files = [join(directory, 'ecdsa'), strange!, mine!];
      await withAgent(directory, files, async (socket) => {
        expect((await agentKeys(socket)).map(({ comment }) => comment)).toEqual(['strange', 'mine']);
        for (const file of files) rmSync(file);
        const env = { XDG_CONFIG_HOME: directory, SSH_AUTH_SOCK: socket };
        const signer = await findSigner({ roster: rosterOf(key), env });
        expect(signer.keyId).toBe(key.id);
        const bytes = '{"reason":"größer"}';
        expect(verifies(signedText(bytes), await signer.sign(bytes), key)).toBe(true);
        await expect(findSigner({ roster: rosterOf(), env })).rejects.toThrow("none of the SSH agent's keys");
        run('ssh-add', ['-D'], { SSH_AUTH_SOCK: socket });
        await expect(signer.sign(bytes)).rejects.toThrow('refused to sign');
      });
    });
  });
});
