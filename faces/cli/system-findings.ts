import type { SystemHealth, Trouble } from '../../client/system-health.ts';
import type { CourierState } from '../../contract/courier.ts';
import { claimKeeperId, courierId } from '../../contract/names.ts';
import { payloadTrouble } from '../../contract/payload-failure.ts';
import { shorten } from '../../core/printable.ts';
import { formatDuration } from '../../core/units.ts';
import type { Finding } from '../../local/doctor/finding.ts';

/** How the keeper of claims, the courier and the open runs are, as doctor shows it. */
export function systemFindings({ troubles, notices }: SystemHealth): readonly Finding[] {
  const found = troubles.map(troubleFinding);
  const fine: Finding = { what: 'workflows', state: 'ok', found: 'the runs, their claims and notices go on' };
  return [...(found.length === 0 ? [fine] : found), ...(notices ? noticesFindings(notices) : [])];
}

/** What does not happen meanwhile. */
const lost: Readonly<Record<string, string>> = {
  [claimKeeperId]: 'no run can claim what it will touch, so none begins',
  [courierId]: 'nobody is told anything of any run',
};
const name: Readonly<Record<string, string>> = {
  [claimKeeperId]: 'keeper of claims',
  [courierId]: 'courier',
};

function troubleFinding(trouble: Trouble): Finding {
  const { workflowId } = trouble;
  const what = `${name[workflowId] ?? 'run'} (${workflowId})`;
  const means = lost[workflowId] ?? 'the run does not go on; what it started may go on';
  switch (trouble.what) {
    case 'failing':
      return {
        ...{ what, state: 'missing' },
        found: `its task fails, ${trouble.tries} times by now (${shorten(trouble.why, 300)}): ${means}`,
        mend: payloadTrouble(new Error(trouble.why))
          ? 'It goes on by itself when every worker has that key: put it into the file of payload keys there, then muster down, muster up.'
          : `It goes on by itself with a worker that understands its history: the version of Muster that it began with, or a later one (muster down, muster up). If it has to be set back: temporal workflow reset --workflow-id ${workflowId} --type LastWorkflowTask --reason REASON`,
      };
    case 'unserved':
      return {
        ...{ what, state: 'missing' },
        found: `no worker has taken its task for ${formatDuration(Math.round(trouble.forMs / 1_000) * 1_000)}: ${means}`,
        mend: 'Start the worker: muster up, or muster worker on its host. muster doctor there says whether it runs.',
      };
    case 'ended':
      return {
        ...{ what, state: 'weak' },
        found: `it was ended from outside (${trouble.how})`,
        mend: 'The next run that needs it starts another one, which goes on with what this one had. Find out who ended it.',
      };
  }
}

function noticesFindings({ dead, waiting, ended }: CourierState): readonly Finding[] {
  const last = dead.at(-1);
  const given: Finding[] = last
    ? [
        {
          ...{ what: 'notices', state: 'weak' },
          found: `${dead.length} given up, the last to ${last.notice.to}: ${shorten(last.problem ?? 'unknown', 200)}`,
          mend: 'Mend the receiver, then: muster notices again. muster notices lists them.',
        },
      ]
    : [];
  const stuck: Finding[] =
    ended && waiting.length > 0
      ? [
          {
            ...{ what: 'notices', state: 'weak' },
            found: `${waiting.length} wait, and there is no courier`,
            mend: 'They are delivered when a run has something to tell again. muster notices lists them.',
          },
        ]
      : [];
  return [...given, ...stuck];
}
