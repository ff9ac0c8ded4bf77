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
  /** What to do. */
  readonly hint?: string;
}
