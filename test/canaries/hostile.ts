import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer as createHttp, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { encoded, mark } from './canary.ts';

/**
 * A program that shows every secret that it was handed, by its environment, its input or a file, in every encoding, to both outputs. The
 * worker's own variables (CANARY_…) it leaves alone: nobody handed them over.
 */
const program = (node: string): string => `#!${node}
const { readFileSync } = require('node:fs');
const encoded = ${encoded.toString()};
const texts = Object.entries(process.env).filter(([name]) => !name.startsWith('CANARY_')).map(([, value]) => value);
for (const file of [...texts, ...process.argv.slice(2)].map((text) => text.replace(/^.*=/s, '')))
  try { if (file.startsWith('/') && !file.startsWith('/proc')) texts.push(...readFileSync(file, 'utf8').slice(0, 65536).split('\\n')); } catch {}
try { texts.push(...readFileSync(0, 'utf8').split('\\n')); } catch {}
const { writeSync } = require('node:fs');
for (const text of texts.filter((one) => one.includes('${mark}'))) {
  writeSync(1, encoded(text).join(' ') + '\\n');
  writeSync(2, encoded(text).join('\\n') + '\\n');
}
process.exit(3);
`;

/** A directory for the PATH, in which each of these programs is hostile; \`honest\` ones are the real ones for some arguments. */
export function hostilePrograms(
  directory: string,
  names: readonly string[],
  honest: Readonly<Record<string, { readonly real: string; readonly where: string }>> = {},
): string {
  mkdirSync(directory, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(directory, name), text);
    chmodSync(join(directory, name), 0o755);
  };
  write('hostile', program(process.execPath));
  for (const name of names) {
    const own = honest[name];
    const unless = own ? `case " $* " in *${own.where}*) exec ${own.real} "$@";; esac\n` : '';
    write(name, `#!/bin/sh\n${unless}exec ${join(directory, 'hostile')} "$@"\n`);
  }
  return directory;
}

export interface Peer {
  readonly port: number;
  close(): Promise<void>;
}

async function listening(server: Server | HttpServer): Promise<Peer> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** Tells in every encoding what it was asked, in its body and in a header; below /cut it does not answer. */
export function hostileWeb(): Promise<Peer> {
  return listening(
    createHttp((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (request.url?.startsWith('/cut')) return void request.socket.destroy();
        const path = request.url ?? '';
        const [, query = ''] = path.split('?');
        const values = [
          ...new URLSearchParams(query).values(),
          ...path.split(/[/?]/).map(decodeURIComponent),
        ];
        // As servers do that say what is wrong with it: the credentials without their scheme, the value of a cookie.
        const headers = Object.values(request.headers)
          .map(String)
          .flatMap((value) => [value, value.replace(/^(Bearer|Basic) /, ''), ...value.split(/[=;] ?/)])
          .flatMap((value) => [value, Buffer.from(value, 'base64').toString().replace(/^app:/, '')])
          .filter((value) => value.includes(mark));
        const said = [body, path, ...values, ...headers];
        response.writeHead(Number(/^\/(\d{3})/.exec(path)?.[1] ?? 500), 'no', {
          'x-said': encodeURI(said.join(' ')).slice(0, 4_000),
        });
        response.end(`Cannot ${request.method} ${path}\n${said.flatMap(encoded).join('\n')}`);
      });
    }),
  );
}

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.write(type);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
};
const int = (value: number, bytes = 4): Buffer => {
  const buffer = Buffer.alloc(bytes);
  buffer.writeIntBE(value, 0, bytes);
  return buffer;
};

/** Speaks as much of PostgreSQL's protocol as shows the password: in its refusal, or in the rows that it answers with. */
export function hostilePostgres({ letsIn }: { readonly letsIn: boolean }): Promise<Peer> {
  return listening(
    createServer((socket) => {
      let [buffer, started, password] = [Buffer.alloc(0), false, ''];
      socket.on('error', () => undefined);
      const refuse = () => {
        const text = `password is wrong: ${encoded(password).join(' | ')}`;
        socket.end(message('E', Buffer.from(`SFATAL\0C28P01\0M${text}\0D${text}\0\0`)));
      };
      const ready = () => socket.write(message('Z', Buffer.from('I')));
      const rows = () => {
        const value = Buffer.from(encoded(password).join(' | '));
        const column = Buffer.concat([
          Buffer.from('value\0'),
          int(0),
          int(0, 2),
          int(25),
          int(-1, 2),
          int(-1),
          int(0, 2),
        ]);
        socket.write(message('T', Buffer.concat([int(1, 2), column])));
        socket.write(message('D', Buffer.concat([int(1, 2), int(value.length), value])));
        socket.write(
          message('N', Buffer.concat([Buffer.from('SNOTICE\0C00000\0M'), value, Buffer.from('\0\0')])),
        );
        socket.write(message('C', Buffer.from('SELECT 1\0')));
      };
      socket.on('data', (chunk: Buffer) => {
        buffer = Buffer.concat([buffer, chunk]);
        for (;;) {
          const at = started ? 1 : 0;
          if (buffer.length < at + 4 || buffer.length < at + buffer.readInt32BE(at)) return;
          const size = at + buffer.readInt32BE(at);
          const [type, body] = [
            started ? String.fromCharCode(buffer[0]!) : '',
            buffer.subarray(at + 4, size),
          ];
          buffer = buffer.subarray(size);
          if (!started && body.readInt32BE(0) === 80877103) socket.write('N');
          else if (!started) {
            started = true;
            socket.write(message('R', int(3)));
          } else if (type === 'p') {
            password = body.subarray(0, -1).toString();
            if (!letsIn) return refuse();
            socket.write(message('R', int(0)));
            ready();
          } else if (type === 'Q') {
            const isQuestion = /select/i.test(body.toString());
            if (isQuestion) rows();
            else socket.write(message('C', Buffer.from('SET\0')));
            ready();
          } else if (type === 'P') socket.write(message('1', Buffer.alloc(0)));
          else if (type === 'B') socket.write(message('2', Buffer.alloc(0)));
          else if (type === 'E') rows();
          else if (type === 'S') ready();
        }
      });
    }),
  );
}

/** Refuses every command of Redis by telling what it was. */
export function hostileRedis(): Promise<Peer> {
  return listening(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        const words = chunk
          .toString()
          .split('\r\n')
          .filter((line) => line.includes(mark));
        socket.write(`-ERR you said ${words.flatMap(encoded).join(' ')}\r\n`);
      });
    }),
  );
}
