import type { Dialect } from '../ocpp/dialect.js';
import type { JsonObject } from '../ocpp/frame.js';
import type { AuthorizationStatus, StationHandler, StationRequest, TransactionTold } from '../site/stationMessages.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';

interface ObserverOptions {
  readonly stationId: string;
  readonly dialect: Dialect;
  readonly handler: Pick<StationHandler, 'isAccepted' | 'request'>;
  readonly report: (kind: 'handlerFailure' | 'tooManyCalls' | 'rejectedCall', detail: string) => void;
}

/** What waits to be told to the site. Beyond, the oldest of what is told again anyway goes. */
const WAITING_MAX = 256;

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
  #isOver = false;
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
    this.#isOver = true;
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
    if (this.#isOver) return;
    if (this.#waiting.length >= WAITING_MAX) {
      const index = this.#waiting.findIndex(({ type }) => TOLD_AGAIN.has(type));
      this.#options.report('tooManyCalls', 'More is said than its site can be told; some of it is left out.');
      this.#waiting.splice(Math.max(0, index), 1);
    }
    this.#waiting.push(request);
    if (!this.#isTelling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    const { handler, stationId, report } = this.#options;
    this.#isTelling = true;
    for (let request = this.#waiting.shift(); request !== undefined; request = this.#waiting.shift()) {
      try {
        if (request.type === 'boot' || (await handler.isAccepted(stationId))) await handler.request(stationId, request);
      } catch {
        report('handlerFailure', `Its site could not be told of ${request.type}.`);
      }
    }
    this.#isTelling = false;
  }
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
