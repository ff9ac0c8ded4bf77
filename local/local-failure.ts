/** Temporal on this machine could not be had; the message says what was tried and what to do. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure';
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
  }
}

/** Somebody stopped the service of this machine on purpose: nobody who watches brings it back. */
export class ServiceStopped extends LocalFailure {
  constructor() {
    super('The service was stopped by muster down. What is under way goes on at the next muster up.');
  }
}
