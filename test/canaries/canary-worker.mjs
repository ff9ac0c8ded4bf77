// Stands for a worker: `node canary-worker.mjs DIST HOME` with steps on standard input, as a JSON array. Each is performed, looked at as after a
// crash, and asked for its recovery points; what came of it is a line of JSON.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [, , dist, home] = process.argv;
const { createPerform } = await import(`${dist}/activities/perform.js`);
const { createListPoints } = await import(`${dist}/activities/list-points.js`);
const { loadAction } = await import(`${dist}/actions/registry.js`);
const signs = [];
const perform = createPerform({
  home,
  loadAction,
  childArgv: [process.execPath, `${dist}/actions/child.js`],
  observer: () => ({
    signal: new AbortController().signal,
    heartbeat: (sign) => void signs.push(sign),
    silence: async () => undefined,
  }),
});
const list = createListPoints({
  home,
  loadAction,
  mistrust: () => undefined,
  signal: () => new AbortController().signal,
});

for (const { path, steps } of JSON.parse(readFileSync(0, 'utf8'))) {
  if (path !== undefined) process.env.PATH = path;
  for (const step of steps) {
    const result = await perform(step);
    const look = { as: 'settle', of: step.try, try: step.try.replace('#', '#look-'), touches: 'nothing' };
    const left = await perform({ ...step, ...look });
    const points = await list({ calls: [{ path: step.path, call: step.call, enter: [] }] });
    console.log(JSON.stringify({ try: step.try, result, left, points, signs: signs.splice(0) }));
  }
}
// What a restore started would keep the tracer waiting.
const steps = join(home, 'steps');
for (const file of existsSync(steps) ? readdirSync(steps, { recursive: true }) : []) {
  if (!file.endsWith('servers.jsonl')) continue;
  for (const line of readFileSync(join(steps, file), 'utf8').trim().split('\n'))
    try {
      process.kill(JSON.parse(line).pid, 'SIGKILL');
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
}
process.exit(0);
