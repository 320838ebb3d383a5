import type { Dialect } from '../ocpp/dialect.js';
import type { JsonObject } from '../ocpp/frame.js';
import type { Clock } from '../site/clock.js';
import type { AuthorizationStatus, StationHandler, StationRequest, TransactionTold } from '../site/stationMessages.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';

interface ObserverOptions {
  readonly stationId: string;
  readonly dialect: Dialect;
  readonly clock: Clock;
  readonly handler: Pick<StationHandler, 'isAccepted' | 'request'>;
  readonly report: (kind: 'handlerFailure' | 'tooManyCalls' | 'rejectedCall', detail: string) => void;
}

/** What waits to be told to the site. Beyond, the oldest of what is told again anyway goes, and never the start or end of a transaction. */
const WAITING_MAX = 256;
/** A site that could not be told is told again after this long, and ever later. */
const AGAIN_MIN_MS = 500;
const AGAIN_MAX_MS = 30_000;
/** What fails more often than this lets what came after it go first; what is told again anyway is left out. */
const TRIES_MAX = 8;
/** How long a connection that is over goes on to say what it had heard. */
const AFTER_END_MS = 120_000;

/** Nothing follows from them here, and some come every few seconds. */
const UNOBSERVED: ReadonlySet<string> = new Set([
  'Heartbeat',
  'Authorize',
  'DataTransfer',
  'FirmwareStatusNotification',
  'SignedFirmwareStatusNotification',
  'DiagnosticsStatusNotification',
  'LogStatusNotification',
  'SecurityEventNotification',
  'SignCertificate',
  'NotifyReport',
  'NotifyEvent',
  'NotifyMonitoringReport',
  'ReportChargingProfiles',
]);

const TOLD_AGAIN: ReadonlySet<StationRequest['type']> = new Set(['meterValues', 'status', 'notice']);

/**
 * Tells a station's site what the station says to its CSMS, one thing after the other and in its order. What the CSMS decides (a boot's
 * acceptance, who may charge, in OCPP 1.6 the id of a transaction) is told once it has decided.
 */
export class Observer {
  readonly #options: ObserverOptions;
  #waiting: StationRequest[] = [];
  #isTelling = false;
  /** Since when the connection speaks for its station no more. */
  #overMs: number | undefined;
  #wake: () => void = () => {};
  /** Calls that are asked again after the CSMS was lost were told already. */
  readonly #told = new WeakSet<RelayedCall>();

  constructor(options: ObserverOptions) {
    this.#options = options;
  }

  asked(call: RelayedCall): void {
    if (this.#told.has(call)) return;
    this.#told.add(call);
    const request = this.#decoded(call);
    if (request !== undefined && !waitsForItsAnswer(request)) this.#tell(request);
  }

  answered(call: RelayedCall, frame: AnswerFrame): void {
    if (frame.kind !== 'result' || UNOBSERVED.has(call.action)) return;
    const request = this.#decoded(call);
    if (request === undefined || !waitsForItsAnswer(request)) return;
    const decided = withDecision(request, frame.payload);
    if (decided !== undefined) this.#tell(decided);
  }

  /** What follows for the site from what the CSMS says. */
  tell(request: StationRequest): void {
    this.#tell(request);
  }

  /** The connection speaks for its station no more. */
  end(): void {
    this.#overMs = this.#options.clock.nowMs();
    this.#waiting = this.#waiting.filter(({ type }) => !TOLD_AGAIN.has(type));
  }

  #decoded({ action, payload, receivedMs }: RelayedCall): StationRequest | undefined {
    if (UNOBSERVED.has(action)) return undefined;
    const decoded = this.#options.dialect.decodeRequest(action, payload, receivedMs);
    if (decoded.decoded) return decoded.request;
    // It is for the CSMS to refuse it, or to know it.
    if (decoded.failure.kind !== 'notImplemented' && decoded.failure.kind !== 'notSupported')
      this.#options.report('rejectedCall', `A call to the CSMS could not be read here: ${decoded.failure.description}`);
    return undefined;
  }

  #tell(request: StationRequest): void {
    if (this.#overMs !== undefined) return;
    this.#waiting.push(request);
    if (this.#waiting.length > WAITING_MAX) this.#leaveOneOut();
    // What is stuck may be stuck for want of this.
    if (request.type === 'boot') this.#wake();
    if (!this.#isTelling) void this.#tellAll();
  }

  #leaveOneOut(): void {
    const repeated = this.#waiting.findIndex(isToldAgain);
    const index = repeated >= 0 ? repeated : this.#waiting.findIndex(isUpdate);
    if (index < 0) return;
    this.#options.report('tooManyCalls', 'More is said than its site can be told; some of it is left out.');
    this.#waiting.splice(index, 1);
  }

  async #tellAll(): Promise<void> {
    const { report } = this.#options;
    this.#isTelling = true;
    let tries = 0;
    let againMs = AGAIN_MIN_MS;
    for (let request = this.#waiting[0]; request !== undefined; request = this.#waiting[0]) {
      const outcome = await this.#tellOne(request);
      if (outcome === 'told' || (outcome === 'unaccepted' && isToldAgain(request))) {
        this.#remove(request);
        tries = 0;
        againMs = AGAIN_MIN_MS;
        continue;
      }
      tries++;
      if (outcome === 'failed' && tries === 1)
        report('handlerFailure', `Its site could not be told of ${request.type}; it is told again.`);
      if (this.#isTooLate()) break;
      if (tries >= TRIES_MAX) {
        tries = 0;
        this.#remove(request);
        if (!isToldAgain(request)) this.#waiting.push(request);
      }
      // A boot that waits behind is what it needs to be accepted.
      const boot = outcome === 'unaccepted' ? this.#waiting.find(({ type }) => type === 'boot') : undefined;
      if (boot === undefined) await this.#pause(againMs);
      else this.#waiting = [boot, ...this.#waiting.filter((other) => other !== boot)];
      againMs = Math.min(AGAIN_MAX_MS, againMs * 2);
    }
    this.#isTelling = false;
  }

  async #tellOne(request: StationRequest): Promise<'told' | 'unaccepted' | 'failed'> {
    const { handler, stationId } = this.#options;
    try {
      if (request.type !== 'boot' && !(await handler.isAccepted(stationId))) return 'unaccepted';
      await handler.request(stationId, request);
      return 'told';
    } catch {
      return 'failed';
    }
  }

  /** It may have been left out meanwhile. */
  #remove(request: StationRequest): void {
    const index = this.#waiting.indexOf(request);
    if (index >= 0) this.#waiting.splice(index, 1);
  }

  /** What is left then is lost to the site, which finds out by what the station says later. */
  #isTooLate(): boolean {
    const { clock, report } = this.#options;
    if (this.#overMs === undefined || clock.nowMs() - this.#overMs < AFTER_END_MS) return false;
    report('handlerFailure', `Its site was not told of ${this.#waiting.length} messages before the connection ended.`);
    this.#waiting = [];
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}

function isToldAgain({ type }: StationRequest): boolean {
  return TOLD_AGAIN.has(type);
}

/** From 2.0.1 on: of a transaction that runs, neither its start nor its end. */
function isUpdate(request: StationRequest): boolean {
  return request.type === 'transactionTold' && request.event === 'Updated';
}

type Decided = Extract<StationRequest, { type: 'boot' | 'transactionStarted' | 'transactionTold' }>;

function waitsForItsAnswer(request: StationRequest): request is Decided {
  if (request.type === 'transactionTold') return request.idToken !== undefined;
  return request.type === 'boot' || request.type === 'transactionStarted';
}

/** Undefined: by what the CSMS decided nothing has come of it. */
function withDecision(request: Decided, answer: JsonObject): StationRequest | undefined {
  switch (request.type) {
    case 'boot':
      return answer.status === 'Accepted' ? request : undefined;
    case 'transactionStarted': {
      const { transactionId } = answer;
      if (!Number.isSafeInteger(transactionId)) return undefined;
      return { ...request, given: { transactionId: Number(transactionId), status: statusIn(answer.idTagInfo) } };
    }
    case 'transactionTold':
      return answer.idTokenInfo === undefined ? request : withStatus(request, statusIn(answer.idTokenInfo));
  }
}

function withStatus(request: TransactionTold, status: AuthorizationStatus): TransactionTold {
  return { ...request, given: { status } };
}

const KNOWN: readonly unknown[] = [
  'Accepted',
  'Blocked',
  'Expired',
  'Invalid',
  'ConcurrentTx',
] satisfies readonly AuthorizationStatus[];

/** From 2.0.1 on there are more ways to be refused. */
function statusIn(info: unknown): AuthorizationStatus {
  const status: unknown = typeof info === 'object' && info !== null && 'status' in info ? info.status : undefined;
  return KNOWN.includes(status) ? (status as AuthorizationStatus) : 'Invalid';
}
