import { runParent, type ParentInput } from './parent.ts';

// What ensureLocal starts in the background.
const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
process.on('SIGHUP', () => undefined); // the terminal that started it may go
await runParent(JSON.parse(process.argv[2] ?? '') as ParentInput, stop.signal);
