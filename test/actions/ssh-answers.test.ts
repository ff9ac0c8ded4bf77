import { describe, expect, it } from '@jest/globals';
import { answersIn } from '../../actions/ssh/answers.ts';

async function* told(...chunks: readonly (string | Buffer)[]) {
  for (const chunk of ['hello N\n', ...chunks]) yield Buffer.from(chunk);
}

async function read(chunks: AsyncIterable<Buffer>) {
  const answers = [];
  for await (const answer of answersIn(chunks, 'N')) answers.push(answer);
  return answers.slice(1);
}

const failureOf = (chunks: AsyncIterable<Buffer>) => read(chunks).then(String, (error: unknown) => error);

describe('what a far shell tells', () => {
  it('is read however it is cut into pieces', async () => {
    const log = Buffer.from('one\ntwo\n\xe9', 'latin1');
    const tail = Buffer.alloc(64 * 1024, 't');
    const all = Buffer.concat([
      Buffer.from(`at /far\nlog ${log.length}\n`),
      log,
      Buffer.from('tail 65536\n'),
      tail,
    ]);
    const bytewise = Array.from(all, (byte) => Buffer.of(byte));
    for (const chunks of [[all], bytewise]) {
      expect(await read(told(...chunks))).toEqual([
        { word: 'at', directory: '/far' },
        { word: 'log', bytes: log },
        { word: 'tail', bytes: tail },
      ]);
    }
  });

  it('may be the first megabyte of a log, in a million pieces', async () => {
    async function* pieces() {
      yield* told('log 1048576\n');
      for (let n = 0; n < 1024 * 1024; n += 1) yield Buffer.of(n % 256);
    }
    const [answer] = await read(pieces());
    expect(answer).toMatchObject({ word: 'log', bytes: { length: 1024 * 1024 } });
  });

  it.each([
    ['a log of a gigabyte', ['log 999999999\n']],
    ['a log of more digits', [`log ${'9'.repeat(50)}\n`]],
    ['a log of a megabyte and one byte', ['log 1048577\n']],
    ['a second megabyte', ['log 1048576\n', Buffer.alloc(1024 * 1024), 'log 1\n']],
    ['a longer end', ['tail 65537\n']],
  ])('is not believed where it is %s', async (_, chunks) => {
    async function* lie() {
      yield* told(...chunks);
      throw new Error('was read further');
    }
    const failure = await failureOf(lie());
    expect(failure).toMatchObject({ kind: 'unknown', message: expect.stringContaining('Look at that host') });
  });

  it('has no line without an end', async () => {
    async function* endless() {
      yield* told();
      for (let n = 0; n < 100; n += 1) yield Buffer.alloc(1024, 'x');
    }
    expect(String(await failureOf(endless()))).toContain('a line without an end');
  });
});
