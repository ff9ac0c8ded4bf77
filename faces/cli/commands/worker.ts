import { spawn } from 'node:child_process';
import { localStatus } from '../../../local/local-status.ts';
import { builtFile } from '../../../local/package-root.ts';
import { ownService } from '../../../local/serves.ts';
import { temporalConfig } from '../../../local/temporal-config.ts';
import type { Cli } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

interface Options {
  readonly label?: string[];
  readonly mode?: string[];
  readonly name?: string;
}

export const worker: Verb<Options> = {
  shape: (command) =>
    void command
      .option('--label <label...>', 'what `runsOn` of a runbook calls this host')
      .option('--mode <mode...>', 'the runs that it takes: live, rehearsal (default: all)')
      .option('--name <name>', 'what people read (default: the name of this machine)')
      .addHelpText('after', '\nIt polls until it is told to end (Ctrl-C); running commands go on.'),
  async run(cli, _args, { label, mode, name }) {
    const { address = serviceAddress(), namespace } = cli.settings;
    const own = cli.settings.address === undefined && address !== undefined;
    const env = {
      ...process.env,
      ...(address === undefined ? {} : { TEMPORAL_ADDRESS: address }),
      ...(own && { [ownService]: '1' }),
      ...(namespace === undefined ? {} : { TEMPORAL_NAMESPACE: namespace }),
      ...(label && { MUSTER_WORKER_LABELS: label.join(',') }),
      ...(mode && { MUSTER_WORKER_MODES: mode.join(',') }),
      ...(name !== undefined && { MUSTER_WORKER_NAME: name }),
    };
    tell(cli, 'Starting a worker; Ctrl-C ends it.');
    return endOf(spawn(process.execPath, [builtFile('worker/main.js')], { stdio: 'inherit', env }), cli);
  },
};

/** Of the service on this machine; undefined: Temporal's own settings say where it is. */
function serviceAddress(): string | undefined {
  if (temporalConfig().source !== 'none') return undefined;
  const { address } = localStatus();
  if (address !== undefined) return address;
  throw new CliFailure('No Temporal service is configured, and none runs on this machine.', {
    exitCode: exit.unreachable,
    hint: 'Set TEMPORAL_ADDRESS, or start one with: muster up',
  });
}

function endOf(child: ReturnType<typeof spawn>, cli: Cli): Promise<ExitCode> {
  const forget = cli.terminal.onInterrupt(() => void child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      forget();
      resolve(code === 0 ? exit.ok : exit.failed);
    });
  });
}
