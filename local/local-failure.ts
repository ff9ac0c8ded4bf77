/** Temporal on this machine could not be had; the message says what was tried and what to do. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}
