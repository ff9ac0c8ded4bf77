import { type Answers, bringsAnswers, type Choice } from '../../../core/ask.ts';
import type { AskView } from '../../../core/view.ts';
import { answerComplaint, answerValue, answerWords } from '../answer-value.ts';
import { answersBefore } from '../asks.ts';
import type { Key } from '../terminal.ts';
import { plainWords } from './readable.ts';

/** A person answers an ask in the live view: first the typed answers, one line each, then the reason. */
export interface Dialog {
  readonly ask: AskView;
  readonly choice: Choice;
  readonly answers: Answers;
  /** Names of the answers still to be given. */
  readonly open: readonly string[];
  readonly line: string;
  readonly complaint?: string;
}

/** What a key made of a dialog. */
export type Turn =
  | { readonly then: 'goes on'; readonly dialog: Dialog }
  | { readonly then: 'given up' }
  | { readonly then: 'decided'; readonly dialog: Dialog; readonly reason: string };

/** Begins to answer; not every choice brings answers. */
export function beginDialog(ask: AskView, choice: Choice): Dialog {
  const given = answersBefore(ask, choice);
  const open = bringsAnswers(choice) && !given ? Object.keys(ask.ask.answers) : [];
  return { ask, choice, answers: given ?? {}, open, line: '' };
}

export function press(dialog: Dialog, key: Key): Turn {
  if (key.name === 'escape' || (key.ctrl && key.name === 'c')) return { then: 'given up' };
  if (key.name === 'return' || key.name === 'enter') return enter(dialog);
  return { then: 'goes on', dialog: { ...dialog, line: edit(dialog.line, key) } };
}

function edit(line: string, { name, ctrl, text }: Key): string {
  if (name === 'backspace') return line.replace(/.$/su, '');
  if (ctrl) return name === 'u' ? '' : line;
  return text !== undefined && /^\P{Cc}+$/u.test(text) ? line + text : line;
}

function enter(dialog: Dialog): Turn {
  const line = dialog.line.trim();
  const [name, ...later] = dialog.open;
  if (name === undefined) return giveReason(dialog, line);
  const shape = dialog.ask.ask.answers[name]!;
  if (line === '' && shape.optional) return goOn({ ...dialog, open: later, line: '' });
  const value = answerValue(line, shape);
  if (value === undefined) return goOn({ ...dialog, complaint: answerComplaint(name, line, shape) });
  return goOn({ ...dialog, answers: { ...dialog.answers, [name]: value }, open: later, line: '' });
}

function giveReason(dialog: Dialog, reason: string): Turn {
  if (reason === '' && dialog.choice.reason === 'required') {
    return goOn({ ...dialog, complaint: 'A reason is required.' });
  }
  return { then: 'decided', dialog, reason };
}

const goOn = ({ complaint, ...dialog }: Dialog): Turn => ({
  then: 'goes on',
  dialog: complaint === undefined ? dialog : { ...dialog, complaint },
});

/** The lines at the foot of the picture while somebody answers. */
export function dialogLines(dialog: Dialog): string[] {
  const [name] = dialog.open;
  const shape = name === undefined ? undefined : dialog.ask.ask.answers[name];
  const asked = shape
    ? `${plainWords(shape.description ?? name ?? '')} (${answerWords(shape)}${shape.optional ? ', or nothing' : ''})`
    : `${dialog.choice.title}: the reason${dialog.choice.reason === 'required' ? '' : ', or nothing'}`;
  return [
    ...(dialog.complaint ? [dialog.complaint] : []),
    `${asked} > ${dialog.line}_`,
    '[Enter] give it   [Esc] give up',
  ];
}
