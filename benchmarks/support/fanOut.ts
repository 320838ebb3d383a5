import { Agent } from 'node:http';
import { startServer } from './children.js';
import { openWebSocket, type RawWebSocket } from './rawWebSocket.js';
import type { Reaction } from './replanScene.js';
import { exchange } from './service.js';
import { inBatches } from './site.js';

/** The bare server of benchmarks/servers/fanOutServer.ts, and as many sockets on it as the site has stations. */
export interface FanOut {
  /** One request, one write to the disk, one message to each of so many sockets. */
  react(messages: number): Promise<Reaction>;
  close(): Promise<void>;
}

export async function openFanOut(stations: number, directory: string): Promise<FanOut> {
  const server = await startServer('fanOutServer', [directory]);
  const agent = new Agent({ keepAlive: true });
  const sockets: RawWebSocket[] = [];
  await inBatches(
    Array.from({ length: stations }, (_, index) => `/${index}`),
    async (path) => {
      sockets.push(await openWebSocket({ port: server.port, path, subprotocol: 'ocpp1.6' }));
    },
  );
  return {
    react: async (messages) => {
      const arrivals: number[] = [];
      const all = new Promise<void>((resolve) => {
        for (const socket of sockets) {
          socket.onMessage = (_payload, arrivedMs) => {
            if (arrivals.push(arrivedMs) === messages) resolve();
          };
        }
      });
      const sentMs = performance.now();
      await exchange({ agent, port: server.port, method: 'POST', path: '/', body: { count: messages } });
      await all;
      return { firstMs: (arrivals[0] ?? 0) - sentMs, lastMs: (arrivals.at(-1) ?? 0) - sentMs, profiles: messages };
    },
    close: async () => {
      agent.destroy();
      await inBatches(sockets, (socket) => socket.close());
      await server.stop();
    },
  };
}
