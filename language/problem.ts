import type { DiagnosticCode } from '../core/diagnostics/codes.ts';

/** The keys and list indexes that lead from the root of a file to a value in it. */
export type DocumentPath = readonly (string | number)[];

/** A mistake as the reader's parts report it: where it is in the document, not yet in the text. */
export interface Problem {
  readonly code: DiagnosticCode;
  /** Absent: an error. */
  readonly severity?: 'warning';
  readonly path: DocumentPath;
  /** Point at the key instead of the value. */
  readonly at?: 'key';
  /** Point this many characters into the value's text. */
  readonly offset?: number;
  /** The offset in the file, where it is known already. */
  readonly from?: number;
  readonly summary: string;
  readonly detail?: string;
  readonly hint?: string;
  /** What was written and what could have been meant; becomes a did-you-mean. */
  readonly meant?: { readonly written: string; readonly among: Iterable<string> };
}

/** Writes a path as people read it: `systems.orders-db.recover[0].use`. */
export const showPath = (path: DocumentPath): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
