import { connect, createServer, type Server, type Socket } from 'node:net';

/** A way to a server that fails as networks do. */
export interface FaultProxy {
  readonly port: number;
  /** Every byte disappears, and new connections are taken and never answered. */
  swallow(): void;
  /** What the server says disappears; what it is told goes on. */
  loseAnswers(): void;
  pass(): void;
  /** Ends every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function startProxy(targetPort: number): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  let lost: 'nothing' | 'answers' | 'everything' = 'nothing';
  const server = createServer((socket) => {
    const target = connect(targetPort, '127.0.0.1');
    for (const [from, to] of [
      [socket, target],
      [target, socket],
    ] as const) {
      sockets.add(from);
      from.on('data', (data) => {
        if (lost === 'nothing' || (lost === 'answers' && to === target)) to.write(data);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        if (lost !== 'everything') to.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  return {
    port: portOf(server),
    swallow: () => {
      lost = 'everything';
    },
    loseAnswers: () => {
      lost = 'answers';
    },
    pass: () => {
      lost = 'nothing';
    },
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
