import { constants } from 'node:os';

/**
 * What an end of a tool means for what comes next: it may be tried again as it is; it will end the same way until somebody
 * changes something; or nobody can say what was done.
 */
export type EndKind = 'retryable' | 'terminal' | 'unknown';

export interface ExitCode {
  readonly means: string;
  readonly kind: EndKind;
}

/** The exit codes of a tool as its manual has them; `other` is for all that stand in no manual. 0 is success. */
export interface ExitCodes {
  readonly [code: number]: ExitCode;
  readonly other: ExitCode;
}

/** How a child ended as one number, as shells have it: its exit code, or 128 + number of the signal that ended it. */
export const exitNumber = (code: number | null, by: NodeJS.Signals | null): number =>
  code ?? 128 + (by ? constants.signals[by] : 0);

export const meaningOf = (exit: number, codes: ExitCodes): ExitCode =>
  codes[exit] ?? (exit > 128 ? { means: `ended by signal ${exit - 128}`, kind: 'unknown' } : codes.other);
