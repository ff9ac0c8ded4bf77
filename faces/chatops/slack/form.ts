import { bringsAnswers, type Choice } from '../../../core/ask.ts';
import type { AskView, RunView } from '../../../core/view.ts';
import { answersBefore, askName, askTitle } from '../../cli/asks.ts';
import { modeWord } from '../../cli/live/words.ts';
import type { Button } from './ask-card.ts';
import { answerInput, plainText, reasonInput } from './fields.ts';
import { section } from './message.ts';
import { data } from './mrkdwn.ts';

/** The modal that asks for what a choice needs. */
export function formOf(view: RunView, ask: AskView, choice: Choice, reason = ''): object {
  const says: Button = { run: view.run, ask: ask.try, choice: choice.name, rests: ask.rests, form: true };
  const answers = bringsAnswers(choice) ? Object.entries(ask.ask.answers) : [];
  const given = answersBefore(ask, choice);
  const name = askName(ask, view.asks);
  return {
    type: 'modal',
    callback_id: 'decide',
    private_metadata: JSON.stringify(says),
    title: plainText(modeWord[view.mode], 24),
    submit: plainText(choice.title, 24),
    close: plainText('Back', 24),
    blocks: [
      section(`*${data(view.runbook.name)}  ${data(name)}: ${data(choice.title)}*\n${data(askTitle(ask))}`),
      ...answers.map(([key, shape]) => answerInput(key, shape.description ?? key, shape, given?.[key])),
      reasonInput(choice.reason === 'required' || choice.rejects, reason),
    ],
  };
}
