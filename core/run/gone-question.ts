import type { Ask, Choice } from '../ask.ts';
import type { EventBody } from '../event.ts';
import { pathOf, type PlanNode } from '../plan.ts';
import { formatDuration } from '../units.ts';
import { stepKey } from './agenda.ts';
import { openQuestion } from './open-question.ts';
import { boundHost, hostOf, sharing } from './placed.ts';
import type { NodeState } from './snapshot.ts';
import type { State } from './state.ts';
import type { Tools } from './tools.ts';

/**
 * A worker host says nothing any more, or there is none: people are asked what now, with what is known of the steps there.
 * Muster never starts them elsewhere by itself, for what does not answer may still be at work.
 */
export function goneQuestion(s: State, node: PlanNode, state: NodeState, tools: Tools): EventBody[] {
  const ask = s.plan.questions.gone;
  if (!ask || state.unheardSince === undefined || s.now < (state.askUnheardAt ?? 0)) return [];
  const step = node.steps[state.step];
  const about = { node: node.id, question: 'gone', ...(step && { path: pathOf(node, step) }) } as const;
  return openQuestion(
    s,
    about,
    { ...ask, title: titleOf(s, node, state), choices: choicesOf(s, node, ask) },
    tools,
  );
}

function titleOf(s: State, node: PlanNode, state: NodeState): string {
  const since = formatDuration(s.now - state.unheardSince!);
  const host = boundHost(s, node);
  if (!host)
    return `${state.unheardWhy ?? `No worker host with the label ${node.placement?.label} has answered for ${since}`}. Nothing of ${node.id} runs. What now?`;
  const underWay = [...(s.agenda.tries.get(node.id) ?? [])]
    .map((id) => s.open[id]!)
    .filter(({ ask }) => !ask)
    .map(({ path, at }) => `${path!.split('/').at(-1)} (begun ${formatDuration(s.now - at)} ago)`);
  const passed = node.steps
    .filter((step) => state.steps[stepKey(step)]?.state === 'passed')
    .map(({ id }) => id);
  const there = [
    underWay.length > 0 ? `under way there: ${underWay.join(', ')}` : '',
    passed.length > 0 ? `passed there: ${passed.join(', ')}` : '',
  ].filter((one) => one !== '');
  return `The worker host ${host.name} has said nothing for ${since}${there.length > 0 ? `; ${there.join('; ')}` : ''}. What now?`;
}

/** Where there is no host, none can be given up; where others were recovered on it, going elsewhere alone helps nothing. */
function choicesOf(s: State, node: PlanNode, ask: Ask): Choice[] {
  const bound = hostOf(s, node) !== undefined;
  const alone = sharing(s, node.id).every(
    ({ id, kind }) => id === node.id || kind === 'prepare' || s.nodes[id]!.status !== 'passed',
  );
  const passed = s.nodes[node.id]!.step > 0;
  const barred = [...(bound && alone ? [] : ['elsewhere', 'anew']), ...(passed ? [] : ['elsewhere'])];
  const attest = node.steps[s.nodes[node.id]!.step]?.attest?.choices ?? [];
  return [
    ...attest.map((one) => ({ ...one, then: [{ on: 'node', set: 'abandon' } as const, ...one.then] })),
    ...ask.choices.filter(({ name }) => !barred.includes(name)),
  ];
}
