import type { Ask } from '../ask.ts';
import type { About, EventBody } from '../event.ts';
import { questionKey } from './reduce-asks.ts';
import { showNode } from './shown.ts';
import type { State } from './state.ts';
import { restsOn, type Tools } from './tools.ts';

/** What a question is about; the step of a node asks by itself and is none. */
export type Matter = About & { readonly question: NonNullable<About['question']> };

/** Asks people about a matter; nothing follows where the same is asked already. */
export function openQuestion(s: State, about: Matter, ask: Ask, tools: Tools): EventBody[] {
  if (isAsked(s, about)) return [];
  const times = s.nodes[about.node]!.asked?.[questionKey(about)] ?? 0;
  const subject = about.path ?? (about.without ? `${about.node}/${about.without}` : about.node);
  const id = `${subject}?${about.question}#${times + 1}`;
  const shown = { rests: [showNode(s, about.node)], releases: [] };
  return [{ type: 'asked', try: id, about, ask, shown, rests: restsOn({ id, about, shown }, tools) }];
}

/** Whether that is asked now. */
const isAsked = (s: State, { node, question, path, without }: Matter): boolean =>
  [...(s.agenda.tries.get(node) ?? [])].some((id) => {
    const open = s.open[id]?.ask?.about;
    return open?.question === question && open.path === path && open.without === without;
  });
