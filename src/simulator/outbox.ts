import type { CallOutcome, JsonObject } from './rpc.js';
import type { SimulatorClock } from './time.js';
import type { KeptCall } from './wireCall.js';

/** Beyond this, the oldest of what may be lost is dropped. */
const VOLATILE_MAX = 64;

/** A call that is worth nothing once the connection is gone: a heartbeat, a status, an authorization. */
export interface VolatileCall {
  readonly action: string;
  readonly payload: JsonObject;
  /** May be said while the boot is not accepted: it was asked for (OCPP 2.0.1 B02). */
  readonly evenBeforeBoot?: true;
  /** Always called once: also with 'lost' when it never left. */
  readonly ended?: (outcome: CallOutcome) => void;
}

/** Part of a transaction's record: kept, in order, until the central system answers. */
export interface TransactionCall extends KeptCall {
  readonly answered: (payload: JsonObject) => void;
  /** Given up after that many CALLERRORs. */
  readonly discarded: (detail: string) => void;
}

export interface OutboxOptions {
  /** Meter values kept while nobody answers; starts and stops are always kept. */
  readonly meterValuesMax: number;
  /** A CALLERROR is an answer of sorts: after this many the call is given up (TransactionMessageAttempts). */
  readonly attemptsMax: () => number;
  readonly retryIntervalMs: () => number;
}

/** What a station has to say, one call at a time: first its boot, then what is fleeting, then the transactions' record. */
export class Outbox {
  readonly #send: (action: string, payload: JsonObject) => Promise<CallOutcome>;
  readonly #clock: SimulatorClock;
  readonly #options: OutboxOptions;
  #gate: 'closed' | 'bootOnly' | 'open' = 'closed';
  #boot: VolatileCall | undefined;
  #volatile: VolatileCall[] = [];
  #transactional: TransactionCall[] = [];
  #attempts = 0;
  #busy = false;
  #retryAtMs = 0;

  constructor(
    send: (action: string, payload: JsonObject) => Promise<CallOutcome>,
    clock: SimulatorClock,
    options: OutboxOptions,
  ) {
    this.#send = send;
    this.#clock = clock;
    this.#options = options;
  }

  get transactionCallsWaiting(): number {
    return this.#transactional.length;
  }

  /** 'closed': no connection. 'bootOnly': until the boot is accepted, a station says nothing else. */
  setGate(gate: 'closed' | 'bootOnly' | 'open'): void {
    this.#gate = gate;
    if (gate !== 'open') this.#dropVolatile((call) => gate === 'bootOnly' && call.evenBeforeBoot === true);
    if (gate === 'closed') {
      const boot = this.#boot;
      this.#boot = undefined;
      boot?.ended?.({ outcome: 'lost' });
    }
    this.#pump();
  }

  boot(call: VolatileCall): void {
    this.#boot = call;
    this.#pump();
  }

  push(call: VolatileCall): void {
    const isOpen = this.#gate === 'open' || (this.#gate === 'bootOnly' && call.evenBeforeBoot === true);
    if (!isOpen) {
      call.ended?.({ outcome: 'lost' });
      return;
    }
    this.#volatile.push(call);
    if (this.#volatile.length > VOLATILE_MAX) this.#volatile.shift()?.ended?.({ outcome: 'lost' });
    this.#pump();
  }

  keep(call: TransactionCall): void {
    this.#transactional.push(call);
    if (call.isSample) this.#boundSamples();
    this.#pump();
  }

  #boundSamples(): void {
    const waiting = this.#transactional.filter((call) => call.isSample).length;
    if (waiting <= this.#options.meterValuesMax) return;
    // The head may be under way; the oldest after it goes.
    const from = this.#busy ? 1 : 0;
    const oldest = this.#transactional.findIndex((call, k) => k >= from && call.isSample);
    if (oldest >= 0) this.#transactional.splice(oldest, 1);
  }

  #dropVolatile(isKept: (call: VolatileCall) => boolean): void {
    const dropped = this.#volatile.filter((call) => !isKept(call));
    this.#volatile = this.#volatile.filter(isKept);
    for (const call of dropped) call.ended?.({ outcome: 'lost' });
  }

  #pump(): void {
    if (this.#busy || this.#gate === 'closed') return;
    const boot = this.#boot;
    if (boot !== undefined) {
      this.#boot = undefined;
      this.#sendVolatile(boot);
      return;
    }
    // While the gate is not open, there is nothing here but what may be said before it.
    const fleeting = this.#volatile.shift();
    if (fleeting !== undefined) {
      this.#sendVolatile(fleeting);
      return;
    }
    if (this.#gate !== 'open') return;
    const head = this.#transactional[0];
    if (head !== undefined && this.#clock.nowMs() >= this.#retryAtMs) this.#sendTransactional(head);
  }

  #sendVolatile(call: VolatileCall): void {
    this.#busy = true;
    void this.#send(call.action, call.payload).then((outcome) => {
      this.#busy = false;
      call.ended?.(outcome);
      this.#pump();
    });
  }

  #sendTransactional(call: TransactionCall): void {
    this.#busy = true;
    void this.#send(call.action, call.payload()).then((outcome) => {
      this.#busy = false;
      if (outcome.outcome === 'result') {
        this.#finishHead();
        call.answered(outcome.payload);
      } else if (outcome.outcome === 'error') {
        this.#refused(call, `${outcome.code} ${outcome.description}`);
      }
      // Timed out or lost: it stays at the head and is sent again.
      this.#pump();
    });
  }

  #refused(call: TransactionCall, detail: string): void {
    this.#attempts += 1;
    if (this.#attempts >= this.#options.attemptsMax()) {
      this.#finishHead();
      call.discarded(detail);
      return;
    }
    const waitMs = this.#options.retryIntervalMs() * this.#attempts;
    this.#retryAtMs = this.#clock.nowMs() + waitMs;
    this.#clock.after(waitMs, () => this.#pump());
  }

  #finishHead(): void {
    this.#transactional.shift();
    this.#attempts = 0;
    this.#retryAtMs = 0;
  }
}
