import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ActionContext } from '../action.ts';
import { readBinlogs } from './binlog-reader.ts';
import type { BinlogRange } from './binlog-range.ts';
import { query } from './client.ts';

/**
 * Replays binary logs by the client, in one session. The rights of users are switched on first: without, the server
 * refuses a CREATE USER that stands in the logs; the session itself keeps all rights.
 */
export async function replay(socket: string, range: BinlogRange, context: ActionContext): Promise<void> {
  const sizes = await Promise.all(range.files.map(async (file) => (await stat(file)).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const options = [`--start-position=${range.start}`, ...range.stop];
  let done = 0;
  async function* statements() {
    yield Buffer.from('FLUSH PRIVILEGES;\n');
    for await (const chunk of readBinlogs(range.files, options, context.signal)) {
      // What is written of an event is longer than the event.
      done = Math.min(total, done + chunk.length);
      context.progress({ done, total, unit: 'bytes', estimate: true, doing: 'replaying binary logs' });
      yield chunk;
    }
  }
  const stdin = Readable.from(statements());
  await query(socket, { doing: 'Replaying the binary logs', stdin }, context);
}
