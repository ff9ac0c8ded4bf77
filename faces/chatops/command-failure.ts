/** What was typed is not enough, or cannot be. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
