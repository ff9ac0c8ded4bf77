import { createHash } from 'node:crypto';
import { canonical } from '../../../core/canonical.ts';

/** A message as Slack takes it, and what tells whether it says something else than before. */
export interface Message {
  /** What notifications show. */
  readonly text: string;
  readonly blocks: readonly object[];
  /** A digest of what matters in it; figures that change with every second are no reason to edit a message. */
  readonly key: string;
}

/** @param matters what an edit is worth, as plain JSON. */
export const message = (text: string, blocks: readonly object[], matters: unknown): Message => ({
  text,
  blocks,
  key: createHash('sha256').update(canonical(matters)).digest('hex').slice(0, 16),
});

export const header = (text: string): object => ({
  type: 'header',
  text: { type: 'plain_text', text, emoji: false },
});

/** Paragraphs of mrkdwn; Slack makes no links or mentions of its own in them. */
export const section = (text: string): object => ({
  type: 'section',
  text: { type: 'mrkdwn', text, verbatim: true },
});

export const context = (text: string): object => ({
  type: 'context',
  elements: [{ type: 'mrkdwn', text, verbatim: true }],
});
