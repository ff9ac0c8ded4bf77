import type { Notice } from '../../core/notice.ts';

/**
 * A notice as CloudEvents 1.0 has it (JSON format): `type` is `muster.` and the type of the notice, `subject` the ask or the node, `source`
 * the run.
 */
export const cloudEvent = ({ id, type, at, run, text, node, ask }: Notice) => ({
  specversion: '1.0',
  id,
  source: `urn:muster:run:${run.id}`,
  type: `muster.${type}`,
  time: new Date(at).toISOString(),
  ...((ask?.try ?? node) !== undefined && { subject: ask?.try ?? node }),
  datacontenttype: 'application/json',
  data: {
    text,
    run,
    ...(node !== undefined && { node }),
    ...(ask && {
      ask: {
        ...ask,
        ...(ask.closesAt !== undefined && { closesAt: new Date(ask.closesAt).toISOString() }),
      },
    }),
  },
});
