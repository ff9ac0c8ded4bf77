import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { show, spread, table } from './figures.ts';
import { planFrom } from './runbook-of.ts';
import { byHandQueue, byHandSide, musterSide, type Place } from './sides.ts';
import { makeVoter, type Voter } from './voter.ts';

const most = 1.5;

/**
 * Lets people decide one gate after another, and compares how long it takes from sending the decision to the
 * start of the next step with a bare Update and the same activity: once by a name as typed, once signed with a
 * key of a roster. @returns whether the target was met.
 */
export async function compareDecisions(place: Place, quick: boolean): Promise<boolean> {
  const count = quick ? 3 : 40;
  const bare = spread(await byHandGates(place, count));
  const typed = spread(await musterGates(place, count));
  const signed = spread(await musterGates(place, count, await makeVoter(place.directory)));
  const rows = [
    ['bare Update', show(bare, 1), ''],
    ...[['Muster, a name as typed', typed] as const, ['Muster, signed and checked', signed] as const].map(
      ([name, ours]) => [name, show(ours, 1), (ours.median / bare.median).toFixed(2)],
    ),
  ];
  console.log(`\nfrom a decision to the start of the next step, ${count} times`);
  console.log(table([['', 'milliseconds (min / median / max)', '/ bare'], ...rows]));
  const met = Math.max(typed.median, signed.median) <= most * bare.median;
  console.log(`target ${most}: ${met ? 'met' : 'MISSED'}`);
  return met;
}

async function byHandGates(place: Place, count: number): Promise<number[]> {
  const side = await byHandSide(place);
  const connection = await Connection.connect({ address: place.address });
  const client = new Client({ connection });
  const workflowId = `by-hand-gates-${Date.now()}`;
  const sent: number[] = [];
  try {
    const handle = await client.workflow.start('byHandGates', {
      workflowId,
      taskQueue: byHandQueue,
      args: [count],
    });
    for (let at = 0; at < count; at += 1) {
      await sleep(pause);
      sent.push(Date.now());
      await handle.executeUpdate('approve');
    }
    await handle.result();
    return await latencies(client, workflowId, sent);
  } finally {
    await connection.close();
    await side.close();
  }
}

async function musterGates(place: Place, count: number, voter?: Voter): Promise<number[]> {
  const by = voter ? '{ by: [{ role: operator }] }' : 'anyone';
  const plan = planFrom(gatesRunbook(count, by), voter?.roster);
  const side = await musterSide(place, () => plan, voter?.sign);
  const sent: number[] = [];
  try {
    const actor = { by: 'bench', channel: 'cli', reason: 'measuring' } as const;
    const { run, workflowId } = await side.runs.start({
      plan,
      ...(voter && { roster: voter.roster }),
      ...actor,
    });
    for (let at = 0; at < count; at += 1) {
      await sleep(pause);
      let view = await side.runs.view(run);
      while (view.asks[0]?.about.node !== `g${at}`) view = await side.runs.view(run);
      const { try: ask, rests } = view.asks[0];
      sent.push(Date.now());
      await side.runs.decide(run, { ...actor, ask, choice: 'approve', answers: {}, rests });
    }
    await side.client.workflow.getHandle(workflowId).result();
    return await latencies(side.client, workflowId, sent);
  } finally {
    await side.close();
  }
}

/** So that a decision meets a workflow at rest, as people's do. */
const pause = 150;

/** From each sending to the start of the step that it set free, in milliseconds. */
async function latencies(client: Client, workflowId: string, sent: readonly number[]): Promise<number[]> {
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const steps = new Set(
    events
      ?.filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'noop')
      .map((event) => String(event.eventId)),
  );
  const starts = events!.flatMap(({ activityTaskStartedEventAttributes: started, eventTime }) =>
    started && steps.has(String(started.scheduledEventId))
      ? [Number(eventTime!.seconds) * 1_000 + eventTime!.nanos! / 1e6]
      : [],
  );
  return sent.map((at, index) => starts[index]! - at);
}

function gatesRunbook(count: number, approve: string): string {
  const each = (line: (at: number) => string) =>
    Array.from({ length: count }, (_, at) => line(at)).join('\n');
  return `muster: v1
name: bench-gates-${approve === 'anyone' ? 'typed' : 'signed'}
title: One gate after another
owner: bench
sites: { here: {} }
systems:
${each((at) => `  s${at}: { needs: [g${at}], recover: [{ step: work, use: noop, touches: nothing }] }`)}
gates:
${each((at) => `  g${at}: { title: Go on?, needs: [${at > 0 ? `s${at - 1}` : ''}], approve: ${approve}, takes: 1m }`)}
`;
}
