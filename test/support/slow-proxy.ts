import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server on loopback on which everything takes its time, in both directions. */
export interface SlowProxy {
  readonly address: string;
  close(): Promise<void>;
}

/** @param delay in milliseconds, for each direction: an answer comes after twice as long. */
export async function slowProxy(to: string, delay: number): Promise<SlowProxy> {
  const [host = '', port] = to.split(':');
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), host);
    pass(near, far, delay);
    pass(far, near, delay);
    for (const socket of [near, far]) sockets.add(socket.on('close', () => sockets.delete(socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Timers of one delay ring in the order in which they were set, so nothing overtakes. */
function pass(from: Socket, to: Socket, delay: number): void {
  from.on('data', (chunk) => void setTimeout(() => to.writable && to.write(chunk), delay));
  from.on('error', () => to.destroy());
  from.on('close', () => void setTimeout(() => to.end(), delay));
}
