import type { Change } from '../../core/change.ts';
import type { RunView } from '../../core/view.ts';
import type { Cli } from './cli.ts';
import type { ExitCode } from './exit-code.ts';
import { CliFailure } from './failure.ts';
import { propose } from './propose.ts';
import { asksMeant, type MeantAsk, severalMeant } from './runs-meant.ts';
import { type VoteOptions, voteOn } from './vote.ts';

/** Answers the open question that fits; where none is open, proposes the change by itself. */
export async function answerOrPropose(
  cli: Cli,
  meant: MeantAsk,
  change: (view: RunView) => Change,
  options: VoteOptions,
): Promise<ExitCode> {
  const { fitting } = await asksMeant(await cli.runs(), meant);
  const [only] = fitting;
  if (fitting.length > 1) throw severalMeant(fitting);
  if (only) return voteOn(cli, only, meant.choices, options);
  return propose(cli, { run: meant.run, change }, options);
}

/**
 * The path of the step that somebody means: `system/step`, a system (the step it is at), or the whole path.
 * @throws CliFailure where no step that is under way or asked about fits.
 */
export function stepPath(view: RunView, named: string): string {
  if (named.split('/').length === 4) return named;
  const under = [...view.nodes, ...view.inner].flatMap((node) =>
    node.step ? [{ node: node.id, path: node.step.path }] : [],
  );
  const asked = view.asks.flatMap(({ about }) =>
    about.path ? [{ node: about.node, path: about.path }] : [],
  );
  const places = [...under, ...asked];
  const paths = new Set(places.filter(fits(named)).map(({ path }) => path));
  const [only] = paths;
  if (only !== undefined && paths.size === 1) return only;
  if (only !== undefined) throw new CliFailure(`More than one step fits ${named}.`, { hint: listed(paths) });
  const all = new Set(places.map(({ path }) => path));
  if (all.size > 0)
    throw new CliFailure(`No step that is under way or asked about fits ${named}. There are:`, {
      hint: listed(all),
    });
  throw new CliFailure(`No step is under way or asked about that could be ${named}.`, {
    hint: 'A whole path is system/round/phase/step, e.g. orders-db/1/recover/restore.',
  });
}

const listed = (paths: Iterable<string>): string => [...paths].join('\n  ');

/**
 * The path of the gate that somebody means, open or shut: its own step, or the gate of a step.
 * @throws CliFailure where none fits.
 */
export function gatePath(view: RunView, named: string): string {
  if (named.split('/').length === 4) return named;
  const open = view.asks.find(
    ({ about, ask }) =>
      ask.kind === 'gate' && about.path && fits(named)({ node: about.node, path: about.path }),
  );
  if (open?.about.path !== undefined) return open.about.path;
  const shut = view.nodes.find(({ id, kind }) => id === named && kind === 'gate');
  if (shut) return `${shut.id}/1/gate/decide`;
  throw new CliFailure(`No gate that is open or shut fits ${named}.`, {
    hint: 'A whole path is system/round/phase/step, e.g. go-live/1/gate/decide.',
  });
}

const fits =
  (named: string) =>
  ({ node, path }: { node: string; path: string }): boolean => {
    const [system, , , step] = path.split('/');
    return named === node || named === system || named === step || named === `${system}/${step}`;
  };
