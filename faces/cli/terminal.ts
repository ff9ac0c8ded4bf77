/** One key as readline tells it. */
export interface Key {
  readonly text: string | undefined;
  readonly name: string | undefined;
  readonly ctrl: boolean;
}

/** Where the person sits: what can be written and read there. Data goes to `out`, progress to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** The window, read anew for every frame; 80 by 24 where nobody can tell. */
  size(): { readonly columns: number; readonly rows: number };
  /** Progress may be redrawn in place: a terminal that is neither dumb nor a CI log. */
  readonly redraws: boolean;
  /** Somebody sits at the keyboard. */
  readonly asks: boolean;
  /** Colours are wanted on `err` and `out`. */
  readonly colored: boolean;
  /** Asks for one line; undefined where the input ended or was interrupted. */
  question(text: string): Promise<string | undefined>;
  /** Hands over every key until the returned function is called. */
  onKey(listen: (key: Key) => void): () => void;
  onInterrupt(listen: () => void): () => void;
}
