/** A key cannot be used: what and why, and what to do next. */
export class KeyFailure extends Error {
  override readonly name = 'KeyFailure';
  readonly hint: string | undefined;
  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.hint = options.hint;
  }
}
