import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { HeartbeatNews } from '../cluster/heartbeat.js';
import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { FromHeartbeat, HeartbeatSettings, ToHeartbeat } from './heartbeatMessages.js';

export interface HeartbeatThreadOptions extends Omit<HeartbeatSettings, 'signs' | 'port'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly told: (news: HeartbeatNews) => void;
}

const SIGN_EVERY_MS = 500;
const READY_AT_MOST_MS = 30_000;
const DONE_AT_MOST_MS = 3_000;
const RESTART_MS = 1_000;
const HEAP_MAX_MB = 128;

/** This process's heartbeat, in a thread of its own: it is started anew should it die. */
export class HeartbeatThread {
  private readonly options: HeartbeatThreadOptions;
  private readonly signs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private worker: Worker | undefined;
  private port: MessagePort | undefined;
  private cancelSign = (): void => {};
  private cancelRestart = (): void => {};
  private closing = false;
  private readonly waiting = new Map<FromHeartbeat['type'], () => void>();

  /** Resolves when it beats. Rejects where it can't: then this process must not own anything. */
  static async start(options: HeartbeatThreadOptions): Promise<HeartbeatThread> {
    const thread = new HeartbeatThread(options);
    const ready = thread.heard('ready', READY_AT_MOST_MS);
    thread.begin();
    thread.sign();
    if (!(await ready)) {
      await thread.close();
      throw new Error(`the heartbeat did not begin within ${READY_AT_MOST_MS} ms`);
    }
    return thread;
  }

  private constructor(options: HeartbeatThreadOptions) {
    this.options = options;
  }

  /** Takes in what it has said already: a process that was busy need not wait for its event loop to come round. */
  hear(): void {
    const { port } = this;
    if (port === undefined) return;
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      this.receive(next.message as FromHeartbeat);
  }

  /** No longer says that this process runs; leases are prolonged still. */
  async leave(): Promise<void> {
    const left = this.heard('left', DONE_AT_MOST_MS);
    this.send({ type: 'leave' });
    await left;
  }

  async close(): Promise<void> {
    this.closing = true;
    this.cancelSign();
    this.cancelRestart();
    const closed = this.heard('closed', DONE_AT_MOST_MS);
    this.send({ type: 'close' });
    await closed;
    this.port?.close();
    await this.worker?.terminate();
  }

  private begin(): void {
    const { clock, log, databaseUrl, node, ownsSites } = this.options;
    const { port1, port2 } = new MessageChannel();
    const settings: HeartbeatSettings = { databaseUrl, node, ownsSites, signs: this.signs.buffer, port: port2 };
    const worker = new Worker(new URL('./heartbeatWorker.js', import.meta.url), {
      // What the database's client reads; it needs nothing else of the environment, which holds keys.
      env: Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('PG'))),
      workerData: settings,
      transferList: [port2],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
    });
    worker.unref();
    this.worker = worker;
    this.port = port1;
    port1.on('message', (message: FromHeartbeat) => this.receive(message));
    port1.unref();
    worker.on('error', (error) => log.error({ error: String(error) }, 'the heartbeat of this process stopped'));
    worker.on('exit', () => {
      port1.close();
      if (this.worker !== worker || this.closing) return;
      this.cancelRestart = clock.after(RESTART_MS, () => this.begin());
    });
  }

  private sign(): void {
    Atomics.add(this.signs, 0, 1);
    this.cancelSign = this.options.clock.after(SIGN_EVERY_MS, () => this.sign());
  }

  private send(message: ToHeartbeat): void {
    this.port?.postMessage(message);
  }

  private receive(message: FromHeartbeat): void {
    if (message.type === 'news') this.options.told(message.news);
    else this.waiting.get(message.type)?.();
  }

  /** Whether it said so in time. */
  private heard(type: FromHeartbeat['type'], atMostMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = this.options.clock.after(atMostMs, () => resolve(false));
      this.waiting.set(type, () => {
        cancel();
        resolve(true);
      });
    });
  }
}
