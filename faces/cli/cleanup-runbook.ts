import type { LeftAside } from '../../host/list-set-aside.ts';
import { formatBytes } from './live/progress-words.ts';
import { linesOf } from './set-aside-lines.ts';

/** Where the people who decide find the whole list: a text of a gate has an end. */
const mostShown = 20;

/**
 * The runbook that deletes what a run has set aside: two people agree to exactly this list, and there is no way back.
 * As JSON, which is YAML; a brace of a path is no template.
 */
export function cleanupRunbook(
  left: readonly LeftAside[],
  about: { readonly run: string; readonly runbook: string; readonly runsOn: string; readonly now: number },
): string {
  const { run, runbook, runsOn, now } = about;
  const namesOf = (isOne: (one: LeftAside) => boolean) =>
    left.filter(isOne).map(({ place }) => asWritten(place));
  const databases = namesOf(({ kind }) => kind === 'database');
  const places = namesOf(({ kind }) => kind !== 'database');
  const bytes = formatBytes(left.reduce((sum, one) => sum + (one.bytes ?? 0), 0));
  return JSON.stringify({
    muster: 'v1',
    name: `cleanup-${runbook}`.slice(0, 63),
    title: `Delete what ${run} has set aside`,
    owner: 'muster',
    // Where it was set aside, and on no other worker host.
    sites: { here: { runsOn } },
    systems: {
      'set-aside': {
        title: `${left.length} set aside, ${bytes}`,
        needs: ['decide'],
        recover: [
          {
            ...{ step: 'delete', use: 'cleanup.remove', with: { run, places, databases }, takes: '1m' },
            noReturn: 'true',
          },
        ],
        verify: [
          {
            ...{ step: 'gone', title: 'none of them is there any more', use: 'command' },
            with: {
              argv: ['sh', '-c', 'for p; do [ ! -e "$p" ] || { echo "$p"; exit 1; }; done', 'sh', ...places],
            },
            expect: { exit: '0' },
          },
        ],
      },
    },
    gates: {
      decide: {
        title: `Delete for ever what ${run} has set aside?`,
        description: asWritten(listOf(left, now)),
        approve: { by: [{ role: 'anyone', count: '2' }] },
      },
    },
  });
}

const asWritten = (text: string): string => text.replaceAll('{{', '\\{{');

function listOf(left: readonly LeftAside[], now: number): string {
  const shown = left.slice(0, mostShown).flatMap((one) => linesOf(one, { columns: 78, now }));
  const more = left.length - mostShown;
  return [
    'Old data that a restore has replaced, as it was found when this run began. Once deleted it is gone.',
    ...shown,
    ...(more > 0 ? [`and ${more} more: muster steps --set-aside`] : []),
  ].join('\n');
}
