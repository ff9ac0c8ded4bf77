import type { CourierState, Delivery } from '../../../contract/courier.ts';
import type { Cli } from '../cli.ts';
import { exit, type ExitCode } from '../exit-code.ts';
import { CliFailure } from '../failure.ts';
import { safe } from '../live/safe.ts';
import { show } from '../show.ts';
import { table } from '../table.ts';
import { clockIn } from '../time.ts';
import type { Verb } from '../verb.ts';

/** Shows what is on its way to others, and what could not be delivered; `again [ID…]` sends that on its way again. */
export const notices: Verb<object> = {
  shape(command) {
    command
      .argument('[what]', 'list or again', 'list')
      .argument('[ids...]', 'notices that were given up; none: all of them');
  },
  run: (cli, [what, ...ids]) => {
    if (what === 'again') return tellAgain(cli, ids);
    if (what === 'list' && ids.length === 0) return listNotices(cli);
    throw new CliFailure('It is `muster notices` or `muster notices again [ID…]`.');
  },
};

async function listNotices(cli: Cli): Promise<ExitCode> {
  const state = await (await cli.runs()).notices();
  show(cli, { format: 1, ...state }, () => textOf(cli, safe(state)));
  return exit.ok;
}

/** So many of those that arrived are shown. */
const lately = 20;

function textOf(cli: Cli, { waiting, dead, delivered, forgotten, ended }: CourierState): string {
  const clock = clockIn(cli.zone, cli.now());
  const rows = [
    ...dead.flatMap((one) => [
      ['GIVEN UP', one.notice.to, troubled(one)],
      ['', '', one.notice.id],
    ]),
    ...waiting.map((one) => [`next ${clock.minute(one.nextAt)}`, one.notice.to, troubled(one)]),
    ...delivered
      .toReversed()
      .slice(0, lately)
      .map(({ at, to, text }) => [`told ${clock.minute(at)}`, to, text]),
  ];
  if (rows.length === 0) return 'There was nothing to tell.';
  const lines = table(rows, cli.terminal.size().columns);
  const hints = [
    ...(ended
      ? ['SOMEBODY ENDED THE COURIER: what waits is delivered when a run has something to tell again.']
      : []),
    ...(forgotten > 0 ? [`${forgotten} more were given up and are not kept.`] : []),
    ...(dead.length > 0 ? ['muster notices again [ID…]'] : []),
  ];
  return [...lines, ...(hints.length > 0 ? ['', ...hints] : [])].join('\n');
}

const troubled = ({ notice, tries, problem }: Delivery): string =>
  problem === undefined
    ? notice.text
    : `${notice.text} (${tries} ${tries === 1 ? 'try' : 'tries'}; ${problem})`;

async function tellAgain(cli: Cli, ids: readonly string[]): Promise<ExitCode> {
  const again = await (await cli.runs()).deliverAgain(ids);
  if (again === 0 && ids.length > 0) throw new CliFailure('No notice that was given up has that id.');
  const words = again === 1 ? '1 notice is' : `${again} notices are`;
  show(cli, { format: 1, again }, () => `${words} on the way again; \`muster notices\` says what arrives.`);
  return exit.ok;
}
