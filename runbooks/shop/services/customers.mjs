// Customers who never stop ordering: first a rush of them together, then one after the other. What the shop
// confirmed is written to a ledger, a line for each order, on disk before the next: the proof of what must not be lost.
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
  const inRush = next < rushUntil;
  const orders = Array.from({ length: inRush ? 20 : 1 }, (_, more) => order(next + more));
  const site = await place(orders);
  if (!site) {
    await sleep(100);
    continue;
  }
  const at = Date.now();
  writeSync(file, orders.map(({ id }) => `${JSON.stringify({ order: id, at, site })}\n`).join(''));
  fsyncSync(file);
  next += orders.length;
  if (!inRush) await sleep(Number(values.every));
}
closeSync(file);

function order(id) {
  return { id, item: goods[id % goods.length], amount: 100 + ((id * 37) % 900) };
}

/** The site that confirmed the orders; undefined where none did: the same orders are sent again. */
async function place(orders) {
  try {
    const answer = await fetch(`${front}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(orders),
      signal: AbortSignal.timeout(2_000),
    });
    await answer.arrayBuffer();
    return answer.ok ? answer.headers.get('x-site') : undefined;
  } catch {
    return undefined;
  }
}
