import type { DiagnosticCode } from '../core/diagnostics/codes.ts';

/** What to do, where the problem itself does not know better. */
export type Hints = Partial<Record<DiagnosticCode, string>>;

export const usualHints: Hints = {
  MUSTER_SCHEMA_UNKNOWN_KEY: 'The runbook reference lists the keys.',
  MUSTER_SCHEMA_CHOICE: 'The runbook reference lists the words.',
  MUSTER_REF_UNKNOWN: 'Declare it, or correct the name.',
  MUSTER_ACTION_UNKNOWN: 'The runbook reference lists the actions.',
  MUSTER_TEMPLATE_UNKNOWN: 'The runbook reference lists what a template can refer to.',
  MUSTER_SCHEMA_MISSING_KEY: 'Add it; the runbook reference says what it holds.',
  MUSTER_SCHEMA_WRONG_KIND:
    'A list is written [a, b] or with a dash on each line, a map { key: value } or key: value on each line.',
  MUSTER_SCHEMA_TOO_FEW: 'Put something in, or remove the key.',
  MUSTER_SCHEMA_DURATION: 'Write 90s, 15m, 1h30m, 2d or PT15M.',
  MUSTER_SCHEMA_NUMBER: 'Write it in digits.',
  MUSTER_SCHEMA_NAME: 'Write it as in orders-db.',
  MUSTER_NOTIFY_ADDRESS:
    'Write an https address; what is secret stays outside the runbook: env:NAME, or file:/PATH on the worker host.',
  MUSTER_SECRET_WRITTEN:
    'Keep it on the worker host and write a reference: env:NAME, file:/PATH, exec:ARGV or vault:MOUNT/data/PATH#FIELD.',
  MUSTER_REF_KIND: 'Point at what can stand here, or leave it out.',
  MUSTER_PARAMETER_PATTERN: 'Correct it, or leave it out. It is matched against the whole text.',
  MUSTER_PARAMETER_DEFAULT: 'Correct the default, or leave it out: then the parameter must be given.',
  MUSTER_ACTION_INPUT: 'The runbook reference says what each action takes.',
  MUSTER_ACTION_INTERNAL: 'Remove the step: where it is needed, the plan has it without being told.',
  MUSTER_CHECK_EXPECT: 'The runbook reference says what each action finds.',
  MUSTER_TEMPLATE_SYNTAX: 'Only a plain path can stand in double braces. A literal {{ is written \\{{.',
  MUSTER_TEMPLATE_NOT_YET: 'Use a parameter instead: {{parameters.NAME}}.',
};
