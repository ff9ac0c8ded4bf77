import { describe, expect, it } from '@jest/globals';
import { beginDialog, type Dialog, dialogLines, press, type Turn } from '../../faces/cli/live/dialog.ts';
import type { Key } from '../../faces/cli/terminal.ts';
import { dns, goLive } from './views.ts';

const keys: Readonly<Record<string, Key>> = {
  '\n': { text: '\r', name: 'return', ctrl: false },
  '\b': { text: '\b', name: 'backspace', ctrl: false },
};
const keyOf = (text: string): Key => keys[text] ?? { text, name: text, ctrl: false };

/** Types a text, character by character, and says what came of the last one. */
function typing(dialog: Dialog, text: string): Turn {
  let turn: Turn = { then: 'goes on', dialog };
  for (const character of text) {
    if (turn.then === 'goes on') turn = press(turn.dialog, keyOf(character));
  }
  return turn;
}

const [approve, reject] = goLive.ask.choices;
const [done, couldNot] = dns.ask.choices;

describe('answering in the live view', () => {
  it('asks for the reason and decides with it', () => {
    const turn = typing(beginDialog(goLive, approve!), 'all is wekk\b\bll ✓\n');
    expect(turn).toMatchObject({ then: 'decided', reason: 'all is well ✓', dialog: { choice: approve } });
  });

  it('does not decide without a reason that is required', () => {
    const turn = typing(beginDialog(goLive, reject!), '  \n');
    expect(turn).toMatchObject({ then: 'goes on', dialog: { complaint: 'A reason is required.' } });
  });

  it('asks for each typed answer, again where it does not fit, and leaves out what is optional', () => {
    const wrong = typing(beginDialog(dns, done!), '192.0.2.1\nsoon\n');
    expect(wrong).toMatchObject({ then: 'goes on', dialog: { complaint: 'ttl must be a number.' } });
    const none = typing(beginDialog(dns, done!), '192.0.2.1\n\n');
    expect(none).toMatchObject({ dialog: { complaint: 'ttl is missing: it must be a number.' } });
    const right = typing(beginDialog(dns, done!), '192.0.2.1\n60\n\nas agreed\n');
    expect(right).toMatchObject({
      then: 'decided',
      reason: 'as agreed',
      dialog: { answers: { before: '192.0.2.1', ttl: 60 } },
    });
  });

  it('asks no answers for what could not be done only where the choice rejects', () => {
    expect(beginDialog(dns, { ...couldNot!, rejects: true }).open).toEqual([]);
  });

  it('is given up by Escape and by Ctrl-C', () => {
    for (const key of [
      { text: '', name: 'escape', ctrl: false },
      { text: '', name: 'c', ctrl: true },
    ]) {
      expect(press(beginDialog(goLive, approve!), key)).toEqual({ then: 'given up' });
    }
  });

  it('takes no control characters into the line', () => {
    expect(typing(beginDialog(goLive, approve!), 'a\u001bb\u0007')).toMatchObject({ dialog: { line: 'ab' } });
  });

  it('says what it asks for', () => {
    expect(dialogLines(beginDialog(dns, done!))).toEqual([
      'The address before (text) > _',
      '[Enter] give it   [Esc] give up',
    ]);
  });
});
