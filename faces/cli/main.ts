import { runCli } from './run-cli.ts';

// The entry of bin/muster.mjs. An exit code, not process.exit: what was written is flushed first.
process.exitCode = await runCli(process.argv.slice(2));
