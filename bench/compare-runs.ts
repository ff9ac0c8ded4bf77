import { show, spread, table } from './figures.ts';
import { measure, type Measured } from './measure.ts';
import { planOf } from './runbook-of.ts';
import { shapes, type Shape } from './shapes.ts';
import { byHandSide, musterSide, type Place, type Side } from './sides.ts';

const most = { ratio: 1.25, events: 10_240 };

/** Runs one shape both ways, in turn, and prints what came out. @returns whether Muster met its targets. */
export async function compareRuns(place: Place, shape: Shape): Promise<boolean> {
  const plan = planOf(shape);
  const [warmUp] = shapes(true);
  const warmPlan = planOf(warmUp!);
  const sides = [
    await byHandSide(place),
    await musterSide(place, (wanted) => (wanted === shape ? plan : warmPlan)),
  ] as const;
  try {
    for (const side of sides) await side.run(warmUp!);
    const measured = await inTurn(place, sides, shape);
    console.log(`\n${shape.title}, ${shape.pairs} pairs\n${tableOf(shape, sides, measured)}`);
    return judge(measured);
  } finally {
    for (const side of sides) await side.close();
  }
}

type Both = readonly [Measured[], Measured[]];
type Figure = (run: Measured) => number;

/** Who goes first changes from pair to pair. */
async function inTurn(place: Place, sides: readonly [Side, Side], shape: Shape): Promise<Both> {
  const measured: Both = [[], []];
  for (let pair = 0; pair < shape.pairs; pair += 1) {
    for (const which of pair % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      measured[which].push(await measure(place, sides[which], shape));
    }
  }
  return measured;
}

const median = (runs: readonly Measured[], figure: Figure): number => spread(runs.map(figure)).median;

function judge(measured: Both): boolean {
  const [byHand, muster] = measured;
  const ratio = (figure: Figure) => median(muster, figure) / median(byHand, figure);
  const ratios = {
    time: ratio((run) => run.seconds),
    'processor of the worker': ratio((run) => run.workerSeconds),
    'of the server': ratio((run) => run.serverSeconds),
    events: ratio((run) => run.events),
    bytes: ratio((run) => run.bytes),
  };
  const pairs = spread(muster.map((run, pair) => run.seconds / byHand[pair]!.seconds));
  const largest = Math.max(...muster.map((run) => run.largest));
  const met = ratios.time <= most.ratio && ratios.events <= most.ratio && largest <= most.events;
  const words = Object.entries(ratios).map(([name, value]) => `${name} ${value.toFixed(2)}`);
  console.log(`Muster / by hand: ${words.join(', ')}; time of single pairs ${show(pairs, 2)}`);
  console.log(`target ${most.ratio} in time and in events: ${met ? 'met' : 'MISSED'}`);
  return met;
}

function tableOf(shape: Shape, sides: readonly Side[], measured: Both): string {
  const steps = Object.keys(shape.graph).length;
  const rows = measured.map((runs, which) => [
    sides[which]!.name,
    show(spread(runs.map((run) => run.seconds)), 2),
    median(runs, (run) => run.workerSeconds).toFixed(2),
    median(runs, (run) => run.serverSeconds).toFixed(2),
    (median(runs, (run) => run.events) / steps).toFixed(2),
    (median(runs, (run) => run.bytes) / steps).toFixed(0),
    String(Math.max(...runs.map((run) => run.largest))),
    (sides[which]!.worker.peakMemory / 2 ** 20).toFixed(0),
  ]);
  return table([header, ...rows]);
}

const header = [
  '',
  'seconds (min / median / max)',
  'worker CPU s',
  'server CPU s',
  'events/step',
  'bytes/step',
  'largest history',
  'worker peak MB',
];
