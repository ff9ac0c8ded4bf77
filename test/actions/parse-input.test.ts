import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseInput } from '../../actions/parse-input.ts';

const schema = z.strictObject({ argv: z.array(z.string()), port: z.number().optional() });

it.each([
  [{ argv: ['echo', 42, true] }, { argv: ['echo', '42', 'true'] }],
  [
    { argv: ['echo'], port: 1 },
    { argv: ['echo'], port: 1 },
  ],
])('what people answered is a text where a text is wanted: %j', (given, read) => {
  expect(parseInput(schema, given)).toMatchObject({ success: true, data: read });
});

it.each([{ argv: ['echo', null] }, { argv: [['x']] }, { argv: 7 }, { argv: [1], port: 'x' }, 7, null])(
  'nothing else is made to fit: %j',
  (given) => {
    expect(parseInput(schema, given as never).success).toBe(false);
  },
);
