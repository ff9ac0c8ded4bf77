import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Desk, leftOrders, type Order } from '../../../faces/chatops/desk.ts';
import { Journal, readJournal } from '../../../record/journal.ts';
import { ChatRuns } from './chat.ts';

const said = (reason: string) => ({ by: 'ann', channel: 'chat', reason, propose: [] }) as const;
const newFile = () => join(mkdtempSync(join(tmpdir(), 'muster-desk-')), 'journal.jsonl');

async function withDesk<T>(file: string, work: (desk: Desk, runs: ChatRuns) => Promise<T>): Promise<T> {
  const journal = await Journal.open(file);
  const runs = new ChatRuns();
  const desk = new Desk({ journal, runs: () => runs, onChange: () => undefined });
  try {
    return await work(desk, runs);
  } finally {
    await journal.close();
  }
}

describe('the desk', () => {
  it('knows which orders were accepted and never sent, when the program died in between', async () => {
    const file = newFile();
    const order = (desk: Desk, reason: string): Order => desk.order('T/U', 'shop-1', 'hold', said(reason));
    const left = await withDesk(file, async (desk) => {
      for (const reason of ['sent', 'left']) await desk.accept(order(desk, reason));
      await desk.send(order(desk, 'sent'));
      return order(desk, 'left');
    });
    expect(await leftOrders(readJournal(file))).toMatchObject([left]);
    await withDesk(file, async (desk, runs) => {
      for (const found of await leftOrders(readJournal(file))) await desk.send(found);
      expect(runs.decisions).toEqual([left.decision]);
    });
    expect(await leftOrders(readJournal(file))).toEqual([]);
  });

  it('leaves nothing whose outcome it wrote down, although it was accepted once more after that', async () => {
    const file = newFile();
    await withDesk(file, async (desk) => {
      const order = desk.order('T/U', 'shop-1', 'hold', said('twice at once'));
      await desk.accept(order);
      await desk.send(order);
      await desk.accept(order);
    });
    expect(await leftOrders(readJournal(file))).toEqual([]);
  });

  it('sends nothing that it cannot write down', async () => {
    const journal = await Journal.open(newFile());
    const runs = new ChatRuns();
    const desk = new Desk({ journal, runs: () => runs, onChange: () => undefined });
    await journal.close();
    await expect(desk.accept(desk.order('T/U', 'shop-1', 'hold', said('x')))).rejects.toThrow('closed');
    expect(runs.decisions).toEqual([]);
  });

  it('does not send what is too old to count', async () => {
    const file = newFile();
    const journal = await Journal.open(file);
    const decision = { ...said('old'), id: 'chat-1' };
    await journal.append({
      type: 'decision',
      at: Date.now() - 601_000,
      user: 'T/U',
      run: 'shop-1',
      title: 'hold',
      decision,
    });
    await journal.close();
    expect(await leftOrders(readJournal(file))).toEqual([]);
  });
});
