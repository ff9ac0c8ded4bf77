import { connect } from 'node:net';
import type { PublicKey } from '../core/roster.ts';
import type { Milliseconds } from '../core/units.ts';
import { KeyFailure } from './failure.ts';
import { keyType, readWire, wireOf } from './public-key.ts';
import { wireBytes, wireNumber, WireReader } from './wire.ts';

/** A key that an SSH agent holds. */
export interface AgentKey {
  readonly publicKey: PublicKey;
  readonly comment: string;
}

// Of the protocol of OpenSSH's agent (draft-ietf-sshm-ssh-agent, section 6.1).
const say = { list: 11, sign: 13 } as const;
const answer = { list: 12, sign: 14 } as const;

/** An agent may ask a person whether it should sign (`ssh-add -c`). */
const patience: Milliseconds = 2 * 60_000;
const largest = 256 * 1024;

/** The Ed25519 keys that the agent at a socket holds, in its order. @throws KeyFailure where it does not answer. */
export async function agentKeys(socket: string): Promise<AgentKey[]> {
  const reader = await ask(socket, 'list', []);
  const keys: AgentKey[] = [];
  for (let left = reader.number(); left > 0; left -= 1) {
    const read = readWire(reader.bytes());
    const comment = reader.text();
    if ('key' in read) keys.push({ publicKey: read.key, comment });
  }
  return keys;
}

/** The agent's Ed25519 signature over a text: 64 bytes. @throws KeyFailure where it refuses or does not answer. */
export async function agentSignature(socket: string, key: PublicKey, text: string): Promise<Buffer> {
  const request = [wireBytes(wireOf(key.ed25519)), wireBytes(text), wireNumber(0)];
  const reader = new WireReader((await ask(socket, 'sign', request)).bytes());
  const [type, signature] = [reader.text(), reader.bytes()];
  if (type === keyType && signature.length === 64) return signature;
  throw new KeyFailure(`The SSH agent gave a signature of type ${type} for the key ${key.id}.`);
}

/** Sends one request and returns what stands behind the number of its answer. */
async function ask(socket: string, what: keyof typeof say, request: Uint8Array[]): Promise<WireReader> {
  const body = Buffer.concat([Uint8Array.of(say[what]), ...request]);
  const reply = await exchange(socket, wireBytes(body)).catch((cause: Error) => {
    throw new KeyFailure(`The SSH agent at ${socket} does not answer: ${cause.message}.`, { cause });
  });
  if (reply[0] === answer[what]) return new WireReader(reply.subarray(1));
  throw new KeyFailure(`The SSH agent at ${socket} refused to ${what === 'list' ? 'list its keys' : what}.`);
}

/** Writes to a socket and reads one message, whose length stands before it. */
async function exchange(path: string, message: Uint8Array): Promise<Buffer> {
  const socket = connect(path);
  socket.setTimeout(patience, () => socket.destroy(new Error('it was silent for two minutes')));
  socket.write(message);
  let read = Buffer.alloc(0);
  // Leaving the loop closes the connection.
  for await (const chunk of socket) {
    read = Buffer.concat([read, chunk as Buffer]);
    const length = read.length >= 4 ? read.readUInt32BE() : 0;
    if (length > largest) throw new RangeError('its answer is too long');
    if (length > 0 && read.length >= 4 + length) return read.subarray(4, 4 + length);
  }
  throw new RangeError('it hung up');
}
