import type { OwnCall, RelayedCall } from './relayMessages.js';

/** Whose call it is. `epoch`: on which connection of the CSMS it came; its answer is for that one only. */
export type Origin =
  | { readonly origin: 'own'; readonly call: OwnCall }
  | { readonly origin: 'relayed'; readonly call: RelayedCall; readonly epoch: number };

export interface Pending {
  readonly id: string;
  readonly deadlineMs: number;
  readonly what: Origin;
}

/** One side's way for calls: one at a time. Whose answer it is that comes is known by its id, also where it comes late, and once. */
export class Gate {
  pending: Pending | undefined;
  readonly #givenUpMax: number;
  readonly #givenUp = new Map<string, Origin>();

  constructor(givenUpMax: number) {
    this.#givenUpMax = givenUpMax;
  }

  occupy(pending: Pending): void {
    this.pending = pending;
    // Whoever uses an id again waits for an answer to this call, not to the one before.
    this.#givenUp.delete(pending.id);
  }

  /** The call is waited for no longer; an answer to it is still known. */
  giveUp(): void {
    const { pending } = this;
    this.pending = undefined;
    if (pending !== undefined) this.#keep(pending);
  }

  /** Undefined: nobody waits for it. */
  take(id: string): { readonly what: Origin; readonly isLate: boolean } | undefined {
    if (this.pending?.id === id) {
      const { what } = this.pending;
      this.pending = undefined;
      return { what, isLate: false };
    }
    const what = this.#givenUp.get(id);
    this.#givenUp.delete(id);
    return what === undefined ? undefined : { what, isLate: true };
  }

  clear(): void {
    this.pending = undefined;
    this.#givenUp.clear();
  }

  #keep({ id, what }: Pending): void {
    this.#givenUp.set(id, what);
    for (const oldest of this.#givenUp.keys()) {
      if (this.#givenUp.size <= this.#givenUpMax) return;
      this.#givenUp.delete(oldest);
    }
  }
}
