import { readFile } from 'node:fs/promises';
import { ActionFailure } from './action.ts';

const reference = /^(?:env:([A-Za-z_]\w*)|file:(\/[^/].*))$/s;

/** Shorter ones would black out half of every log, and protect nothing. */
const shortest = 4;

/** The secrets that one call of an action has looked up, so that they can be kept out of what it shows. */
export class Secrets {
  readonly #forms = new Set<string>();

  /**
   * Looks up a text that is wholly `env:NAME` or `file:/path` (one newline at its end is dropped); any other
   * text is returned as it is.
   * @throws ActionFailure where the variable is not set or the file cannot be read.
   */
  async reveal(text: string): Promise<string> {
    const [, variable, file] = reference.exec(text) ?? [];
    if (variable === undefined && file === undefined) return text;
    const secret = variable === undefined ? await fromFile(String(file)) : fromEnvironment(variable);
    this.#remember(secret);
    return secret;
  }

  /** Reveals every value of a record. */
  async revealAll(texts: Readonly<Record<string, string>>): Promise<Record<string, string>> {
    const entries = Object.entries(texts).map(async ([key, text]) => [key, await this.reveal(text)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Blackens every secret in a text, also as base64, percent-encoded, escaped for JSON, and line by line. */
  redact(text: string): string {
    // Longest first: a secret may contain another one.
    return [...this.#forms]
      .sort((a, b) => b.length - a.length)
      .reduce((shown, form) => shown.replaceAll(form, '[secret]'), text);
  }

  #remember(secret: string): void {
    const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
    const forms = [secret, base64, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
    for (const form of [...forms, ...secret.split('\n')]) {
      if (form.length >= shortest) this.#forms.add(form);
    }
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
