import { keywordAttributes } from '../../../client/this-machine.ts';
import { stayUp } from '../../../local/stay-up.ts';
import { exit } from '../exit-code.ts';
import { flagsOf } from '../service-flags.ts';
import { tell } from '../show.ts';
import type { Verb } from '../verb.ts';

export const up: Verb = {
  shape(command) {
    command.addHelpText(
      'after',
      '\nIt stays until Ctrl-C, then stops the service. Other verbs start it in the background.',
    );
  },
  async run(cli) {
    const stop = new AbortController();
    const forget = cli.terminal.onInterrupt(() => stop.abort());
    const stopped = await stayUp(
      {
        onProgress: (line) => tell(cli, line),
        searchAttributes: keywordAttributes,
        flags: flagsOf(cli.settings),
      },
      {
        signal: stop.signal,
        onUp: ({ source, address }) =>
          tell(
            cli,
            source === 'embedded'
              ? `Up: Temporal at ${address}, with a worker. Ctrl-C stops all.`
              : `Configured: Temporal at ${address}. Nothing is started here; muster worker runs a worker for it.`,
          ),
      },
    );
    forget();
    if (stopped !== undefined) {
      const what = stopped.length > 0 ? `Stopped: ${stopped.join(', ')}.` : 'Stopped by muster down.';
      tell(cli, `${what} What is under way goes on at the next muster up.`);
    }
    return exit.ok;
  },
};
