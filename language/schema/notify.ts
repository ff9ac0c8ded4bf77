import { z } from 'zod';
import { noticeKinds } from '../../core/notice.ts';
import { read, text } from './scalars.ts';

const reference = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:\/.+|exec:[/[].+|vault:[^/].*#.+)$/;

/** Where something secret is found when it is needed, on the worker host. */
const secret = read(
  'MUSTER_NOTIFY_ADDRESS',
  '`env:NAME`, `file:/PATH`, `exec:ARGV` or `vault:MOUNT/data/PATH#FIELD`',
  (written) => (reference.test(written) ? written : undefined),
).meta({ title: 'reference', type: 'string', pattern: reference.source });

const address = read(
  'MUSTER_NOTIFY_ADDRESS',
  'an https address (http only on this host), or a reference such as `env:NAME` or `file:/PATH`',
  (written) => (reference.test(written) || isAddress(written) ? written : undefined),
).meta({ title: 'address', type: 'string' });

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

function isAddress(written: string): boolean {
  if (!URL.canParse(written)) return false;
  const { protocol, hostname } = new URL(written);
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname));
}

const webhook = z
  .strictObject({
    url: address.describe('Where the event is posted.'),
    secret: secret.describe('The secret of Standard Webhooks (`whsec_…`) with which it is signed.'),
  })
  .describe('A signed CloudEvent, posted over HTTP.');

const teams = z
  .strictObject({
    url: address.describe('The address of a Workflows webhook.'),
    link: z
      .exactOptional(address)
      .describe('A page of runs that the card leads to; the id of the run is put behind it.'),
  })
  .describe('An Adaptive Card in Microsoft Teams.');

/** Somebody who is told what happens in a run, in one way. */
export const notify = z
  .strictObject({
    on: z
      .array(z.enum(noticeKinds))
      .min(1)
      .default([...noticeKinds])
      .describe('What is told; absent: everything.'),
    only: z
      .exactOptional(
        z.strictObject({
          mode: z
            .exactOptional(z.enum(['live', 'rehearsal']))
            .describe('Nothing is told of runs of another mode.'),
        }),
      )
      .describe('Of which runs it is told.'),
    webhook: z.exactOptional(webhook).describe('A signed CloudEvent, posted over HTTP.'),
    teams: z.exactOptional(teams).describe('An Adaptive Card in Microsoft Teams.'),
    command: z
      .exactOptional(z.array(text).min(1))
      .describe('A command of the worker host; it reads the event from its standard input.'),
  })
  .describe('Somebody who is told what happens in a run, in one way.');
