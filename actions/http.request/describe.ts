import { z } from 'zod';
import type { Description } from '../action.ts';
import { duration, maybeSecret, maybeSecrets, wholeNumber } from '../field.ts';

const address = () =>
  maybeSecret().regex(
    /^(https?:\/\/|env:|file:\/|exec:|vault:)/,
    'must be a URL that begins with http:// or https://, or a reference to one',
  );
const headers = () =>
  z
    .record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be the name of a header'), maybeSecret())
    .default({});

export const description = {
  name: 'http.request',
  summary:
    'Makes one request that changes something, with an idempotency key: the same one until the server has refused it. Redirects are not followed.',
  input: z.strictObject({
    url: address().describe('Where it goes. A secret address is a reference such as `file:/path`.'),
    method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']).default('POST').describe('The method.'),
    headers: headers().describe('Headers. A value env:NAME or file:/path is looked up at the last moment.'),
    body: maybeSecret().optional().describe('What is sent, as it is written. A reference is looked up.'),
    json: z
      .record(z.string(), maybeSecrets())
      .optional()
      .describe(
        'What is sent as JSON, instead of `body`. Values are texts, but for references that stand alone; secrets among them are looked up.',
      ),
    status: z
      .array(wholeNumber({ min: 200, max: 399 }))
      .min(1)
      .optional()
      .describe('The statuses that mean it was done. Default: 200 to 299.'),
    pick: z
      .record(
        z.string().regex(/^[A-Za-z]\w{0,62}$/, 'must be the name of an output'),
        z.string().regex(/^(\/.*)?$/s, 'must be a JSON pointer such as /data/id'),
      )
      .default({})
      .describe(
        'Outputs by name, each a value of the answer, where a JSON pointer leads: `ticket: /data/id`.',
      ),
    key: z
      .string()
      .regex(/^[\x21-\x7e]{1,255}$/, 'must be at most 255 letters, digits and signs')
      .optional()
      .describe('The idempotency key. Default: one that is made of the run and the step.'),
    keyHeader: z.string().min(1).default('Idempotency-Key').describe('The header that bears the key.'),
    connect: duration()
      .prefault('30s')
      .describe('How long a server that does not accept connections is tried again: nothing was sent yet.'),
    timeout: duration()
      .prefault('30s')
      .describe('How long the whole answer may take, once the request is sent.'),
    lookAt: z
      .strictObject({
        url: address().describe('What is read by GET.'),
        headers: headers().describe('Headers, as above.'),
        contains: z.string().min(1).optional().describe('A text that the answer holds when it was done.'),
      })
      .optional()
      .describe(
        'How to see whether it was done when no answer came: `url`, `headers`, `contains`. A 2xx that contains the text means yes; one that does not, 404 and 410 mean no.',
      ),
  }),
  outputs: { status: 'number', body: 'string', key: 'string' },
  outputsFrom: 'pick',
  findings: { value: 'number', status: 'number', body: 'string' },
  provesByItself: true,
  touches: 'outside',
  rerun: 'once',
} as const satisfies Description;
