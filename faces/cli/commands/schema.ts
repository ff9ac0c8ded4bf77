import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Argument } from 'commander';
import { packageRoot } from '../../../local/package-root.ts';
import { exit } from '../exit-code.ts';
import type { Verb } from '../verb.ts';

export const schema: Verb = {
  shape(command) {
    command.addArgument(new Argument('[what]', 'of what').choices(['runbook', 'roster']).default('runbook'));
  },
  async run(cli, [what]) {
    cli.terminal.out(await readFile(join(packageRoot, `runbooks/schema/${what}-v1.schema.json`), 'utf8'));
    return exit.ok;
  },
};
