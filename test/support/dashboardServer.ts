import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { DashboardScene } from './dashboardScene.js';

const BUILT = fileURLToPath(new URL('../../dist/dashboard/', import.meta.url));
const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** The dashboard as it is built, over an API that has every answer ready. */
export class DashboardServer {
  readonly #server: Server;
  readonly #scene: DashboardScene;
  readonly #answers: ReadonlyMap<string, Buffer>;
  readonly #listeners = new Set<ServerResponse>();

  static async start(scene: DashboardScene): Promise<DashboardServer> {
    const made = new DashboardServer(scene);
    await new Promise<void>((resolve) => made.#server.listen(0, '127.0.0.1', resolve));
    return made;
  }

  private constructor(scene: DashboardScene) {
    this.#scene = scene;
    this.#answers = new Map([...scene.documents].map(([path, body]) => [path, gzipSync(JSON.stringify(body))]));
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.writeHead(404).end());
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Tells whoever listens of so many bays that changed, as one event; 0: a beat. */
  tell(changes: number): void {
    const text =
      changes === 0
        ? 'event: beat\ndata: {}\n\n'
        : `event: state\ndata: ${JSON.stringify(this.#scene.stateAfter(changes))}\n\n`;
    for (const listener of this.#listeners) listener.write(text);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', this.url).pathname;
    if (path.endsWith('/events')) return this.#listen(response);
    const ready = this.#answers.get(path);
    if (ready !== undefined) {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(ready);
      return;
    }
    if (path.startsWith('/v1/')) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)];
    if (type === undefined) {
      response.writeHead(200, { 'content-type': 'text/html' }).end(await readFile(join(BUILT, 'index.html')));
      return;
    }
    const packed = await readFile(join(BUILT, `${path}.gz`)).catch(() => undefined);
    if (packed === undefined) {
      response.writeHead(200, { 'content-type': type }).end(await readFile(join(BUILT, path)));
      return;
    }
    response.writeHead(200, { 'content-type': type, 'content-encoding': 'gzip' }).end(packed);
  }

  #listen(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: state\ndata: ${JSON.stringify(this.#scene.stateAfter(0))}\n\n`);
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }
}
