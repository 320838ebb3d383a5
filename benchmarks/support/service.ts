import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startProgram, stopChild } from './children.js';

/** The whole service as it is run: its own process, the embedded store on a real directory, every check on. */
export interface RunningService {
  readonly port: number;
  readonly pid: number;
  /** In the same file system as the service's own files, and gone with them. */
  readonly directory: string;
  /** Throws unless it is answered with success. */
  send(method: 'PUT' | 'POST' | 'GET', path: string, body?: unknown): Promise<string>;
  /** User and system time since it started. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
  /** As kill -9, or a power cut, does. Its files stay. */
  kill(): Promise<void>;
}

const ADMIN_KEY = 'benchmark-admin-key';

export interface ServiceStart {
  /** Of one that was stopped or killed. */
  readonly directory?: string;
  /** Stations need theirs. */
  readonly passwords?: boolean;
  /** The files stay when it stops. */
  readonly keepsFiles?: boolean;
  /** That of one that was killed, which its stations know. */
  readonly port?: number;
  /** Of one among several. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function startService(options: ServiceStart = {}): Promise<RunningService> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'evenkeel-bench-')));
  const child = startProgram('src/main.js', {
    PORT: String(options.port ?? 0),
    HOST: '127.0.0.1',
    EVENKEEL_ADMIN_KEY: ADMIN_KEY,
    EVENKEEL_DATA_DIR: join(directory, 'data'),
    // Passwords are checked once per connection: mostly nothing that is measured.
    EVENKEEL_ALLOW_UNAUTHENTICATED_STATIONS: String(options.passwords !== true),
    LOG_LEVEL: 'error',
    ...options.environment,
  });
  const port = await portOf(child.stdout, once(child, 'exit'));
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const send: RunningService['send'] = (method, path, body) => exchange({ agent, port, method, path, body });
  return {
    port,
    pid: child.pid ?? 0,
    directory,
    send,
    cpuMs: async () => cpuMsOf(await send('GET', '/metrics')),
    stop: async () => {
      agent.destroy();
      await stopChild(child);
      if (options.keepsFiles !== true) await rm(directory, { recursive: true, force: true });
    },
    kill: async () => {
      agent.destroy();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** From the lines that greet whoever started it. */
async function portOf(output: NodeJS.ReadableStream | null, ended: Promise<unknown[]>): Promise<number> {
  if (output === null) throw new Error('the service has no output');
  const lines = createInterface({ input: output });
  const port = new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  const failed = ended.then(([code]): never => {
    throw new Error(`the service ended with ${String(code)} before it listened`);
  });
  const found = await Promise.race([port, failed]);
  failed.catch(() => undefined);
  return found;
}

interface Exchange {
  readonly agent: Agent;
  readonly port: number;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** Over connections that stay open, as a meter's gateway has them. Written without fetch, which costs more than it measures. */
export function exchange({ agent, port, method, path, body }: Exchange): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${ADMIN_KEY}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    };
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) resolve(answer);
        else reject(new Error(`${method} ${path}: ${status} ${answer}`));
      });
    });
    sent.on('error', (error) => {
      // The service closes a connection that was idle for long, which we may learn of only as we use it again.
      if (sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET')
        exchange({ agent, port, method, path, body }).then(resolve, reject);
      else reject(error);
    });
    sent.end(text);
  });
}

const BUSY_WAIT_MS = 1_000;
const BUSY_TRIES_MAX = 120;

/** The same, of a service that may have more to do than it can: it is asked again until it has time. */
export async function sendPatiently(
  { send }: Pick<RunningService, 'send'>,
  ...request: Parameters<RunningService['send']>
): Promise<string> {
  for (let tries = 1; ; tries++) {
    try {
      return await send(...request);
    } catch (error) {
      const isBusy = error instanceof Error && error.message.includes('OVERLOADED');
      if (!isBusy || tries >= BUSY_TRIES_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    }
  }
}

function cpuMsOf(metrics: string): number {
  const seconds = ['user', 'system'].map((kind) => {
    const found = new RegExp(`^process_cpu_${kind}_seconds_total (\\S+)`, 'm').exec(metrics)?.[1];
    if (found === undefined) throw new Error(`/metrics says nothing of process_cpu_${kind}_seconds_total`);
    return Number(found);
  });
  return seconds.reduce((sum, value) => sum + value, 0) * 1000;
}
