import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { ActionFailure } from './action.ts';
import { blacken, type CutAt } from './secrets/blacken.ts';
import { formsOf } from './secrets/forms.ts';
import { fromProgram } from './secrets/from-program.ts';
import { fromVault } from './secrets/from-vault.ts';
import { partsOf } from './secrets/parts.ts';

/** What a reference may look like, and where it leads. */
const places: readonly (readonly [RegExp, (written: string) => string | Promise<string>])[] = [
  [/^env:([A-Za-z_]\w*)$/, fromEnvironment],
  [/^file:(\/[^/].*)$/s, fromFile],
  [/^exec:([/[].*)$/s, fromProgram],
  [/^vault:([^/].*)$/s, fromVault],
];

/** Who keeps all that is looked up on the way of one call of an action, by whomever. */
const gathering = new AsyncLocalStorage<Secrets>();

/** Does some work; what it looks up is kept in `all` as well. */
export const gathered = <T>(all: Secrets, work: () => T): T => gathering.run(all, work);

/** The secrets that one call of an action has looked up, so that they can be kept out of what it shows. */
export class Secrets {
  readonly #forms = new Set<string>();

  /**
   * Looks up a text that is wholly `env:NAME`, `file:/path` (one newline at its end is dropped), `exec:ARGV` or
   * `vault:MOUNT/data/PATH#FIELD`; any other text is returned as it is.
   * @throws ActionFailure where there is nothing to be had.
   */
  async reveal(text: string): Promise<string> {
    for (const [written, lookUp] of places) {
      const [, where] = written.exec(text) ?? [];
      if (where === undefined) continue;
      const secret = await lookUp(where);
      // Node would show it: neither a variable nor a header can hold one.
      if (secret.includes('\0')) throw new ActionFailure(`The secret ${text} holds a NUL character.`);
      this.keep(secret);
      return secret;
    }
    return text;
  }

  /** Reveals every value of a record. */
  async revealAll(texts: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const entries = Object.entries(texts).map(async ([key, text]) => [key, await this.reveal(text)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Keeps a text out of what is shown that is secret by itself: the password in a connection. */
  keep(secret: string): void {
    for (const part of [secret, ...partsOf(secret)]) for (const form of formsOf(part)) this.#forms.add(form);
    const all = gathering.getStore();
    if (all && all !== this) all.keep(secret);
  }

  /**
   * Blackens every secret in a text, in each encoding that `formsOf` knows, and line by line.
   * @param cut where the text was cut, a part of a secret that stands there is blackened as well.
   */
  redact(text: string, cut?: CutAt): string {
    return blacken(text, this.#forms, cut);
  }
}

function fromEnvironment(variable: string): string {
  const value = process.env[variable];
  if (value !== undefined) return value;
  throw new ActionFailure(
    `The secret env:${variable} is not there: the worker's environment has no ${variable}. Set it where the worker is started.`,
  );
}

async function fromFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new ActionFailure(`The secret file:${file} cannot be read (${code}) on the worker's host.`, {
      cause,
    });
  }
}
