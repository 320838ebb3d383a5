import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FleetAnswers, FleetCommand, FleetReply, FleetRequest } from './fleetMessages.js';

/** Processes of stations, told and asked as if they were one. */
export class Fleets {
  readonly #children: readonly ChildProcess[];
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  constructor(count: number) {
    const file = fileURLToPath(new URL('../servers/stationFleet.ts', import.meta.url));
    this.#children = Array.from({ length: count }, () => {
      const child = fork(file, [], { execArgv: ['--import', 'tsx'] });
      child.on('message', (reply: FleetReply) => this.#replied(reply));
      child.on('exit', (code, signal) => this.#failed(new Error(`a fleet ended with ${code ?? signal}`)));
      return child;
    });
  }

  /** The answer of each. `commandOf`: by its index, where they are not told the same. */
  tell<T extends FleetCommand['type']>(
    commandOf: (index: number) => FleetCommand & { readonly type: T },
  ): Promise<readonly FleetAnswers[T][]> {
    return Promise.all(
      this.#children.map((child, index) => {
        const id = ++this.#lastId;
        const request: FleetRequest = { id, command: commandOf(index) };
        return new Promise<FleetAnswers[T]>((resolve, reject) => {
          this.#waiting.set(id, { resolve, reject });
          child.send(request);
        });
      }),
    );
  }

  async close(): Promise<void> {
    await this.tell(() => ({ type: 'close' }));
    for (const child of this.#children) {
      child.removeAllListeners('exit');
      child.disconnect();
    }
  }

  #replied(reply: FleetReply): void {
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
