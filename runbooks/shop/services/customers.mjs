// Customers who never stop ordering. What the shop confirmed is written to a ledger, line by line, on disk
// before the next order: the proof of what must not be lost.
//   node customers.mjs --front http://127.0.0.1:8000 --ledger FILE --rush 1500 --every 40
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const text = /** @type {const} */ ({ type: 'string' });
const { values } = parseArgs({
  options: {
    front: text,
    ledger: text,
    rush: { ...text, default: '0' },
    every: { ...text, default: '40' },
  },
});
const { front, ledger } = values;
if (!front || !ledger) throw new Error('needs --front --ledger');

const goods = ['compass', 'sextant', 'lantern', 'rope', 'bell', 'chart', 'logbook', 'oilskin'];
const lastLine = existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n').at(-1) : '';
let next = lastLine ? JSON.parse(lastLine).order + 1 : 1;
const rushUntil = next + Number(values.rush);
const file = openSync(ledger, 'a');

let leaving = false;
process.on('SIGTERM', () => (leaving = true));

while (!leaving) {
  const order = { id: next, item: goods[next % goods.length], amount: 100 + ((next * 37) % 900) };
  const site = await place(order);
  if (!site) {
    await sleep(100);
    continue;
  }
  writeSync(file, `${JSON.stringify({ order: order.id, at: Date.now(), site })}\n`);
  fsyncSync(file);
  next += 1;
  if (next > rushUntil) await sleep(Number(values.every));
}
closeSync(file);

/** The site that confirmed the order; undefined where none did: the same order is sent again. */
async function place(order) {
  try {
    const answer = await fetch(`${front}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(order),
      signal: AbortSignal.timeout(2_000),
    });
    await answer.arrayBuffer();
    return answer.ok ? answer.headers.get('x-site') : undefined;
  } catch {
    return undefined;
  }
}
