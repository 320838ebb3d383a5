import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { ChildMessage } from './children.js';

const COLLECTIONS = 4;
const BETWEEN_COLLECTIONS_MS = 100;

/** Listens on any loopback port, tells the parent which, and answers it how much the process has used. Ends with the parent. */
export function serveParent(server: Server | TlsServer): void {
  process.on('disconnect', () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
  process.on('message', () => void tellUsage());
  server.listen({ port: 0, host: '127.0.0.1', backlog: 8192 }, () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    tell({ type: 'listening', port: address.port });
  });
}

/** The arguments "tls", certificate and key; undefined where the server is to speak without TLS. */
export function identityArgument(): { readonly certFile: string; readonly keyFile: string } | undefined {
  const [kind, certFile, keyFile] = process.argv.slice(2);
  return kind !== 'tls' || certFile === undefined || keyFile === undefined ? undefined : { certFile, keyFile };
}

/** Collecting garbage for the sake of a look at the memory is none of the server's work. */
let collectingCpuMs = 0;

async function tellUsage(): Promise<void> {
  const cpuMs = cpuUsedMs() - collectingCpuMs;
  for (let turn = 0; turn < COLLECTIONS && globalThis.gc !== undefined; turn++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_COLLECTIONS_MS));
  }
  collectingCpuMs = cpuUsedMs() - cpuMs;
  const { rss, heapUsed } = process.memoryUsage();
  tell({ type: 'usage', cpuMs, rssBytes: rss, heapBytes: heapUsed });
}

function cpuUsedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function tell(message: ChildMessage): void {
  process.send?.(message);
}
