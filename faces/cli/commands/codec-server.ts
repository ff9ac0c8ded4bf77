import { dirname, join } from 'node:path';
import { readPayloadKeys } from '../../../client/payload-keys.ts';
import { edgeConfig } from '../../../local/edges.ts';
import { ensureHome, musterHome } from '../../../local/home.ts';
import { temporalConfig } from '../../../local/temporal-config.ts';
import { readConfig } from '../../codec-server/config.ts';
import { startCodecServer } from '../../codec-server/start-codec-server.ts';
import { configOf, configured } from '../configured.ts';
import { CliFailure } from '../failure.ts';
import { printable } from '../../../core/printable.ts';
import { flagsOf } from '../service-flags.ts';
import { tell } from '../show.ts';
import { stay } from '../stay.ts';
import type { Verb } from '../verb.ts';

/** Shows what is encrypted to whoever may see it, in Temporal's own UI and command line. It needs no service. */
export const codecServer: Verb<{ readonly config?: string }> = {
  shape(command) {
    command
      .option('--config <file>', 'who may ask (default: codec-server.yaml in the state directory)')
      .addHelpText(
        'after',
        '\nIt stays until Ctrl-C. Runs go on without it.' +
          '\nWhere codec-server.yaml lies in the state directory, the service of this machine keeps it up.',
      );
  },
  async run(cli, _args, { config: file = edgeConfig(musterHome(), 'codec-server') }) {
    const config = await configOf(cli, file, (text) =>
      readConfig(text, { env: cli.env, directory: dirname(file) }),
    );
    const keys = await readPayloadKeys(musterHome(), cli.env['MUSTER_PAYLOAD_KEYS']);
    if (!keys)
      throw new CliFailure('There are no payload keys, so there is nothing to decode.', {
        hint: 'docs/operations.md says how payloads are encrypted.',
      });
    const { namespace } = temporalConfig(flagsOf(cli.settings));
    const onProblem = (problem: unknown) =>
      tell(cli, printable(problem instanceof Error ? problem.message : String(problem)));
    const directory = join(ensureHome(), 'codec-server');
    return stay(cli, { name: 'codec-server', directory }, (stopped) =>
      configured(file, async () => {
        const server = await startCodecServer({ config, keys, namespace, onProblem });
        const address = `http${config.tls ? 's' : ''}://${config.host}:${server.port}`;
        const whom = config.origins.join(', ') || 'no page of a browser';
        const proof =
          config.token === undefined ? 'without a token: for all on this machine' : 'with the token';
        tell(cli, `Payloads of ${[...keys.keys.keys()].join(', ')} are decoded at ${address}, for ${whom}, ${proof}. Ctrl-C ends it.`); // prettier-ignore
        await stopped;
        await server.close();
      }),
    );
  },
};
