import type { SecurityProfile, StationApproach } from '../site/stationMessages.js';
import type { Anomalies } from './anomalies.js';
import { FailureThrottle } from './failureThrottle.js';
import { type Credentials, type Entrance, type Refusal, UNAUTHORIZED } from './handshake.js';
import type { GatewayContext } from './options.js';

type Verdict =
  | { readonly admitted: true; readonly approach: StationApproach }
  | { readonly admitted: false; readonly refusal: Refusal };

interface Attempt {
  readonly stationId: string;
  readonly credentials: Credentials;
  readonly address: string;
  readonly entrance: Entrance;
}

/** What a station shows for itself, once it is known to be meant for the identity in the address. */
type Proof = { readonly password: string | undefined; readonly securityProfile: SecurityProfile };

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
  async admit(attempt: Attempt, anomalies: () => Anomalies): Promise<Verdict> {
    const { stationId, address, credentials } = attempt;
    if (credentials.kind === 'none') {
      const isLab = this.#allowUnauthenticated && attempt.entrance === 'plain';
      return isLab ? this.#ask(attempt, { password: undefined, securityProfile: 0 }) : refuse(UNAUTHORIZED);
    }
    const nowMs = this.#context.clock.nowMs();
    const key = `${address} ${stationId}`;
    const turn = this.#throttle.begin(key, nowMs);
    if (!turn.allowed) {
      anomalies().report('authenticationThrottled', 'Too many failed authentications from one address.', nowMs);
      const retryAfterS = Math.max(1, Math.ceil(turn.waitMs / 1_000));
      return refuse({ status: 429, detail: 'Too many failed attempts; wait as Retry-After says.', retryAfterS });
    }
    const proof = proofOf(attempt);
    if (proof === undefined) {
      if (credentials.kind === 'certificate') {
        const detail = `It showed the certificate of ${JSON.stringify(credentials.name.slice(0, 64))}, and was refused.`;
        anomalies().report('certificateOfAnother', detail, nowMs);
      }
      return refuse(UNAUTHORIZED);
    }
    const verdict = await this.#ask(attempt, proof);
    if (verdict.admitted) this.#throttle.succeeded(key);
    else if (verdict.refusal.status === 503) this.#throttle.undecided(key);
    return verdict;
  }

  async #ask({ stationId, address }: Attempt, { password, securityProfile }: Proof): Promise<Verdict> {
    if (this.#underWay >= this.#context.limits.handshakesMax) return BUSY;
    this.#underWay++;
    const approach = { securityProfile, address };
    try {
      const asked = this.#context.handler.authenticate(stationId, password, approach);
      const isGenuine = await withTimeout(this.#context, asked);
      if (isGenuine === 'timeout') return BUSY;
      return isGenuine ? { admitted: true, approach } : refuse(UNAUTHORIZED);
    } catch {
      // Whatever failed is not the station's fault, and its message may quote what was asked.
      return BUSY;
    } finally {
      this.#underWay--;
    }
  }
}

/** Undefined when it is not about the identity in the address. */
function proofOf({ stationId, credentials, entrance }: Attempt): Proof | undefined {
  switch (credentials.kind) {
    case 'basic': {
      const securityProfile = entrance === 'plain' ? 1 : 2;
      return credentials.username === stationId ? { password: credentials.password, securityProfile } : undefined;
    }
    case 'certificate':
      return credentials.name === stationId ? { password: undefined, securityProfile: 3 } : undefined;
    case 'none':
    case 'unreadable':
      return undefined;
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
