import { z } from 'zod';
import { count, read } from './scalars.ts';

const units: Readonly<Record<string, number>> = { M: 1024 ** 2, G: 1024 ** 3 };

/** A size as text; bytes inside. */
const size = read('MUSTER_SCHEMA_NUMBER', 'a size such as 512M or 4G', (written) => {
  const [, number, unit] = /^([1-9][0-9]{0,5})([MG])$/.exec(written) ?? [];
  return unit === undefined ? undefined : Number(number) * units[unit]!;
}).meta({ title: 'size', type: 'string', pattern: '^[1-9][0-9]{0,5}[MG]$' });

const niceness = read('MUSTER_SCHEMA_NUMBER', 'a whole number from 1 to 19', (written) =>
  /^([1-9]|1[0-9])$/.test(written) ? Number(written) : undefined,
).meta({
  title: 'whole number',
  type: ['integer', 'string'],
  minimum: 1,
  maximum: 19,
  pattern: '^([1-9]|1[0-9])$',
});

/** What the processes of a step may take of the worker host. */
export const limits = z.strictObject({
  nice: z.exactOptional(niceness).describe('How far it steps back for others: 1 to 19, as with `nice`.'),
  files: z.exactOptional(count(16)).describe('How many files one process may have open.'),
  memory: z
    .exactOptional(size)
    .describe(
      'How much memory they may take together: `512M`, `4G` (a control group; over it they are ended).',
    ),
  processes: z
    .exactOptional(count(4))
    .describe('How many processes and threads there may be together (a control group).'),
});
