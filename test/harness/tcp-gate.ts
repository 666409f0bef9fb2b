import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** Passes connections on, and can stop doing so: what lies behind it does not answer any more, or is cut off. */
export type TcpGate = {
  readonly port: number;
  /** Lets nothing come back, while what is sent still arrives. */
  holdAnswers(): void;
  letAnswers(): void;
  /** Cuts what is connected. */
  cut(): void;
  /** Cuts what is connected, and leads to another port. */
  leadTo(port: number): void;
  close(): Promise<void>;
};

export async function openTcpGate(first: number): Promise<TcpGate> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let port = first;
  let isHeld = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    if (isHeld) far.pause();
    near.pipe(far);
    far.on('data', (piece) => near.write(piece));
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.once('close', () => {
        for (const other of pair) other.destroy();
        pairs.delete(pair);
      });
    }
  });
  function cut(): void {
    for (const [near, far] of pairs) {
      near.destroy();
      far.destroy();
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    holdAnswers() {
      isHeld = true;
      for (const [, far] of pairs) far.pause();
    },
    letAnswers() {
      isHeld = false;
      for (const [, far] of pairs) far.resume();
    },
    cut,
    leadTo(next) {
      port = next;
      cut();
    },
    async close() {
      for (const [near] of pairs) near.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
