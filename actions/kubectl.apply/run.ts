import type { z } from 'zod';
import { shorten } from '../../core/printable.ts';
import { type ActionContext, ActionFailure, type ActionResult, type Run, type Settle } from '../action.ts';
import { keepResult, keptResult } from '../kept-result.ts';
import { type Cluster, inCluster } from '../kubectl/cluster.ts';
import { asList, identityOf, type KubeObject, objectsIn, titleOf } from '../kubectl/objects.ts';
import { type Change, changesOf } from './changes.ts';
import type { description } from './describe.ts';

type Input = z.output<typeof description.input>;

/** On every object that a run creates: its token. An object that was there before keeps what it has. */
const markerLabel = 'muster/run';

/** Longest list of changes in the outputs, in characters. */
const changesLimit = 4_000;

/** Read once, tried whole on the server, then applied: the very same objects. */
export const run: Run<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    const { wanted, before, expected } = await tried(input, cluster, context);
    for (const { title, how, differs } of expected)
      for (const line of [`will be ${how}: ${title}`, ...differs.map((one) => `  ${one}`)]) context.log(line);
    await keepResult(resultOf(expected), context);
    context.progress({ doing: `applying ${wanted.length} objects` });
    const after = await apply(input, wanted, cluster, 'Applying the manifests', []);
    return resultOf(changesOf(before, after));
  });

/** Tried again: where the server would change nothing, all is as it was applied. */
export const settle: Settle<Input> = (input, context) =>
  inCluster(input, context, async (cluster) => {
    const { expected } = await tried(input, cluster, context);
    const left = pending(expected);
    const kept = await keptResult(context);
    if (left === 0) return kept;
    if (kept === 'done') return 'not-done'; // It never came so far that it would have kept one.
    const { created, configured } = kept.outputs;
    return left === Number(created) + Number(configured) ? 'not-done' : 'partial';
  });

const pending = (changes: readonly Change[]): number =>
  changes.filter(({ how }) => how !== 'unchanged').length;

interface Tried {
  readonly wanted: readonly KubeObject[];
  readonly before: readonly KubeObject[];
  readonly expected: readonly Change[];
}

async function tried(input: Input, cluster: Cluster, context: ActionContext): Promise<Tried> {
  const written = await read(input, cluster);
  const before = await live(written, cluster);
  const wanted = marked(written, before, context.token);
  context.progress({ doing: `trying ${wanted.length} objects on the server` });
  // Whose namespace comes with them the server cannot try: it would say that there is none.
  const coming = absent(wanted, before).filter(({ kind }) => kind === 'Namespace');
  const names = coming.map(({ metadata }) => metadata.name);
  const early = wanted.filter(({ metadata }) => names.includes(metadata.namespace ?? ''));
  if (early.length > 0)
    context.log(`not tried, for want of their namespace: ${early.map(titleOf).join(', ')}`);
  const tryable = wanted.filter((object) => !early.includes(object));
  const trial = await apply(input, tryable, cluster, 'Trying the manifests on the server', [
    '--dry-run=server',
  ]);
  return { wanted, before, expected: changesOf(before, [...trial, ...early]) };
}

/** kubectl reads the manifests itself, as their YAML is meant; namespaces come first. */
async function read({ path, manifests }: Input, { kubectl }: Cluster): Promise<KubeObject[]> {
  if ((path === undefined) === (manifests === undefined))
    throw new ActionFailure('Say either `path` or `manifests`.', { kind: 'terminal' });
  const text = await kubectl({
    doing: `Reading ${path ?? 'the manifests'}`,
    argv: ['create', '--dry-run=client', '--validate=false', '--output=json', `--filename=${path ?? '-'}`],
    ...(manifests !== undefined && { stdin: manifests }),
  });
  const objects = objectsIn(text);
  const nameless = objects.find(({ metadata }) => metadata.name === '');
  if (nameless)
    throw new ActionFailure(
      `A ${nameless.kind} has no name: what gets one from the server cannot be applied twice. Name it.`,
      { kind: 'terminal' },
    );
  return [
    ...objects.filter(({ kind }) => kind === 'Namespace'),
    ...objects.filter(({ kind }) => kind !== 'Namespace'),
  ];
}

async function live(objects: readonly KubeObject[], { kubectl }: Cluster): Promise<KubeObject[]> {
  const argv = ['get', '--ignore-not-found', '--output=json', '--filename=-'];
  return objectsIn(await kubectl({ doing: 'Reading what is there', argv, stdin: asList(objects) }));
}

function absent(wanted: readonly KubeObject[], before: readonly KubeObject[]): KubeObject[] {
  const there = new Set(before.map(identityOf));
  return wanted.filter((object) => !there.has(identityOf(object)));
}

function marked(written: readonly KubeObject[], before: readonly KubeObject[], token: string): KubeObject[] {
  const there = new Map(before.map((object) => [identityOf(object), object]));
  return written.map((object) => {
    const was = there.get(identityOf(object));
    const mark = was ? was.metadata.labels?.[markerLabel] : token;
    if (mark === undefined) return object;
    const labels = { ...object.metadata.labels, [markerLabel]: mark };
    return { ...object, metadata: { ...object.metadata, labels } };
  });
}

async function apply(
  { takeOver }: Input,
  objects: readonly KubeObject[],
  { kubectl }: Cluster,
  doing: string,
  more: readonly string[],
): Promise<KubeObject[]> {
  if (objects.length === 0) return [];
  const argv = ['apply', '--server-side', '--field-manager=muster', '--output=json', '--filename=-', ...more];
  const force = takeOver ? ['--force-conflicts'] : [];
  return objectsIn(await kubectl({ doing, argv: [...argv, ...force], stdin: asList(objects) }));
}

function resultOf(changes: readonly Change[]): ActionResult {
  const count = (how: Change['how']) => changes.filter((change) => change.how === how).length;
  const figures = {
    created: count('created'),
    configured: count('configured'),
    unchanged: count('unchanged'),
  };
  const words = changes.map(({ title, how }) => `${title} ${how}`).join(', ');
  return {
    outputs: { ...figures, changes: shorten(words, changesLimit) },
    findings: { value: changes.length, ...figures },
  };
}
