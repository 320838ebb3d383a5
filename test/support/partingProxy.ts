import { connect, createServer, type Server, type Socket } from 'node:net';

interface Pair {
  readonly inner: Socket;
  readonly outer: Socket;
}

/**
 * A TCP proxy that a test makes fail. As a load balancer it takes the next target that lets itself be connected to; cut, it carries
 * nothing and closes nothing, as a network that was parted does.
 */
export class PartingProxy {
  readonly #targets: number[];
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  readonly #callers = new Set<Socket>();
  #isCut = false;
  #next = 0;

  static async start(targets: readonly number[]): Promise<PartingProxy> {
    const proxy = new PartingProxy(targets);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  private constructor(targets: readonly number[]) {
    this.#targets = [...targets];
    this.#server = createServer({ pauseOnConnect: true }, (outer) => {
      outer.on('error', () => outer.destroy());
      outer.once('close', () => this.#callers.delete(outer));
      if (this.#isCut) this.#callers.add(outer);
      else this.#join(outer, this.#targets.length);
    });
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  setTargets(targets: readonly number[]): void {
    this.#targets.splice(0, this.#targets.length, ...targets);
  }

  cut(): void {
    this.#isCut = true;
    for (const { inner, outer } of this.#pairs) {
      inner.pause();
      outer.pause();
    }
  }

  heal(): void {
    this.#isCut = false;
    for (const outer of this.#callers) this.#join(outer, this.#targets.length);
    this.#callers.clear();
    for (const { inner, outer } of this.#pairs) {
      inner.resume();
      outer.resume();
    }
  }

  async stop(): Promise<void> {
    for (const outer of this.#callers) outer.destroy();
    for (const { inner, outer } of this.#pairs) {
      inner.destroy();
      outer.destroy();
    }
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(outer: Socket, attempts: number): void {
    const port = this.#targets[this.#next++ % Math.max(1, this.#targets.length)];
    if (port === undefined || attempts === 0) {
      outer.destroy();
      return;
    }
    const inner = connect(port, '127.0.0.1');
    const onRefused = (): void => this.#join(outer, attempts - 1);
    inner.once('error', onRefused);
    inner.once('connect', () => {
      inner.off('error', onRefused);
      const pair = { inner, outer };
      this.#pairs.add(pair);
      const end = (): void => {
        this.#pairs.delete(pair);
        inner.destroy();
        outer.destroy();
      };
      for (const [from, to] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        from.on('error', end);
        from.on('close', end);
        from.on('data', (piece) => to.write(piece));
      }
      if (this.#isCut) {
        inner.pause();
        return;
      }
      outer.resume();
    });
  }
}
