import { constants } from 'node:fs';
import { access, stat, readdir } from 'node:fs/promises';
import { connect, type NetConnectOpts } from 'node:net';
import { ActionFailure } from '../action.ts';

/** A host that does not answer within this time, in milliseconds, is not reached. */
const patienceMs = 2_000;

/**
 * What an attempt to connect says that reached nobody. A refusal is one of them: what must not be reached is
 * the service behind the port, and where the host answers but nobody listens there is nothing to be harmed.
 */
const notReached = new Set([
  ...['ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EHOSTDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL', 'ENETDOWN'],
  ...['ENOTFOUND', 'EAI_AGAIN', 'ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENOTSOCK'],
]);

/** Whether this process can reach a place: connect to it, list what is in it, or read it. */
export async function reachesFromHere(place: string): Promise<boolean> {
  if (!place.startsWith('/')) return connects(addressOf(place), place);
  try {
    const there = await stat(place);
    if (there.isSocket()) return await connects({ path: place }, place);
    if (there.isDirectory()) return (await readdir(place)).length > 0;
    await access(place, constants.R_OK);
    return !there.isCharacterDevice(); // A hidden file or socket shows as /dev/null.
  } catch (error) {
    return tell(error as NodeJS.ErrnoException, place);
  }
}

function addressOf(place: string): NetConnectOpts {
  const colon = place.lastIndexOf(':');
  return { host: place.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(place.slice(colon + 1)) };
}

function connects(where: NetConnectOpts, place: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...where, timeout: patienceMs });
    const end = (reached: boolean) => {
      socket.destroy();
      resolve(reached);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      try {
        end(tell(error, place));
      } catch (unclear) {
        reject(unclear as Error);
      }
    });
  });
}

/** @throws ActionFailure where the error does not say that nobody was reached: then nothing is proved. */
function tell(error: NodeJS.ErrnoException, place: string): false {
  if (notReached.has(error.code ?? '')) return false;
  throw new ActionFailure(`it cannot be told whether ${place} can be reached: ${error.message}`, {
    cause: error,
  });
}
