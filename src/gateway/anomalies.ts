import type { StationHandler } from '../site/stationMessages.js';

const QUIET_MS = 60_000;

export type AnomalyKind =
  | 'malformedFrame'
  | 'rejectedCall'
  | 'callBeforeBoot'
  | 'tooManyCalls'
  | 'flood'
  | 'slowReader'
  | 'unsolicitedAnswer'
  | 'lateAnswer'
  | 'malformedAnswer'
  | 'handlerFailure'
  | 'unsayableCommand'
  | 'impossibleMeterValues'
  | 'impossibleTimestamp'
  | 'secondConnection'
  | 'flapping'
  | 'answerRefused'
  | 'noCommonSubprotocol'
  | 'socketError'
  | 'certificateOfAnother'
  | 'authenticationThrottled'
  | 'upstreamLost'
  | 'upstreamFlaw';

/** One station's anomalies, each kind told at most once a minute: a broken station must not fill anyone's log. */
export class Anomalies {
  readonly #handler: StationHandler;
  readonly #stationId: string;
  #kinds: Map<AnomalyKind, { toldMs: number; untold: number }> | undefined;

  constructor(handler: StationHandler, stationId: string) {
    this.#handler = handler;
    this.#stationId = stationId;
  }

  report(kind: AnomalyKind, detail: string, nowMs: number): void {
    this.#kinds ??= new Map();
    const known = this.#kinds.get(kind);
    if (known !== undefined && nowMs - known.toldMs < QUIET_MS && nowMs >= known.toldMs) {
      known.untold++;
      return;
    }
    const untold = known?.untold ?? 0;
    this.#kinds.set(kind, { toldMs: nowMs, untold: 0 });
    try {
      this.#handler.anomaly(this.#stationId, {
        kind,
        detail: untold === 0 ? detail : `${detail} (${untold} more before)`,
      });
    } catch {
      // There is no one left to tell, and a report that fails must not end what it reports on.
    }
  }
}
