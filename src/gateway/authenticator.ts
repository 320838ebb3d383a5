import type { Anomalies } from './anomalies.js';
import { FailureThrottle } from './failureThrottle.js';
import { type Credentials, type Refusal, UNAUTHORIZED } from './handshake.js';
import type { GatewayContext } from './options.js';

type Verdict = { readonly admitted: true } | { readonly admitted: false; readonly refusal: Refusal };

/** Seconds after which a station may well try again when we could not decide. */
const BUSY_RETRY_S = 5;

const BUSY: Verdict = refuse({ status: 503, detail: 'The service is busy; try again.', retryAfterS: BUSY_RETRY_S });

/** Decides who may speak as a station. Passwords pass through here and are kept nowhere. */
export class Authenticator {
  readonly #context: GatewayContext;
  readonly #allowUnauthenticated: boolean;
  readonly #throttle: FailureThrottle;
  #underWay = 0;

  constructor(context: GatewayContext, allowUnauthenticated: boolean) {
    this.#context = context;
    this.#allowUnauthenticated = allowUnauthenticated;
    this.#throttle = new FailureThrottle(context.limits.authenticationFailuresMax);
  }

  /** `anomalies` are those of the station named, which may be anybody's word. */
  async admit(
    attempt: { readonly stationId: string; readonly credentials: Credentials; readonly address: string },
    anomalies: () => Anomalies,
  ): Promise<Verdict> {
    const { stationId, credentials } = attempt;
    if (credentials.kind === 'none') {
      return this.#allowUnauthenticated ? this.#ask(stationId, undefined) : refuse(UNAUTHORIZED);
    }
    const nowMs = this.#context.clock.nowMs();
    const key = `${attempt.address} ${stationId}`;
    const turn = this.#throttle.begin(key, nowMs);
    if (!turn.allowed) {
      anomalies().report('authenticationThrottled', 'Too many failed authentications from one address.', nowMs);
      const retryAfterS = Math.max(1, Math.ceil(turn.waitMs / 1_000));
      return refuse({ status: 429, detail: 'Too many failed attempts; wait as Retry-After says.', retryAfterS });
    }
    if (credentials.kind === 'unreadable' || credentials.username !== stationId) return refuse(UNAUTHORIZED);
    const verdict = await this.#ask(stationId, credentials.password);
    if (verdict.admitted) this.#throttle.succeeded(key);
    else if (verdict.refusal.status === 503) this.#throttle.undecided(key);
    return verdict;
  }

  async #ask(stationId: string, password: string | undefined): Promise<Verdict> {
    if (this.#underWay >= this.#context.limits.handshakesMax) return BUSY;
    this.#underWay++;
    try {
      const isGenuine = await withTimeout(this.#context, this.#context.handler.authenticate(stationId, password));
      if (isGenuine === 'timeout') return BUSY;
      return isGenuine ? { admitted: true } : refuse(UNAUTHORIZED);
    } catch {
      // Whatever failed is not the station's fault, and its message may quote what was asked.
      return BUSY;
    } finally {
      this.#underWay--;
    }
  }
}

function refuse(refusal: Refusal): Verdict {
  return { admitted: false, refusal };
}

function withTimeout<T>(context: GatewayContext, work: Promise<T>): Promise<T | 'timeout'> {
  return new Promise((resolve, reject) => {
    const cancel = context.clock.after(context.limits.handshakeTimeoutMs, () => resolve('timeout'));
    work.then(resolve, reject).finally(cancel);
  });
}
