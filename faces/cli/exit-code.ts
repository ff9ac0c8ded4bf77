import type { RunView } from '../../core/view.ts';

/** What the process ends with; each number means one thing (docs/cli.md). */
export const exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  impaired: 3,
  notAllowed: 4,
  waiting: 5,
  endedByPeople: 6,
  unreachable: 7,
  stale: 8,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exit)[keyof typeof exit];

/** The exit code of a run as it stands; one that has not ended is waiting. */
export function exitCode(view: RunView): ExitCode {
  switch (view.status) {
    case 'running':
    case 'on-hold':
    case 'ending':
      return exit.waiting;
    case 'failed':
      return byPeople(view) && leftOutOnly(view) ? exit.endedByPeople : exit.failed;
    case 'stood-down':
    case 'cancelled':
      return exit.endedByPeople;
    case 'recovered':
      return ofRecovered(view);
  }
}

/** Somebody had a hand in it: the answers that a rehearsal gives itself bear the name `muster`. */
const byPeople = ({ mode, deviations }: RunView): boolean =>
  mode === 'live' || deviations.some(({ by }) => by !== 'muster');

/** Nothing failed: what is missing, people left out. */
function leftOutOnly({ functions, nodes, inner }: RunView): boolean {
  const all = [...functions, ...nodes, ...inner];
  return all.some((node) => node.status === 'left-out') && all.every((node) => node.status !== 'failed');
}

function ofRecovered(view: RunView): ExitCode {
  const uncleaned = view.mode === 'rehearsal' && view.cleanup?.state !== 'clean';
  const impaired = view.late || view.degraded || view.unverified || view.lostTooMuch || uncleaned;
  return impaired ? exit.impaired : exit.ok;
}
