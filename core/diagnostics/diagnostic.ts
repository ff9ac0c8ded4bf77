import type { DiagnosticCode } from './codes.ts';

/** Where in a file: line and column count from 1, the column in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A mistake or a warning about something that a person wrote. Mistakes are collected, never thrown. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: 'error' | 'warning';
  /** What is wrong, in one short sentence. */
  readonly summary: string;
  /** The value and what follows from it, in full sentences. */
  readonly detail?: string;
  /** Where in the document, e.g. `systems.orders-db.recover[0].use`. */
  readonly path: string;
  readonly position?: Position;
  /** Of another file than the one that was read, which runs it: its name, and the line itself where there is a position. */
  readonly in?: { readonly file: string; readonly line?: string };
  /** What to do. */
  readonly hint?: string;
}
