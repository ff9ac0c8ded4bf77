import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { command } from '../../actions/haproxy/runtime.ts';
import { temporaryDirectory } from './action-context.ts';

it('an answer at an admin socket without an end is read to 1 MB and no further', async () => {
  const socket = join(temporaryDirectory(), 'admin.sock');
  const piece = Buffer.alloc(64 * 1024, 'x');
  const server = createServer((connection) => {
    const more = (gone?: Error | null): void => void (gone ?? connection.write(piece, more));
    connection.on('error', () => undefined).on('close', () => server.close());
    more();
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  const asked = command(socket, 'show stat', new AbortController().signal);
  await expect(asked).rejects.toThrow('it is longer than 1 MB');
});
