import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Reply = { readonly id: number; readonly answer: unknown } | { readonly id: number; readonly error: string };

/** Processes of stations, told and asked as if they were one. */
export class Fleets<A extends object, C extends { readonly type: keyof A }> {
  readonly #children: readonly ChildProcess[];
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  /** `name`: of a file in benchmarks/servers. */
  constructor(count: number, name: string) {
    const file = fileURLToPath(new URL(`../servers/${name}.ts`, import.meta.url));
    this.#children = Array.from({ length: count }, () => {
      const child = fork(file, [], { execArgv: ['--import', 'tsx'] });
      child.on('message', (reply: Reply) => this.#replied(reply));
      child.on('exit', (code, signal) => this.#failed(new Error(`a fleet ended with ${code ?? signal}`)));
      return child;
    });
  }

  /** The answer of each. `commandOf`: by its index, where they are not told the same. */
  tell<T extends C['type']>(commandOf: (index: number) => C & { readonly type: T }): Promise<readonly A[T][]> {
    return Promise.all(
      this.#children.map((child, index) => {
        const id = ++this.#lastId;
        const command = commandOf(index);
        return new Promise<A[T]>((resolve, reject) => {
          this.#waiting.set(id, { resolve, reject });
          child.send({ id, command });
        });
      }),
    );
  }

  /** They end. What they are connected to is theirs to close before. */
  close(): void {
    for (const child of this.#children) {
      child.removeAllListeners('exit');
      if (child.connected) child.disconnect();
    }
  }

  #replied(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting?.reject(new Error(reply.error));
    else waiting?.resolve(reply.answer as never);
  }

  #failed(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
