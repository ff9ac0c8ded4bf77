import type { PlanNode, Step } from '../../core/plan.ts';
import type { Runbook, SystemDeclaration } from '../runbook.ts';
import { addNode, type Draft } from './draft.ts';
import { fillNow } from './fill.ts';
import { isMoment } from './moment.ts';
import { runScope } from './scope.ts';
import { compileSteps } from './steps.ts';

/**
 * Each system becomes up to five nodes: what can be prepared at once, its fence, itself (recover, then
 * verify), its rollback, its clean-up. A fence waits for the gates that its system names, and for nothing else.
 */
export function addSystems(draft: Draft): void {
  for (const [name, system] of Object.entries(draft.runbook.systems)) addSystem(draft, name, system);
}

function addSystem(draft: Draft, name: string, system: SystemDeclaration): void {
  const { title, needs, wants, objectives, external } = system;
  const { prepare, fence, recover, verify, rollback, cleanup } = compileSteps(draft, name, system);
  const add = (
    kind: 'prepare' | 'fence' | 'rollback' | 'cleanup',
    steps: readonly Step[],
    gates: readonly string[] = [],
  ) => {
    if (steps.length > 0) addNode(draft, { id: `${name}.${kind}`, kind, name, title, needs: gates, steps });
  };
  const gates = needs.filter((need) => Object.hasOwn(draft.runbook.gates, need));
  add('prepare', prepare);
  add('fence', fence, gates);
  const fenced = fenceOf(draft.runbook, name);
  addNode(draft, {
    id: name,
    kind: 'system',
    name,
    title,
    needs: [
      ...needs,
      ...(prepare.length > 0 ? [`${name}.prepare`] : []),
      ...(fenced && 'node' in fenced ? [fenced.node] : []),
    ],
    wants,
    ...notAfterOf(draft, name, system),
    steps: [...recover, ...verify],
    ...(Object.keys(objectives).length > 0 && { objectives }),
    ...(external && { external }),
    ...(verify.length === 0 && !draft.dropped.has(name) && { unverified: true as const }),
    ...(fenced && 'none' in fenced && { unfenced: fenced.none }),
  });
  add('rollback', rollback);
  add('cleanup', cleanup);
}

/** The bound of a system's recovery point: its own, or else the parameter `recoverTo` where that is a time. */
function notAfterOf(draft: Draft, name: string, { point }: SystemDeclaration): Pick<PlanNode, 'notAfter'> {
  const { parameters, problems, runbook } = draft;
  const byParameter =
    runbook.parameters['recoverTo']?.type === 'time' ? parameters.get('recoverTo') : undefined;
  const at = ['systems', name, 'point', 'notAfter'];
  const written = point && fillNow(point.notAfter, at, { lookup: runScope(draft), problems });
  const text = written ?? byParameter ?? 'latest';
  if (text === 'latest') return {};
  if (isMoment(text)) return { notAfter: Date.parse(text) };
  if (!text.includes('{{'))
    problems.push({
      code: 'MUSTER_PLAN_PARAMETER_VALUE',
      path: at,
      summary: `${JSON.stringify(text)} is neither latest nor a moment with its zone, as 2026-03-14T03:04:05Z.`,
    });
  return {};
}

/** The fence node that stops the old copy of a system, or why there is none. */
export function fenceOf(
  runbook: Runbook,
  name: string,
): { node: PlanNode['id'] } | { none: string } | undefined {
  const seen = new Set<string>();
  for (let at = name; !seen.has(at);) {
    seen.add(at);
    const fence = runbook.systems[at]?.fence;
    if (!fence) return undefined;
    if ('length' in fence) return fence.length > 0 ? { node: `${at}.fence` } : undefined;
    if ('none' in fence) return { none: fence.none };
    at = fence.by;
  }
  return undefined;
}
