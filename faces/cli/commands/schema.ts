import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../../../local/package-root.ts';
import { exit } from '../exit-code.ts';
import type { Verb } from '../verb.ts';

export const schema: Verb = {
  shape: (command) => void command,
  async run(cli) {
    cli.terminal.out(await readFile(join(packageRoot, 'runbooks/schema/runbook-v1.schema.json'), 'utf8'));
    return exit.ok;
  },
};
