import { z } from 'zod';
import type { Description } from '../action.ts';
import { absolutePath, environment, maybeSecret } from '../field.ts';

const origins = ['query', 'directory', 'argv'] as const;

/** One side: the keys of a query, of the files of a directory, or of what a program prints. */
const side = () =>
  z
    .strictObject({
      query: z
        .string()
        .min(1)
        .optional()
        .describe('A SELECT. Its first column is the key, its second, where there is one, the value.'),
      connection: maybeSecret().optional().describe('Where the query is asked, as sql.check takes it.'),
      directory: absolutePath().optional().describe('A directory: each file below it has a key, its path.'),
      value: z
        .enum(['sha256', 'size'])
        .optional()
        .describe('The value of a file: its SHA-256, or its size in bytes.'),
      argv: z
        .array(z.string())
        .min(1)
        .optional()
        .describe('A program and its arguments, one element each. Each line that it prints is a key.'),
      env: environment().describe('Variables for the program. A value env:NAME or file:/path is looked up.'),
      pattern: z
        .string()
        .refine(isPattern, 'must be a regular expression')
        .optional()
        .describe(
          'Takes `(?<key>…)`, and `(?<value>…)`, out of a path or a line. What it does not match is left out, and counted.',
        ),
    })
    .superRefine((given, issues) => {
      const from = origins.filter((origin) => given[origin] !== undefined);
      const not = (message: string) => issues.addIssue({ code: 'custom', message });
      if (from.length !== 1) not('must have one of query, directory and argv');
      if ((given.query === undefined) !== (given.connection === undefined))
        not('must have connection where it has query, and only there');
      if (given.value !== undefined && given.directory === undefined)
        not('can have value only where it has directory');
      if (given.pattern !== undefined && given.query !== undefined)
        not('can have no pattern where it has query: let the query do it');
      if (given.pattern !== undefined && !given.pattern.includes('(?<key>'))
        not('must say by (?<key>…) in its pattern what the key is');
    });

export const description = {
  name: 'compare',
  summary:
    'Compares what two systems have: keys, values by key, or counts; from a database, a directory or a program.',
  input: z.strictObject({
    left: side().describe('What must be there: query and connection, directory, or argv.'),
    right: side().describe('What it is compared with, from the same kinds of places.'),
    by: z
      .enum(['keys', 'values', 'counts'])
      .default('keys')
      .describe(
        'What is compared: which keys there are, the value of each as well, or only how many; a query or a program then says the number.',
      ),
  }),
  outputs: { left: 'number', right: 'number', matched: 'number' },
  findings: {
    value: 'number',
    left: 'number',
    right: 'number',
    matched: 'number',
    missing: 'number',
    extra: 'number',
    different: 'number',
    doubled: 'number',
    leftOut: 'number',
  },
  provesByItself: false,
  touches: 'nothing',
  rerun: 'idempotent',
} as const satisfies Description;

function isPattern(text: string): boolean {
  try {
    return Boolean(new RegExp(text, 'u'));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
