/** How far a step is, as its host tells. */
export interface Progress {
  readonly done?: number;
  readonly total?: number;
  readonly unit?: 'bytes' | 'files' | 'rows';
  /** Not measured but reckoned. */
  readonly estimate?: boolean;
  /** What it is doing, in a few words: `replaying WAL`. */
  readonly doing?: string;
  /** It waits for another run, and that waits for people: what it asks, and how people call it. */
  readonly asks?: { readonly run: string; readonly what: string };
}
