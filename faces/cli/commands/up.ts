import { localStatus } from '../../../local/local-status.ts';
import { exit } from '../exit-code.ts';
import { show } from '../show.ts';
import type { Verb } from '../verb.ts';

export const up: Verb = {
  shape: (command) => void command,
  async run(cli) {
    await cli.runs();
    const status = localStatus();
    show(
      cli,
      { format: 1, ...status },
      () => `Up: Temporal at ${status.address ?? 'the configured address'}.`,
    );
    return exit.ok;
  },
};
