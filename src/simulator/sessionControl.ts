import type { Outbox } from './outbox.js';
import type { StationDialect } from './stationDialect.js';
import type { SimulatorClock, SimulatorRandom } from './time.js';
import type { TransactionLog } from './transactionLog.js';
import type { SessionStart, VirtualEvse } from './virtualEvse.js';

interface Surroundings {
  readonly outbox: Outbox;
  readonly log: TransactionLog;
  readonly dialect: StationDialect;
  readonly clock: SimulatorClock;
  readonly random: SimulatorRandom;
  readonly authorizeBeforeStart: boolean;
  readonly isOnline: () => boolean;
  /** Something changed: pilots and statuses follow. */
  readonly changed: () => void;
}

/** Who may charge, from when to when. */
export class SessionControl {
  readonly #around: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#around = surroundings;
  }

  /** The cable is in. */
  plugged(evse: VirtualEvse): void {
    const awaited = evse.awaitedStart;
    evse.awaitedStart = undefined;
    if (this.#around.dialect.settings.startsAtCable) this.#beginForNobody(evse);
    if (awaited !== undefined) this.#begin(evse, awaited);
    else if (evse.idToken !== undefined) this.#authorizeAndBegin(evse, { idToken: evse.idToken });
  }

  remoteStart(evse: VirtualEvse, start: SessionStart): void {
    const { clock, dialect, changed } = this.#around;
    if (evse.car === undefined) {
      evse.awaitedStart = { ...start, untilMs: clock.nowMs() + dialect.settings.connectionTimeoutS * 1000 };
      changed();
    } else if (dialect.settings.authorizesRemoteStarts) {
      this.#authorizeAndBegin(evse, start);
    } else {
      this.#begin(evse, start);
    }
  }

  #begin(evse: VirtualEvse, start: SessionStart): void {
    if (evse.car === undefined || !evse.isFree || !evse.operative) return;
    const { clock, log, changed } = this.#around;
    evse.advance(clock.nowMs());
    evse.idToken = start.idToken;
    if (evse.transaction !== undefined) {
      log.authorize(evse, start);
    } else {
      log.start(evse, start);
      this.#scatterSamples(evse);
    }
    changed();
  }

  #beginForNobody(evse: VirtualEvse): void {
    if (!evse.operative) return;
    this.#around.log.start(evse, undefined);
    this.#scatterSamples(evse);
  }

  /** So that a fleet that starts together does not report together. */
  #scatterSamples(evse: VirtualEvse): void {
    const { clock, dialect, random } = this.#around;
    evse.nextSampleMs = clock.nowMs() + dialect.settings.sampleIntervalS * 1000 * random.next();
  }

  end(evse: VirtualEvse, reason: string): void {
    if (evse.transaction === undefined) return;
    evse.advance(this.#around.clock.nowMs());
    this.#around.log.end(evse, reason);
    if (evse.inoperativeAfterTransaction) {
      evse.inoperativeAfterTransaction = false;
      evse.operative = false;
    }
    this.#around.changed();
  }

  setOperative(evse: VirtualEvse, operative: boolean): 'Accepted' | 'Scheduled' {
    evse.inoperativeAfterTransaction = !operative && evse.transaction !== undefined;
    if (evse.inoperativeAfterTransaction) return 'Scheduled';
    evse.operative = operative;
    this.#around.changed();
    return 'Accepted';
  }

  /** The beat: cables that did not come in time are no longer waited for; samples are taken. */
  tick(evse: VirtualEvse, nowMs: number): void {
    if (evse.awaitedStart !== undefined && nowMs >= evse.awaitedStart.untilMs) {
      evse.awaitedStart = undefined;
      this.#around.changed();
    }
    const { settings } = this.#around.dialect;
    this.#sampleIdle(evse, nowMs, settings.idleSampleIntervalS * 1000);
    const intervalMs = settings.sampleIntervalS * 1000;
    if (evse.transaction === undefined || intervalMs === 0) return;
    // A shortened interval counts from now, not from the end of the long one.
    evse.nextSampleMs = Math.min(evse.nextSampleMs, nowMs + intervalMs);
    if (nowMs < evse.nextSampleMs) return;
    evse.nextSampleMs = Math.max(evse.nextSampleMs + intervalMs, nowMs);
    this.#around.log.sample(evse, 'Sample.Periodic');
  }

  /** Aligned to the clock: every station says it at the same instants. */
  #sampleIdle(evse: VirtualEvse, nowMs: number, intervalMs: number): void {
    if (evse.transaction !== undefined || intervalMs === 0) {
      evse.nextIdleSampleMs = 'none';
      return;
    }
    const isDue = evse.nextIdleSampleMs !== 'none' && nowMs >= evse.nextIdleSampleMs;
    if (isDue) this.#around.log.sampleIdle(evse, 'Sample.Clock');
    evse.nextIdleSampleMs = (Math.floor(nowMs / intervalMs) + 1) * intervalMs;
  }

  #authorizeAndBegin(evse: VirtualEvse, start: SessionStart): void {
    const { outbox, dialect, authorizeBeforeStart, isOnline } = this.#around;
    const asks = authorizeBeforeStart || dialect.settings.authorizesRemoteStarts;
    if (!evse.operative) return;
    if (!asks || !isOnline()) {
      this.#begin(evse, start);
      return;
    }
    const { car } = evse;
    outbox.push({
      ...dialect.authorize(start),
      ended: (outcome) => {
        const accepted = outcome.outcome === 'result' && dialect.isAuthorized(outcome.payload);
        const unanswered = outcome.outcome !== 'result' && dialect.settings.startsUnansweredIdTokens;
        // The car may have left, and another come, while the question was under way.
        if (evse.car === car && (accepted || unanswered)) this.#begin(evse, start);
      },
    });
  }
}
