import type { Admission, SecurityProfile, StationApproach } from '../site/stationMessages.js';
import { networkOf } from './addresses.js';
import { AdmissionLimit } from './admissionLimit.js';
import type { Anomalies } from './anomalies.js';
import { FailureThrottle } from './failureThrottle.js';
import { type Credentials, type Entrance, type Refusal, UNAUTHORIZED } from './handshake.js';
import type { GatewayContext } from './options.js';
import { RecentRate } from './recentRate.js';

export type Verdict =
  /** With a ticket: to wait, and no more. */
  | { readonly admitted: true; readonly approach: StationApproach; readonly ticket?: string }
  | { readonly admitted: false; readonly refusal: Refusal };

interface Attempt {
  readonly stationId: string;
  readonly credentials: Credentials;
  readonly address: string;
  readonly entrance: Entrance;
  /** Who decides instead of the handler, and is asked once: nobody takes up what it was asked. */
  readonly ask?: (password: string | undefined, approach: StationApproach) => Promise<Admission>;
}

/** What a station shows for itself, once it is known to be meant for the identity in the address. */
type Proof = { readonly password: string | undefined; readonly securityProfile: SecurityProfile };

/** Seconds after which a station may well try again when we could not decide; spread, for others are told the same. */
const BUSY_RETRY_MIN_S = 5;
const BUSY_RETRY_SPREAD_S = 10;
/** Where those under way take longer than that, others come while they do; but no later than this. */
const BUSY_RETRY_SPREAD_MAX_S = 60;
const PROVEN_MAX = 50_000;
/** An attempt that nobody waits for any more keeps its place among those under way until it is decided, but no longer than this. */
const UNDECIDED_TIMEOUTS_MAX = 6;

/** An attempt that was not decided in time, and goes on. */
interface LeftAttempt {
  readonly password: string | undefined;
  readonly approach: StationApproach;
  readonly asked: Promise<Admission>;
  /** How many attempts of all stations had been decided by then. */
  readonly decidedBefore: number;
  isTakenUp: boolean;
}

/** Decides who may speak as a station. Passwords pass through here and are kept nowhere. */
export class Authenticator {
  readonly #context: GatewayContext;
  readonly #allowUnauthenticated: boolean;
  /** Of one identity from one network. */
  readonly #throttle: FailureThrottle;
  readonly #networkThrottle: FailureThrottle;
  /** Who has proven to be whom from where: one station that fails must not shut out its neighbours behind the same address. */
  readonly #proven = new Set<string>();
  readonly #admissions: AdmissionLimit;
  /** By station. After a restart all passwords wait to be hashed: who comes again meanwhile must not have it done twice. */
  readonly #left = new Map<string, LeftAttempt>();
  #underWay = 0;
  #decided = 0;
  readonly #decidedRate: RecentRate;

  constructor(context: GatewayContext, allowUnauthenticated: boolean) {
    const { clock, random, limits } = context;
    this.#context = context;
    this.#allowUnauthenticated = allowUnauthenticated;
    this.#throttle = new FailureThrottle(limits.authenticationFailuresMax);
    this.#networkThrottle = new FailureThrottle(limits.networkFailuresMax);
    this.#decidedRate = new RecentRate(clock.nowMs());
    this.#admissions = new AdmissionLimit({
      burst: limits.admissionBurst,
      perSecond: limits.admissionsPerSecond,
      nowMs: clock.nowMs(),
      random,
    });
  }

  /** `anomalies` are those of the station named, which may be anybody's word. */
  async admit(attempt: Attempt, anomalies: () => Anomalies): Promise<Verdict> {
    const nowMs = this.#context.clock.nowMs();
    if (attempt.credentials.kind === 'none') {
      const isLab = this.#allowUnauthenticated && attempt.entrance === 'plain';
      if (!isLab) return refuse(UNAUTHORIZED);
      return this.#crowded(nowMs) ?? this.#ask(attempt, { password: undefined, securityProfile: 0 });
    }
    const network = networkOf(attempt.address);
    const key = `${network} ${attempt.stationId}`;
    const networkWaitMs = this.#proven.has(key) ? 0 : this.#networkThrottle.waitMs(network, nowMs);
    const turn =
      networkWaitMs > 0 ? ({ allowed: false, waitMs: networkWaitMs } as const) : this.#throttle.begin(key, nowMs);
    if (!turn.allowed) {
      anomalies().report('authenticationThrottled', 'Too many failed authentications from one address.', nowMs);
      return refuse({
        status: 429,
        detail: 'Too many failed attempts; wait as Retry-After says.',
        retryAfterS: Math.max(1, Math.ceil(turn.waitMs / 1_000)),
      });
    }
    const verdict = this.#crowded(nowMs) ?? (await this.#judge(attempt, anomalies));
    this.#count(verdict, { key, network, nowMs });
    return verdict;
  }

  /** Something else is stored of this station now: what is still being decided by what was before is taken up by nobody. */
  forget(stationId: string): void {
    this.#left.delete(stationId);
  }

  async #judge(attempt: Attempt, anomalies: () => Anomalies): Promise<Verdict> {
    const proof = proofOf(attempt);
    if (proof !== undefined) return this.#ask(attempt, proof);
    const { credentials } = attempt;
    if (credentials.kind === 'certificate') {
      const detail = `It showed the certificate of ${JSON.stringify(credentials.name.slice(0, 64))}, and was refused.`;
      anomalies().report('certificateOfAnother', detail, this.#context.clock.nowMs());
    }
    return refuse(UNAUTHORIZED);
  }

  #busy(): Verdict {
    const { clock, random } = this.#context;
    const perSecond = this.#decidedRate.perSecond(clock.nowMs());
    // Who comes back before there is room costs another handshake, and those are then most of the work.
    const queueS = perSecond === 'unknown' ? 0 : Math.ceil(this.#underWay / perSecond);
    const spreadS = Math.min(BUSY_RETRY_SPREAD_MAX_S, Math.max(BUSY_RETRY_SPREAD_S, queueS));
    const retryAfterS = BUSY_RETRY_MIN_S + (random.positiveInt31() % spreadS);
    return refuse({ status: 503, detail: 'The service is busy; try again.', retryAfterS });
  }

  #crowded(nowMs: number): Verdict | undefined {
    const admission = this.#admissions.take(nowMs);
    if (admission === 'now') return undefined;
    return refuse({ status: 503, detail: 'Too many stations come at once; try again.', ...admission });
  }

  #count(verdict: Verdict, { key, network, nowMs }: { key: string; network: string; nowMs: number }): void {
    if (!verdict.admitted && verdict.refusal.status === 503) {
      this.#throttle.undecided(key);
    } else if (verdict.admitted && verdict.ticket === undefined) {
      this.#throttle.succeeded(key);
      if (this.#proven.size >= PROVEN_MAX) this.#proven.clear();
      this.#proven.add(key);
    } else {
      // A stranger who may wait has proven nothing: the next attempts count just as those of a wrong password.
      this.#networkThrottle.failed(network, nowMs);
    }
  }

  async #ask({ stationId, address, ask }: Attempt, { password, securityProfile }: Proof): Promise<Verdict> {
    const approach = { securityProfile, address, network: networkOf(address) };
    const { handler } = this.#context;
    const asked =
      ask === undefined
        ? (this.#takeUp(stationId, password, approach) ??
          this.#begin(async () => handler.authenticate(stationId, password, approach)))
        : this.#begin(() => ask(password, approach));
    if (asked === undefined) return this.#busy();
    try {
      const admission = await withTimeout(this.#context, asked);
      if (admission === 'timeout') {
        if (ask === undefined)
          this.#leave(stationId, { password, approach, asked, decidedBefore: this.#decided, isTakenUp: false });
        return this.#busy();
      }
      if (typeof admission === 'object') return { admitted: true, approach, ticket: admission.ticket };
      return admission ? { admitted: true, approach } : refuse(UNAUTHORIZED);
    } catch {
      // Whatever failed is not the station's fault, and its message may quote what was asked.
      return this.#busy();
    }
  }

  /** Undefined where too many are under way. Each counts until it is decided, whoever still waits for that. */
  #begin(ask: () => Promise<Admission>): Promise<Admission> | undefined {
    const { limits, clock } = this.#context;
    if (this.#underWay >= limits.handshakesMax) return undefined;
    this.#underWay++;
    let counts = true;
    const release = () => {
      if (counts) this.#underWay--;
      counts = false;
    };
    // What is never decided is a fault, which must not keep others out for ever.
    const cancel = clock.after(limits.handshakeTimeoutMs * UNDECIDED_TIMEOUTS_MAX, release);
    const asked = ask();
    const settled = () => {
      cancel();
      release();
      this.#decided++;
      this.#decidedRate.count(clock.nowMs());
    };
    asked.then(settled, settled);
    return asked;
  }

  /** The same attempt, made again. Where nothing was decided since it was left, what it waits for may be broken: it is asked anew. */
  #takeUp(
    stationId: string,
    password: string | undefined,
    { securityProfile, network }: StationApproach,
  ): Promise<Admission> | undefined {
    const left = this.#left.get(stationId);
    if (left === undefined || left.password !== password || left.decidedBefore === this.#decided) return undefined;
    if (left.approach.securityProfile !== securityProfile || left.approach.network !== network) return undefined;
    left.isTakenUp = true;
    this.#left.delete(stationId);
    return left.asked;
  }

  #leave(stationId: string, left: LeftAttempt): void {
    this.#left.set(stationId, left);
    const over = (admission?: Admission) => {
      if (this.#left.get(stationId) === left) this.#left.delete(stationId);
      // Nobody came for it.
      if (!left.isTakenUp && typeof admission === 'object') this.#context.handler.waiting?.left(admission.ticket);
    };
    left.asked.then(over, () => over());
    const { clock, limits } = this.#context;
    clock.after(limits.handshakeTimeoutMs * UNDECIDED_TIMEOUTS_MAX, () => over());
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
