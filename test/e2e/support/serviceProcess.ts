import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServiceApi } from './serviceApi.js';
import { until } from './until.js';

const PROGRAM = fileURLToPath(new URL('../../../dist/src/main.js', import.meta.url));
/** On a machine with nothing else to do it takes one. */
const START_AT_MOST_MS = 60_000;
const END_AT_MOST_MS = 15_000;
const KEPT_LINES = 200;
/** What the surroundings set for another service must not leak into this one. */
const LEFT_OUT = /^(EVENKEEL_|DATABASE_URL$|REDIS_URL$|PORT$|HOST$|LOG_LEVEL$|NODE_OPTIONS$|VITEST)/;

export const ADMIN_KEY = 'key-of-the-end-to-end-tests';

export interface ServiceStart {
  readonly dataDir: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Beside PORT, HOST, EVENKEEL_DATA_DIR and EVENKEEL_ADMIN_KEY; undefined takes one of those away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Of Node itself, before the program. */
  readonly nodeArguments?: readonly string[];
  /** Hears every line it says, also those that are too many to be kept. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The built service in a process of its own, on loopback. Its end is by its own pid. */
export class ServiceProcess {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  readonly #stdout: string[] = [];
  readonly #stderr: string[] = [];
  #hasEnded = false;

  /** Starts it and does not wait for anything. */
  static spawn(start: ServiceStart): ServiceProcess {
    const { dataDir, port = 0, environment = {}, nodeArguments = [], onLine } = start;
    if (!existsSync(PROGRAM)) throw new Error(`${PROGRAM} is not there: run "npm run build" first, or "npm test"`);
    const inherited = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
    const own = {
      PORT: String(port),
      HOST: '127.0.0.1',
      EVENKEEL_DATA_DIR: dataDir,
      EVENKEEL_ADMIN_KEY: ADMIN_KEY,
      LOG_LEVEL: 'info',
    };
    const env = { ...Object.fromEntries(inherited), ...own, ...environment };
    const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe'];
    return new ServiceProcess(spawn(process.execPath, [...nodeArguments, PROGRAM], { env, stdio }), onLine);
  }

  /** Starts it and waits until it serves. */
  static async start(options: ServiceStart): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(options);
    try {
      await until(() => service.#greetedPort() !== undefined || service.#hasEnded, 'the service greets', {
        atMostMs: START_AT_MOST_MS,
        otherwise: () => service.output,
      });
      if (service.#hasEnded) throw new Error(`the service ended instead of starting:\n${service.output}`);
      await until(() => service.api.isHealthy(), 'the service answers /healthz', {
        atMostMs: START_AT_MOST_MS,
        otherwise: () => service.output,
      });
    } catch (error) {
      await service.kill();
      throw error;
    }
    return service;
  }

  private constructor(child: ChildProcess, onLine: ServiceStart['onLine'] = () => undefined) {
    this.#process = child;
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#hasEnded = true;
        resolve({ code, signal });
      });
    });
    keepLines(child.stdout, this.#stdout, (line) => onLine(line, 'stdout'));
    keepLines(child.stderr, this.#stderr, (line) => onLine(line, 'stderr'));
  }

  /** Read from its greeting, so that two tests never race for a port. */
  get port(): number {
    const port = this.#greetedPort();
    if (port === undefined) throw new Error(`the service has not said its port:\n${this.output}`);
    return port;
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Without the station's id. */
  get stationsUrl(): string {
    return `ws://127.0.0.1:${this.port}/ocpp`;
  }

  get api(): ServiceApi {
    return this.apiWith(ADMIN_KEY);
  }

  apiWith(key: string): ServiceApi {
    return new ServiceApi(this.httpUrl, key);
  }

  get stdout(): string {
    return this.#stdout.join('\n');
  }

  get stderr(): string {
    return this.#stderr.join('\n');
  }

  /** All it said, for a message that explains a failure. */
  get output(): string {
    return `${this.stdout}\n${this.stderr}`;
  }

  /** As a power cut: nothing of it runs another instruction. */
  async kill(): Promise<void> {
    if (!this.#hasEnded) this.#process.kill('SIGKILL');
    await this.ended;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  /** As a supervisor does it; insists when it does not end. */
  async stop(): Promise<Ended> {
    if (!this.#hasEnded) this.#process.kill('SIGTERM');
    const insist = setTimeout(() => this.#process.kill('SIGKILL'), END_AT_MOST_MS);
    const ended = await this.ended;
    clearTimeout(insist);
    return ended;
  }

  #greetedPort(): number | undefined {
    const port = /http:\/\/127\.0\.0\.1:(\d+)\//.exec(this.stdout)?.[1];
    return port === undefined ? undefined : Number(port);
  }
}

function keepLines(stream: NodeJS.ReadableStream | null, lines: string[], onLine: (line: string) => void): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    for (const line of parts) onLine(line);
    if (lines.length > KEPT_LINES) lines.splice(0, lines.length - KEPT_LINES);
  });
}
