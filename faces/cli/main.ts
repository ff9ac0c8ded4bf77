import { runCli } from './run-cli.ts';

// The entry of bin/muster.mjs. An exit code, not process.exit: what was written is flushed first.
process.exitCode = await runCli(process.argv.slice(2));

// Connections are never closed: a call to a service that is gone may still be retried, and on a closed one that
// retry would throw. Nobody waits for it, either; where nothing is under way the process has ended before.
setTimeout(() => process.exit(), 250).unref();
