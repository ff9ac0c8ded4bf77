import { catalogue } from '../../../actions/catalogue.ts';
import type { Diagnostic } from '../../../core/diagnostics/diagnostic.ts';
import { printable } from '../../../core/printable.ts';
import type { Role } from '../../../core/names.ts';
import { readRunbook } from '../../../language/read-runbook.ts';
import { rolesAsked } from '../../../language/rules/approvals.ts';
import type { People } from '../../../language/rules/facts.ts';
import { diagnosticsText } from '../diagnostic-text.ts';
import { exit } from '../exit-code.ts';
import { findRunbook } from '../find-runbook.ts';
import { readRunbookText } from '../read-file.ts';
import { rosterGiven, type RosterOptions, withRoster } from '../roster-given.ts';
import { show } from '../show.ts';
import type { Verb } from '../verb.ts';

interface Checked {
  readonly file: string;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  /** What only a roster could say: whether there are enough people with these roles. */
  readonly unchecked: readonly Role[];
}

export const validate: Verb<RosterOptions> = {
  shape(command) {
    withRoster(command.argument('<file...>', 'runbooks; - is the standard input'));
  },
  async run(cli, files, options) {
    const roster = (await rosterGiven(cli, options))?.roster;
    const checked = await Promise.all(files.map((file) => check(file, roster && { roster, at: cli.now() })));
    const data = {
      format: 1,
      files: checked.map(({ file, diagnostics, unchecked }) => ({
        file,
        valid: diagnostics.length === 0,
        diagnostics,
        ...(unchecked.length > 0 ? { uncheckedRoles: unchecked } : {}),
      })),
    };
    show(cli, data, () => checked.map((one) => resultText(one, cli.paint)).join('\n'));
    return checked.every(({ diagnostics }) => diagnostics.length === 0) ? exit.ok : exit.usage;
  },
};

async function check(file: string, people: People | undefined): Promise<Checked> {
  const text = await readRunbookText(file);
  const { runbook, diagnostics } = readRunbook({ text, file, find: findRunbook }, catalogue, people);
  const unchecked = runbook && !people ? rolesAsked(runbook.runbook, catalogue) : [];
  return { file, text, diagnostics, unchecked };
}

function resultText(
  { file, text, diagnostics, unchecked }: Checked,
  paint: Parameters<typeof diagnosticsText>[1]['paint'],
): string {
  if (unchecked.length > 0)
    return `${printable(file)}: valid; whether enough people have its roles (${unchecked.join(', ')}) only a roster can say: --roster FILE`;
  if (diagnostics.length === 0) return `${printable(file)}: valid`;
  const count = `${diagnostics.length} ${diagnostics.length === 1 ? 'mistake' : 'mistakes'}`;
  return `${diagnosticsText(diagnostics, { file, text, paint })}\n${printable(file)}: ${count}`;
}
