import type { Unproposed } from '../hooks/unproposed.ts';
import type { Marks } from './marks.ts';
import type { Poster } from './poster.ts';
import { section } from './slack/message.ts';
import { data, moment } from './slack/mrkdwn.ts';
import { typed } from '../cli/typed.ts';

const prefix = 'alarm ';

/** Tells the channel of each alarm that nothing was proposed of: what was alarmed, why, and what to do. Once. */
export async function tellUnproposed(
  all: readonly Unproposed[],
  { marks, poster }: { readonly marks: Marks; readonly poster: Poster },
): Promise<void> {
  for (const one of all) {
    const told = (marks.state.alarms ??= {});
    if (told[one.trigger] === one.at) continue;
    // One message at a time may be on its way: the other one goes first.
    if (marks.state.posting && !marks.state.posting.id.startsWith(prefix)) return;
    const text = words(one);
    const message = { text, blocks: [section(text)] };
    await poster.post({ id: `${prefix}${one.trigger} ${one.at}`, message });
    told[one.trigger] = one.at;
    await marks.save();
  }
}

const words = ({ trigger, alarm, runbook, why, at }: Unproposed): string =>
  [
    `*ALARM ${data(trigger)}: NOTHING was proposed*  ${moment(at)}`,
    `${data(alarm, 500)}`,
    `Why: ${data(why, 1_000)}`,
    `If it is a disaster, start it by hand: \`${data(typed`muster recover ${runbook}`)}\`. Then mend the runbook or the roster; the next alarm is tried anew.`,
  ].join('\n');
