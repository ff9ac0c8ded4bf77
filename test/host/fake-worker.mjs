// Stands for a worker that performs one step: `node fake-worker.mjs DIST HOME` with the input on standard input.
// Prints {result, peakKb}: what perform returned, and the most memory that this process ever had resident.
import { readFileSync } from 'node:fs';

const [, , dist, home] = process.argv;
const { createPerform } = await import(`${dist}/activities/perform.js`);
const { loadAction } = await import(`${dist}/actions/registry.js`);
const perform = createPerform({
  home,
  loadAction,
  childArgv: [process.execPath, `${dist}/actions/child.js`],
  observer: () => ({
    signal: new AbortController().signal,
    heartbeat: () => undefined,
    silence: async () => undefined,
  }),
});
const result = await perform(JSON.parse(readFileSync(0, 'utf8')));
const peakKb = Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
console.log(JSON.stringify({ result, peakKb }));
process.exit(0);
