import { z } from 'zod';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { diagnose } from '../../language/diagnose.ts';
import { type Hints, usualHints } from '../../language/hints.ts';
import { readDocument } from '../../language/read-document.ts';
import type { Grammar } from '../../language/schema/check.ts';
import { read } from '../../language/schema/scalars.ts';

/** The configuration of an edge cannot be used; the message says why and what to do. */
export class ConfigFailure extends Error {
  override readonly name = 'ConfigFailure';
  /** The mistakes with their places, where it is the text that is wrong. */
  readonly diagnostics: readonly Diagnostic[];
  constructor(message: string, options: { cause?: unknown; diagnostics?: readonly Diagnostic[] } = {}) {
    super(message, { cause: options.cause });
    this.diagnostics = options.diagnostics ?? [];
  }
}

/** A text that is of a certain form. @param expected as in `"…" is not …`. */
export const formed = (expected: string, fits: (written: string) => boolean) =>
  read('MUSTER_CONFIG_VALUE', expected, (written) => (fits(written) ? written : undefined));

const reference = /^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/;

/** Where a secret is: it never stands in the configuration itself, nor in what is said of it. */
export const secretReference = z.string().superRefine((written, context) => {
  if (reference.test(written)) return;
  const message = 'A secret does not stand in here: write env:NAME or file:PATH.';
  context.addIssue({ code: 'custom', message, params: { code: 'MUSTER_CONFIG_VALUE' } });
});

/** Where something listens; 0 is any port that is free. */
export const port = read('MUSTER_CONFIG_VALUE', 'a port, a whole number from 0 to 65535', (written) =>
  /^\d{1,5}$/.test(written) && Number(written) <= 65_535 ? Number(written) : undefined,
);

/** Reads a configuration as a runbook is read, every mistake with its place. @param page says what stands where. @throws ConfigFailure */
export function parseConfig<T>(text: string, grammar: Grammar<T>, page: string): T {
  const { checked, wrong, positions } = readDocument(text, grammar);
  if (checked?.value !== undefined && wrong.length === 0) return checked.value;
  const diagnostics = diagnose(wrong, positions, hintsFor(page));
  const lines = diagnostics.map(({ path, summary, detail, hint }) =>
    [`${path || 'the file'}:`, summary, detail, hint].filter(Boolean).join(' '),
  );
  throw new ConfigFailure(`The configuration is wrong:\n  ${lines.join('\n  ')}`, { diagnostics });
}

const hintsFor = (page: string): Hints => ({
  ...usualHints,
  MUSTER_SCHEMA_UNKNOWN_KEY: `Leave it out; ${page} lists the keys.`,
  MUSTER_SCHEMA_CHOICE: `${page} lists the words.`,
  MUSTER_SCHEMA_MISSING_KEY: `Add it; ${page} says what it holds.`,
  MUSTER_SCHEMA_NAME: 'Write it as in shop-down.',
  MUSTER_CONFIG_VALUE: `Correct it; ${page} has a whole example.`,
});

/** A map of one word that decides what else there must be. */
export const decidedBy = <T extends readonly [string, ...string[]]>(key: string, words: T) =>
  z.looseObject({ [key]: z.enum(words) });
