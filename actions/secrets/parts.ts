/** Shorter parts are words that stand everywhere: `api`, `hooks`, a port. */
const shortest = 8;

const schemes = /^(?:Basic|Bearer|Digest|Token|Negotiate|ApiKey)\s+(\S+)$/i;
const pairs = /^[\w.-]+=[^;]*(?:;\s*[\w.-]+=[^;]*)*;?$/;

/**
 * What is secret by itself in a secret that is made of parts, and may be told without the rest: the credentials behind a scheme of
 * authorization, the values of cookies, the password of an address, and the long pieces of its path and query.
 */
export function partsOf(secret: string): string[] {
  const [, credentials] = schemes.exec(secret) ?? [];
  const found = [
    ...(credentials === undefined ? [] : [credentials, afterColon(credentials)]),
    ...(pairs.test(secret) ? secret.split(';').map((pair) => pair.replace(/^[^=]*=/, '').trim()) : []),
    ...(/^[a-z][a-z\d+.-]*:\/\//i.test(secret) && URL.canParse(secret) ? ofAddress(new URL(secret)) : []),
  ];
  return found.filter((part) => part.length >= shortest);
}

/** The password of `user:password` in base64. */
const afterColon = (credentials: string): string =>
  /^[^:]*:(.*)$/s.exec(Buffer.from(credentials, 'base64').toString())?.[1] ?? '';

function ofAddress({ password, pathname, search, searchParams }: URL): string[] {
  const written = [password, pathname + search, ...pathname.split('/')];
  return [...written, ...written.map(decoded), ...searchParams.values()];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a % that stands for itself
  }
}
