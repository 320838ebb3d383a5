import type { StationConfiguration } from './configuration.js';
import type { Outbox } from './outbox.js';
import { isJsonObject } from './rpc.js';
import type { StationProfile } from './stationProfile.js';
import type { SimulatorClock, SimulatorRandom } from './time.js';
import type { TransactionLog } from './transactionLog.js';
import type { VirtualEvse } from './virtualEvse.js';

interface Surroundings {
  readonly outbox: Outbox;
  readonly log: TransactionLog;
  readonly configuration: StationConfiguration;
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
    if (awaited !== undefined) this.begin(evse, awaited.idToken, awaited.profile);
    else if (evse.idToken !== undefined) this.#authorizeAndBegin(evse, evse.idToken);
  }

  remoteStart(evse: VirtualEvse, idToken: string, profile: StationProfile | undefined): void {
    const { clock, configuration, changed } = this.#around;
    if (evse.car === undefined) {
      const untilMs = clock.nowMs() + configuration.integer('ConnectionTimeOut') * 1000;
      evse.awaitedStart = profile === undefined ? { idToken, untilMs } : { idToken, profile, untilMs };
      changed();
    } else if (configuration.isTrue('AuthorizeRemoteTxRequests')) {
      this.#authorizeAndBegin(evse, idToken, profile);
    } else {
      this.begin(evse, idToken, profile);
    }
  }

  begin(evse: VirtualEvse, idToken: string, profile?: StationProfile): void {
    if (evse.car === undefined || evse.transaction !== undefined || !evse.operative) return;
    const { clock, configuration, random, log, changed } = this.#around;
    const nowMs = clock.nowMs();
    evse.advance(nowMs);
    evse.idToken = idToken;
    log.start(evse, idToken, profile);
    // Scattered, so that a fleet that starts together does not report together.
    evse.nextSampleMs = nowMs + configuration.integer('MeterValueSampleInterval') * 1000 * random.next();
    changed();
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
    const intervalMs = this.#around.configuration.integer('MeterValueSampleInterval') * 1000;
    if (evse.transaction === undefined || intervalMs === 0) return;
    // A shortened interval counts from now, not from the end of the long one.
    evse.nextSampleMs = Math.min(evse.nextSampleMs, nowMs + intervalMs);
    if (nowMs < evse.nextSampleMs) return;
    evse.nextSampleMs = Math.max(evse.nextSampleMs + intervalMs, nowMs);
    this.#around.log.sample(evse, 'Sample.Periodic');
  }

  #authorizeAndBegin(evse: VirtualEvse, idToken: string, profile?: StationProfile): void {
    const { outbox, configuration, authorizeBeforeStart, isOnline } = this.#around;
    const asks = authorizeBeforeStart || configuration.isTrue('AuthorizeRemoteTxRequests');
    if (!evse.operative) return;
    if (!asks || !isOnline()) {
      this.begin(evse, idToken, profile);
      return;
    }
    const { car } = evse;
    outbox.push({
      action: 'Authorize',
      payload: { idTag: idToken },
      ended: (outcome) => {
        const info = outcome.outcome === 'result' ? outcome.payload.idTagInfo : undefined;
        const accepted = isJsonObject(info) && info.status === 'Accepted';
        const unanswered = outcome.outcome !== 'result' && configuration.isTrue('AllowOfflineTxForUnknownId');
        // The car may have left, and another come, while the question was under way.
        if (evse.car === car && (accepted || unanswered)) this.begin(evse, idToken, profile);
      },
    });
  }
}
