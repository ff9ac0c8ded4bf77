import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { once } from 'node:events';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Milliseconds } from '../../core/units.ts';
import { ActionFailure, lookEvery } from '../action.ts';

/** Most that is read of an answer, in bytes. */
const answerLimit = 1024 * 1024;

export interface Message {
  readonly method: string;
  readonly url: URL;
  /** The address as people may see it. */
  readonly shown: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface Answer {
  readonly status: number;
  readonly location: string | undefined;
  readonly body: Buffer;
  /** Why the body is not whole. */
  readonly cut?: string;
}

/**
 * A connection over which nothing was sent yet: it can be tried for again as often as one likes.
 * @throws ActionFailure where there is none in time.
 */
export async function connected(
  { url, shown }: Message,
  within: Milliseconds,
  signal: AbortSignal,
): Promise<Socket> {
  for (const end = performance.now() + within; ; await sleep(lookEvery, undefined, { signal })) {
    const left = Math.ceil(Math.max(end - performance.now(), 1_000));
    const limit = AbortSignal.any([signal, AbortSignal.timeout(left)]);
    try {
      return await connectedOnce(url, limit);
    } catch (cause) {
      signal.throwIfAborted();
      const { code, message } = cause as NodeJS.ErrnoException;
      // The words name the host, which may be all that is secret of an address.
      const said = shown === url.href || message.includes(shown) ? message : '';
      const why = limit.aborted ? 'it does not answer' : said || String(code);
      if (isDistrust(code))
        throw new ActionFailure(`${shown} is not who it should be: ${why}. Nothing was sent.`, {
          cause,
          kind: 'terminal',
        });
      if (performance.now() >= end)
        throw new ActionFailure(`${shown} cannot be reached: ${why}. Nothing was sent.`, { cause });
    }
  }
}

async function connectedOnce(url: URL, signal: AbortSignal): Promise<Socket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const secure = url.protocol === 'https:';
  const port = Number(url.port || (secure ? 443 : 80));
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) === 0 && { servername: host }) })
    : connectPlain({ host, port });
  try {
    await once(socket, secure ? 'secureConnect' : 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** What OpenSSL and Node call a certificate that is not to be trusted. */
const isDistrust = (code: string | undefined): boolean =>
  /^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH)/.test(code ?? '');

/**
 * Sends a request over a connection and reads the answer, at most a megabyte of it.
 * @throws ActionFailure of the kind `unknown` where no answer came: the request may have been carried out.
 */
export async function exchange(
  { method, url, shown, headers, body }: Message,
  { socket, timeout, signal }: { socket: Socket; timeout: Milliseconds; signal: AbortSignal },
): Promise<Answer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const ask = url.protocol === 'https:' ? requestHttps : requestHttp;
  const request = ask(url, { method, headers, createConnection: () => socket });
  request.on('error', () => undefined); // Told by `once`; what comes after the answer has begun changes nothing.
  try {
    request.end(body);
    const [answer] = (await once(request, 'response', { signal: limit })) as [IncomingMessage];
    return {
      status: answer.statusCode ?? 0,
      location: answer.headers.location,
      ...(await bodyOf(answer, limit)),
    };
  } catch (cause) {
    signal.throwIfAborted();
    const why = limit.aborted ? `none within ${timeout / 1_000} s` : (cause as Error).message;
    throw new ActionFailure(
      `${method} ${shown} was sent, and there was no answer: ${why}. It may have been carried out, or not.`,
      { cause, kind: 'unknown' },
    );
  } finally {
    socket.destroy();
  }
}

async function bodyOf(answer: IncomingMessage, signal: AbortSignal): Promise<Pick<Answer, 'body' | 'cut'>> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const stop = () => answer.destroy(new Error('it took too long'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > answerLimit) break;
    }
  } catch (error) {
    return { body: Buffer.concat(chunks), cut: (error as Error).message };
  } finally {
    signal.removeEventListener('abort', stop);
  }
  const body = Buffer.concat(chunks).subarray(0, answerLimit);
  return bytes > answerLimit ? { body, cut: 'it is larger than 1 MB' } : { body };
}
