/** The service could not do what a face asked; `code` decides the exit code, the message is for people. */
export class ClientFailure extends Error {
  override readonly name = 'ClientFailure';
  readonly code: 'not-found' | 'unreachable' | 'not-allowed' | 'no-worker' | 'refused';
  constructor(code: ClientFailure['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
