import { printable, shorten } from '../../core/printable.ts';
import type { Finding } from '../../local/doctor/finding.ts';
import { readUnproposed } from './unproposed.ts';
import { typed } from '../cli/typed.ts';

/** The alarms of which nothing was proposed, as doctor shows them. */
export const alarmFindings = (file: string): readonly Finding[] =>
  readUnproposed(file).map(({ trigger, alarm, runbook, why, last, times }) => ({
    what: `alarm ${trigger}`,
    state: 'missing',
    found: `${new Date(last).toISOString().slice(0, 16)}Z "${words(alarm)}"${often(times)}: NOTHING was proposed. ${words(why)}`,
    mend: `Is it a disaster? Start it by hand: ${typed`muster recover ${runbook}`}. Then mend the runbook or the roster; the next alarm is tried anew.`,
  }));

const often = (times: number): string => (times > 1 ? `, ${times} times` : '');
const words = (text: string): string => shorten(printable(text), 600);
