import type { Command, CommandResult, EvenkeelApi, Problem } from './api.js';

export interface CommandLoopOptions {
  readonly api: EvenkeelApi;
  /**
   * Hands a command to its station, and says what became of it. Commands of different stations are handed on at once; there is never a
   * second one for a station before the result of the first. What it throws counts as "unknown".
   */
  readonly handOn: (command: Command) => Promise<CommandResult>;
  /** Called at the beginning, and whenever the service has started anew: tell it your connections and open transactions. */
  readonly resync: () => Promise<void>;
  /** Ends the loop. */
  readonly signal: AbortSignal;
  /** Told of what goes wrong and is tried again. */
  readonly onTrouble?: (what: string) => void;
  /** How long a request waits for a command. Default 25, the most there is. */
  readonly waitS?: number;
  /** 0..1. Default: Math.random. */
  readonly random?: () => number;
}

const WAIT_S = 25;
const BACK_OFF_MIN_MS = 500;
const BACK_OFF_MAX_MS = 15_000;
/** By which a command that comes twice is known. */
const REMEMBERED_MAX = 10_000;
/** A result is of no use for longer. */
const RESULT_TRIES_MAX = 8;
/** Tried again, they would be refused again. */
const PERMANENT = [401, 403];

/**
 * Asks for commands until `signal` aborts, hands each on once, and posts its result. Reconnects by itself, ever more slowly while the
 * service is away. Rejects where the key is refused.
 */
export async function followCommands(options: CommandLoopOptions): Promise<void> {
  const loop = new CommandLoop(options);
  await loop.run();
}

class CommandLoop {
  readonly #options: CommandLoopOptions;
  /** Undefined while it is being handed on. */
  readonly #results = new Map<string, CommandResult | undefined>();

  constructor(options: CommandLoopOptions) {
    this.#options = options;
  }

  async run(): Promise<void> {
    const { api, signal, resync, waitS = WAIT_S } = this.#options;
    let after: string | undefined;
    let isInStep = false;
    let failures = 0;
    while (!signal.aborted) {
      try {
        if (!isInStep) await resync();
        isInStep = true;
        const query = after === undefined ? { wait: waitS } : { after, wait: waitS };
        const { data, error, response } = await api.GET('/v1/commands', { params: { query }, signal });
        if (data !== undefined) {
          failures = 0;
          after = data.cursor;
          for (const command of data.commands) this.#take(command);
          continue;
        }
        const problem: Problem = error;
        if (PERMANENT.includes(response.status)) throw new KeyRefused(problem.detail);
        // The service forgot whom it gave what: all that is open is asked for anew.
        after = undefined;
        isInStep = false;
        if (problem.code === 'CURSOR_GONE') continue;
        failures += 1;
        this.#trouble(`${problem.code}: ${problem.detail}`);
      } catch (error) {
        if (error instanceof KeyRefused) throw error;
        if (signal.aborted) return;
        // It may have started anew meanwhile.
        isInStep = false;
        failures += 1;
        this.#trouble(error instanceof Error ? error.message : String(error));
      }
      await this.#rest(failures);
    }
  }

  #take(command: Command): void {
    const { id } = command;
    if (this.#results.has(id)) {
      const known = this.#results.get(id);
      // Its result was lost on the way.
      if (known !== undefined) void this.#tell(id, known);
      return;
    }
    this.#results.set(id, undefined);
    for (const [oldest] of this.#results) {
      if (this.#results.size <= REMEMBERED_MAX) break;
      this.#results.delete(oldest);
    }
    void this.#handOn(command);
  }

  async #handOn(command: Command): Promise<void> {
    const result = await this.#resultOf(command);
    this.#results.set(command.id, result);
    await this.#tell(command.id, result);
  }

  async #resultOf(command: Command): Promise<CommandResult> {
    if (Date.now() > Date.parse(command.notAfter)) return { status: 'expired' };
    try {
      return await this.#options.handOn(command);
    } catch (error) {
      this.#trouble(`${command.id}: ${String(error)}`);
      return { status: 'unknown' };
    }
  }

  async #tell(commandId: string, result: CommandResult): Promise<void> {
    const { api, signal } = this.#options;
    for (let failures = 1; failures <= RESULT_TRIES_MAX && !signal.aborted; failures += 1) {
      try {
        const { error, response } = await api.POST('/v1/commands/{commandId}/result', {
          params: { path: { commandId } },
          body: result,
          headers: { 'idempotency-key': commandId },
          signal,
        });
        if (error === undefined) return;
        const problem: Problem = error;
        if (problem.code === 'COMMAND_CLOSED' || problem.code === 'COMMAND_NOT_FOUND') return;
        this.#trouble(`${commandId}: ${problem.code}: ${problem.detail}`);
        if (response.status < 500 && response.status !== 429) {
          // As it is it will not be taken: that something came is not known then.
          if (result.status !== 'unknown') await this.#tell(commandId, { status: 'unknown' });
          return;
        }
      } catch (error) {
        if (signal.aborted) return;
        this.#trouble(`${commandId}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await this.#rest(failures);
    }
  }

  #rest(failures: number): Promise<void> {
    const { signal, random = Math.random } = this.#options;
    const mostMs = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** (failures - 1));
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, mostMs * (0.5 + random() / 2));
      signal.addEventListener('abort', done);
    });
  }

  #trouble(what: string): void {
    this.#options.onTrouble?.(what);
  }
}

/** The service does not take the key, and would not take it a second time. */
export class KeyRefused extends Error {
  override readonly name = 'KeyRefused';
}
