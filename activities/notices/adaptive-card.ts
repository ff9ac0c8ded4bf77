import type { Notice } from '../../core/notice.ts';

/** What a Workflows webhook of Microsoft Teams posts: one message with one Adaptive Card (1.4), and a link where there is a page. */
export function adaptiveCard({ run, text, type, ask, at }: Notice, link: string | undefined) {
  const facts = [
    { title: 'Runbook', value: plain(run.title) },
    { title: 'From, to', value: plain(`${run.from} to ${run.to}`) },
    { title: 'At', value: new Date(at).toISOString() },
    ...(ask?.closesAt === undefined ? [] : [{ title: 'Until', value: new Date(ask.closesAt).toISOString() }]),
    ...(ask ? [{ title: 'Answer', value: plain(`muster status ${run.id}`) }] : []),
  ];
  const body = [
    { type: 'TextBlock', text: plain(text), wrap: true, weight: 'Bolder', color: color(type) },
    { type: 'FactSet', facts },
  ];
  const url = link === undefined ? undefined : `${link.replace(/\/$/, '')}/${encodeURIComponent(run.id)}`;
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body,
    ...(url !== undefined && { actions: [{ type: 'Action.OpenUrl', title: 'Open the run', url }] }),
  };
  return {
    type: 'message',
    attachments: [
      { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card },
    ],
  };
}

/** Cards read Markdown: what people wrote must not become a link or a heading. */
const plain = (text: string): string => text.replaceAll(/[\\`*_[\]()#>~|-]/g, String.raw`\$&`);

const color = (type: Notice['type']): string =>
  type === 'budget.missed' || type === 'node.failed'
    ? 'Attention'
    : type === 'budget.at-risk' || type === 'ask.escalated'
      ? 'Warning'
      : 'Default';
