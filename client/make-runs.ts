import type { RunView } from '../core/view.ts';
import { messages } from '../contract/names.ts';
import type { Roster } from '../core/roster.ts';
import type { Instant } from '../core/units.ts';
import { breakClaims, readClaims } from './claims.ts';
import { decide } from './decide.ts';
import { readEvents } from './events.ts';
import { inWords } from './explain.ts';
import { findRun } from './find-run.ts';
import { listRuns, summaryOf } from './list.ts';
import { deliverAgain, readNotices } from './notices.ts';
import { readPoints } from './points.ts';
import { readProgress } from './progress.ts';
import type { Runs } from './runs.ts';
import type { Service } from './service.ts';
import { startRun } from './start.ts';
import { systemHealth } from './system-health.ts';

/** What faces do with runs, over one connection. */
export function makeRuns(service: Service): Runs {
  const { client } = service;
  return {
    start: (request, sign) => inWords(() => startRun(sign ? { ...service, sign } : service, request)),
    points: (request, sign) => inWords(() => readPoints(sign ? { ...service, sign } : service, request)),
    view: (id) =>
      inWords(async () => {
        const { handle } = await findRun(client, id);
        return handle.query<RunView, [Instant]>(messages.view, Date.now());
      }),
    roster: (id) =>
      inWords(async () => {
        const { handle } = await findRun(client, id);
        return (await handle.query<Roster | null>(messages.roster)) ?? undefined;
      }),
    events: (id, after, limit) =>
      inWords(async () => readEvents(client, await findRun(client, id), after, limit)),
    progress: (id) => inWords(async () => readProgress(client, (await findRun(client, id)).handle)),
    decide: (id, decision, sign) =>
      inWords(async () => decide(sign ? { ...service, sign } : service, await findRun(client, id), decision)),
    list: (options) => inWords(() => listRuns(client, options)),
    summary: (id) => inWords(async () => summaryOf(client, await findRun(client, id))),
    claims: () => inWords(() => readClaims(client)),
    breakClaims: (order) => inWords(() => breakClaims(client, order)),
    notices: () => inWords(() => readNotices(client)),
    deliverAgain: (ids) => inWords(() => deliverAgain(client, ids)),
    health: () => inWords(() => systemHealth(client)),
    close: () => client.connection.close(),
  };
}
