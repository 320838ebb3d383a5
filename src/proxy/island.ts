import { serialiseError, serialiseResult } from '../ocpp/frame.js';
import type { Clock } from '../site/clock.js';
import { isForLater, islandAnswer, startedFor, verdictIn } from './islandAnswers.js';
import type { IslandQueue, KeptMessage } from './islandQueue.js';
import type { ProxyMemory } from './proxyMemory.js';
import type { AnswerFrame, OwnOutcome, RelayedCall } from './relayMessages.js';

/** Tokens of one station that its CSMS has accepted. */
const TOKENS_MAX = 500;
/** A message that the CSMS leaves unanswered so often is left out. */
const TRIES_MAX = 3;
/** Before a message of a transaction that the CSMS answered with an error is told again; longer after each try. */
const RETRY_MS = 10_000;
const TRANSACTION_ACTION = 'TransactionEvent';
/** These say nothing of the message, but that the CSMS is not well: it is told later. */
const NOT_WELL: ReadonlySet<string> = new Set(['InternalError', 'GenericError']);
/** So long one message is told again and again, and keeps back what follows. */
const NOT_WELL_AT_MOST_MS = 6 * 3_600_000;
const BOOT_ACTION = 'BootNotification';

export interface IslandOptions {
  readonly clock: Clock;
  readonly queue: IslandQueue;
  readonly memory: ProxyMemory;
  /** For what only the CSMS could answer. */
  readonly errorCode: string;
  /** What is answered here; the CSMS has not said so. */
  readonly heard: (call: RelayedCall, frame: AnswerFrame) => void;
  readonly answer: (call: RelayedCall, text: string) => void;
  readonly callCsms: (message: KeptMessage) => Promise<OwnOutcome>;
  /** What it says could not be kept, or its CSMS does not take it: it is closed, and keeps it itself. */
  readonly closeStation: () => void;
  readonly report: (detail: string) => void;
}

/**
 * Answers a station in the place of its CSMS while that is away, and tells the CSMS afterwards what it missed. What a station is
 * answered for is on disk by then; and as long as anything is left to tell, what is newer waits behind it.
 */
export class Island {
  readonly #options: IslandOptions;
  #isDown = false;
  #hasEnded = false;
  #isDelivering = false;
  /** The CSMS has accepted a boot on this connection: those that it missed before are over. */
  #hasBooted = false;
  /** The CSMS has refused a boot, and the station is being closed. */
  #isRefused = false;
  /** Since when the first that waits is answered with an error that may pass. */
  #notWellSinceMs: number | undefined;
  #endPause: () => void = () => {};
  #answering: Promise<void> = Promise.resolve();

  constructor(options: IslandOptions) {
    this.#options = options;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  /** Whether a call of the station is answered here. */
  takes({ action }: RelayedCall): boolean {
    if (this.#isDown) return true;
    return !this.#options.queue.isEmpty && isForLater(action) && action !== BOOT_ACTION;
  }

  down(): void {
    this.#isDown = true;
    this.#hasBooted = false;
    this.#isRefused = false;
    this.#endPause();
  }

  /** The station is gone, or speaks on another connection: what it was not answered yet it says again there. */
  end(): void {
    this.down();
    this.#hasEnded = true;
  }

  /** It is there again, and the station speaks to it as accepted: it hears what it missed. */
  up(): void {
    this.#isDown = false;
    void this.#deliver();
  }

  /** A station that has come again says something to its CSMS: what that missed goes before it, but after its boot. */
  asked({ action }: RelayedCall): void {
    if (action !== BOOT_ACTION) void this.#deliver();
  }

  /** What the CSMS itself answered. */
  answered(call: RelayedCall, frame: AnswerFrame): void {
    if (this.#isDown) return;
    if (call.action === BOOT_ACTION && frame.kind === 'result' && frame.payload.status === 'Accepted') {
      this.#hasBooted = true;
      this.#isRefused = false;
      void this.#deliver();
    }
    const verdict = verdictIn(call, frame);
    if (verdict !== undefined) this.#judged(verdict);
  }

  /** What the station answered to its CSMS. */
  answeredCsms(call: RelayedCall, frame: AnswerFrame): void {
    const token = startedFor(call, frame);
    if (token !== undefined) this.#judged({ token, isAccepted: true });
  }

  #judged(verdict: { readonly token: string; readonly isAccepted: boolean }): void {
    const { tokens = [] } = this.#options.memory.kept;
    if (tokens.includes(verdict.token) === verdict.isAccepted) return;
    const others = tokens.filter((token) => token !== verdict.token);
    const known = verdict.isAccepted ? [...others, verdict.token].slice(-TOKENS_MAX) : others;
    this.#options.memory
      .save({ tokens: known })
      .catch(() => this.#options.report('A token that its CSMS has judged could not be stored.'));
  }

  /** One after the other. */
  answer(call: RelayedCall): void {
    this.#answering = this.#answering.then(() => this.#answer(call));
  }

  async #answer(call: RelayedCall): Promise<void> {
    if (this.#hasEnded) return;
    const { clock, memory, queue, errorCode, heard, answer, closeStation, report } = this.#options;
    const isKnown = (token: string) => memory.kept.tokens?.includes(token) === true;
    const payload = islandAnswer(call, { nowMs: clock.nowMs(), isKnown, isDown: this.#isDown });
    if (payload === undefined) {
      answer(call, serialiseError(call.id, errorCode, 'The central system is out of reach.'));
      return;
    }
    try {
      if (isForLater(call.action) && !(await queue.add({ action: call.action, payload: call.payload }))) {
        report('It has said more than is kept for its CSMS; it is closed, and keeps the rest itself.');
        closeStation();
        return;
      }
    } catch {
      report('What it said could not be kept for its CSMS; it is closed, and keeps it itself.');
      closeStation();
      return;
    }
    heard(call, { kind: 'result', id: call.id, payload });
    answer(call, serialiseResult(call.id, JSON.stringify(payload)));
    // The CSMS may have come back while this was written.
    if (!this.#isDown) void this.#deliver();
  }

  async #deliver(): Promise<void> {
    if (this.#isDelivering || this.#isDown || this.#isRefused || this.#options.queue.isEmpty) return;
    this.#isDelivering = true;
    try {
      for (let tries = 0; !this.#isDown; ) {
        const message = await this.#options.queue.first();
        if (message === undefined) break;
        tries++;
        const isTold = await this.#tell(message, tries);
        if (isTold === 'ended') break;
        if (isTold === 'again') continue;
        tries = 0;
        this.#notWellSinceMs = undefined;
        await this.#options.queue.remove();
      }
    } catch {
      this.#options.report(
        'What its CSMS missed could not be read or told; it is tried again when the station comes again.',
      );
    }
    this.#isDelivering = false;
  }

  async #tell(message: KeptMessage, tries: number): Promise<'told' | 'again' | 'ended'> {
    const { callCsms, closeStation, report } = this.#options;
    const isBoot = message.action === BOOT_ACTION;
    if (isBoot && this.#hasBooted) return 'told';
    const outcome = await callCsms(message);
    if (outcome.outcome === 'notSent' || (outcome.outcome === 'unknown' && outcome.reason === 'connectionLost'))
      return 'ended';
    if (outcome.outcome === 'unknown') {
      if (tries < TRIES_MAX) return 'again';
      report(`Its CSMS did not answer ${message.action} of the time that it was away; it is left out.`);
      return 'told';
    }
    const { frame } = outcome;
    // It was let in by us, and its CSMS does not: it asks for itself, and what follows is told once it is let in.
    if (isBoot && (frame.kind === 'error' || frame.payload.status !== 'Accepted')) {
      report('Its CSMS does not accept the boot of the time that it was away; it is closed, to boot again.');
      this.#isRefused = true;
      closeStation();
      return 'ended';
    }
    if (frame.kind === 'error') return this.#refused(message, frame.code, tries);
    const verdict = verdictIn(message, frame);
    if (verdict !== undefined) {
      this.#judged(verdict);
      if (!verdict.isAccepted) report('Its CSMS does not accept a token that was used while it was away.');
    }
    return 'told';
  }

  /** Energy that was delivered is not given up for an error that may pass. */
  async #refused({ action }: KeptMessage, code: string, tries: number): Promise<'told' | 'again' | 'ended'> {
    const what = `Its CSMS refused ${action} of the time that it was away: ${code}`;
    if (action === TRANSACTION_ACTION && tries < TRIES_MAX) {
      await this.#pause(RETRY_MS * tries);
      return 'again';
    }
    const nowMs = this.#options.clock.nowMs();
    this.#notWellSinceMs ??= nowMs;
    const isForLong = nowMs - this.#notWellSinceMs >= NOT_WELL_AT_MOST_MS;
    if (action === TRANSACTION_ACTION && NOT_WELL.has(code) && !isForLong) {
      this.#options.report(`${what}; it is kept, and told again when the station next says something.`);
      return 'ended';
    }
    this.#options.report(`${what}; it is left out.`);
    return 'told';
  }

  /** It ends early where the CSMS or the station goes. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(delayMs, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
