import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Registry } from 'prom-client';
import type { Accounts } from '../control/accounts/accounts.js';
import type { DelegationService } from '../control/delegation/delegation.js';
import type { KeptAnswers } from '../control/delegation/keptAnswers.js';
import type { SmartChargingService } from '../control/service.js';
import type { UpstreamDesk } from '../control/upstreams.js';
import type { RecipientDesk } from '../mail/recipientDesk.js';
import type { Ocpi } from '../ocpi/ocpi.js';
import type { VenService } from '../openadr/venService.js';
import type { OscpService } from '../oscp/oscpService.js';
import type { Solver } from '../plan/solver.js';
import type { Clock } from '../site/clock.js';
import type { WebhookDesk } from '../webhooks/webhookDesk.js';

/** What the HTTP API needs of the rest of the service. */
export interface ApiOptions {
  readonly service: SmartChargingService;
  /** For strangers' problems only: what it is given may keep it busy for as long as it likes. */
  readonly optimizer: Solver;
  /** Where this service is reached from outside. Absent: where each request says that it reached it. */
  readonly publicUrl?: string;
  /** Grid operators that speak OSCP. Absent: none can. */
  readonly oscp?: OscpService;
  /** Energy providers that speak OpenADR 3. Absent: none can. */
  readonly vens?: VenService;
  /** Stations that a CSMS holds. */
  readonly delegation: DelegationService;
  /** Of requests that may be sent again. */
  readonly keptAnswers: KeptAnswers;
  /** Operators over OCPI, and where they reach this service. Absent: there are none. */
  readonly ocpi?: { readonly ocpi: Ocpi; readonly base: () => string };
  /** Who may do what, and who did what. */
  readonly accounts: Accounts;
  /** Who is told of events. */
  readonly webhooks: WebhookDesk;
  readonly recipients: RecipientDesk;
  /** The back ends that stations reach through us. */
  readonly upstreams: UpstreamDesk;
  /** `reasons` say, each in one sentence, what is not ready. */
  readonly isReady: () => Promise<{ readonly ready: boolean; readonly reasons: readonly string[] }>;
  /** The API adds its own metrics and serves the whole of it. */
  readonly metrics: Registry;
  readonly clock: Clock;
  /** Of this program, for the OpenAPI document and /healthz. */
  readonly version: string;
  readonly logger?: { readonly level: string; readonly stream?: { write(line: string): void } };
  /** Addresses or CIDRs of reverse proxies whose X-Forwarded-For is believed. Default: none. */
  readonly trustedProxies?: readonly string[];
  /** Where the build left the web client. Absent, or empty: the root leads to /docs. */
  readonly dashboardFolder?: string;
  readonly bounds?: Partial<ApiBounds>;
  /** Asked first about each plain request; true when it has answered. For addresses that belong to the web sockets. */
  readonly answerOther?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /**
   * Asked about each request below /v1 that is allowed, before its body is read: whether another process answers it, and then how.
   * Absent: all are answered here.
   */
  readonly whereTo?: (
    asked: Pick<IncomingMessage, 'headers'> & { readonly method: string; readonly url: string },
  ) => Promise<'here' | ((request: IncomingMessage, response: ServerResponse) => Promise<void>)>;
  /** What the queue that wakes owners gave up on, the newest first. Absent: there is no such queue. */
  readonly failedReplans?: (limit: number) => Promise<readonly FailedReplan[]>;
}

export interface FailedReplan {
  readonly siteId: string;
  readonly why: string;
  readonly attempts: number;
  readonly reason: string;
  readonly failedMs: number;
}

export interface ApiBounds {
  readonly bodyMaxBytes: number;
  /** Wrong keys from one address before it has to wait. */
  readonly failedKeysPerMinuteMax: number;
  /** Requests with one key from one address. */
  readonly requestsPerMinuteMax: number;
  /** Above this mean delay of the event loop, what is not safety is refused with OVERLOADED. */
  readonly eventLoopDelayMaxMs: number;
  /** Share of the heap's size limit above which the same happens. */
  readonly heapUsedMaxShare: number;
  /** Live event streams in this process. */
  readonly eventStreamsMax: number;
}

export const API_BOUNDS: ApiBounds = Object.freeze({
  bodyMaxBytes: 1024 * 1024,
  failedKeysPerMinuteMax: 10,
  requestsPerMinuteMax: 30_000,
  eventLoopDelayMaxMs: 1_000,
  heapUsedMaxShare: 0.95,
  eventStreamsMax: 1_000,
});
