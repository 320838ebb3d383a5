import { serialiseCall } from '../ocpp/frame.js';
import type { KeptMessage } from './islandQueue.js';
import { type OwnCall, type OwnOutcome, RELAY_LIMITS } from './relayMessages.js';

/** Nobody waits for the answer. */
const NO_TICKET = 0;
const TOLD_MS = 15_000;

/** Calls to the CSMS in the name of its station. Their tickets are below those of our calls to the station. */
export class CsmsCalls {
  readonly #inject: (call: OwnCall) => void;
  readonly #waiting = new Map<number, (outcome: OwnOutcome) => void>();
  #nextTicket = -1;

  constructor(inject: (call: OwnCall) => void) {
    this.#inject = inject;
  }

  /** Whatever it answers. */
  tell(action: string, payload: object): void {
    this.#inject({
      ticket: NO_TICKET,
      lane: 'other',
      timeoutMs: TOLD_MS,
      write: (id) => serialiseCall(id, action, payload),
    });
  }

  ask({ action, payload }: KeptMessage): Promise<OwnOutcome> {
    return new Promise((resolve) => {
      const ticket = this.#nextTicket--;
      this.#waiting.set(ticket, resolve);
      const timeoutMs = RELAY_LIMITS.csmsAnswersWithinMs;
      this.#inject({ ticket, lane: 'other', timeoutMs, write: (id) => serialiseCall(id, action, payload) });
    });
  }

  settled(ticket: number, outcome: OwnOutcome): void {
    const resolve = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    resolve?.(outcome);
  }
}
