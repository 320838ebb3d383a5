import type { Server } from 'node:http';
import type { ChildMessage } from './children.js';

const COLLECTIONS = 4;
const BETWEEN_COLLECTIONS_MS = 100;

/** Listens on any loopback port, tells the parent which, and answers it how much the process has used. Ends with the parent. */
export function serveParent(server: Server): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', () => void tellUsage());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    tell({ type: 'listening', port: address.port });
  });
}

async function tellUsage(): Promise<void> {
  const { user, system } = process.cpuUsage();
  for (let turn = 0; turn < COLLECTIONS && globalThis.gc !== undefined; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_COLLECTIONS_MS));
  }
  const { rss, heapUsed } = process.memoryUsage();
  tell({ type: 'usage', cpuMs: (user + system) / 1000, rssBytes: rss, heapBytes: heapUsed });
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}
