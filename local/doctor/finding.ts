/** One thing that doctor looked at. */
export interface Finding {
  readonly what: string;
  /** `weak`: Muster works, but something is lost; `missing`: something does not work. */
  readonly state: 'ok' | 'weak' | 'missing';
  readonly found: string;
  /** What to do about it; absent where it is ok. */
  readonly mend?: string;
}
