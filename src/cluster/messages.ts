import type { Siteless } from '../control/onboardingDesk.js';
import type { WaitingStation } from '../control/onboardingRoom.js';
import type { OcpiNews, OcpiReply } from '../ocpi/ocpiDesk.js';
import type { MessagePage, MessagesWanted } from '../site/loggedMessage.js';
import type {
  CommandOutcome,
  SecurityProfile,
  StationCommand,
  StationRequest,
  StationResponses,
  StationSocket,
} from '../site/stationMessages.js';

/** A station's connection, as its gateway tells of it. Of two the one since later counts. */
export interface StationLink {
  readonly stationId: string;
  readonly gatewayId: string;
  readonly sinceMs: number;
  /** Whether `sinceMs` is by what all gateways agree on, or by the clock of one. */
  readonly isClaimed: boolean;
  readonly socket: StationSocket;
}

/** What one process asks another, by type: the question and the answer. Both are JSON. */
export interface NodeMessages {
  /** Gateway to owner: the station is connected here; and whether its boot was accepted before. */
  readonly 'station.connected': {
    readonly ask: { readonly siteId: string; readonly link: StationLink };
    readonly answer:
      | { readonly status: 'taken'; readonly accepted: boolean }
      /** The site does not list it. */
      | { readonly status: 'unlisted' }
      /** It has connected elsewhere since. */
      | { readonly status: 'replaced' }
      | NotOwner;
  };
  readonly 'station.disconnected': {
    readonly ask: {
      readonly siteId: string;
      readonly stationId: string;
      readonly connectionId: string;
      readonly reason: string;
    };
    readonly answer: { readonly status: 'taken' } | NotOwner;
  };
  readonly 'station.request': {
    readonly ask: {
      readonly siteId: string;
      readonly stationId: string;
      readonly connectionId: string;
      readonly request: StationRequest;
    };
    readonly answer:
      | { readonly status: 'answered'; readonly response: StationResponses[StationRequest['type']] }
      /** The owner knows nothing of this connection, or not of this station: it is to be told first, or another is to be asked. */
      | { readonly status: 'unconnected' | 'unlisted' }
      /** It could not be written down; the same may be asked again. */
      | { readonly status: 'failed'; readonly detail: string }
      | NotOwner;
  };
  /** Owner to gateway. The token is that of the owner: from one that is owner no more nothing is sent. */
  readonly 'station.command': {
    readonly ask: {
      readonly stationId: string;
      readonly connectionId: string;
      readonly siteId: string;
      readonly token: number;
      readonly command: StationCommand;
      readonly options: { readonly priority?: 'safety' | 'normal'; readonly timeoutMs?: number };
    };
    readonly answer: CommandOutcome | { readonly outcome: 'stale'; readonly token: number };
  };
  /** Gateway to gateway: the station has connected here since. */
  readonly 'station.replaced': {
    readonly ask: { readonly stationId: string; readonly connectionId: string };
    readonly answer: { readonly status: 'taken' };
  };
  /** To a gateway: what was said with this station there. */
  readonly 'station.messages': {
    readonly ask: { readonly stationId: string; readonly wanted: MessagesWanted };
    readonly answer: MessagePage;
  };
  /** To a planner: what it owns, as configured. */
  readonly 'sites.list': {
    readonly ask: Record<string, never>;
    readonly answer: { readonly sites: readonly unknown[] };
  };
  /** To any: whether it hears the others over the bus. */
  readonly 'bus.look': { readonly ask: Record<string, never>; readonly answer: { readonly hears: boolean } };
  /** To the owner: what the plan of this site rests on has changed. */
  readonly 'site.replan': {
    readonly ask: { readonly siteId: string };
    readonly answer: { readonly status: 'taken' } | NotOwner;
  };
  /** To the owner: what an operator says over OCPI that concerns this site. */
  readonly 'ocpi.news': {
    readonly ask: { readonly siteId: string; readonly news: OcpiNews };
    readonly answer: { readonly status: 'answered'; readonly reply: OcpiReply } | NotOwner;
  };
  /** To a gateway, of stations without a site that are there. */
  readonly 'onboarding.look': {
    readonly ask: Record<string, never>;
    readonly answer: {
      readonly openUntilMs: number | 'closed';
      readonly waiting: readonly WaitingStation[];
      readonly siteless: readonly Siteless[];
    };
  };
  readonly 'onboarding.open': {
    readonly ask: { readonly durationMs: number };
    readonly answer: { readonly status: 'taken' };
  };
  readonly 'onboarding.close': { readonly ask: Record<string, never>; readonly answer: { readonly status: 'taken' } };
  readonly 'onboarding.release': {
    readonly ask: { readonly stationId: string };
    readonly answer: { readonly status: 'taken' };
  };
}

type NotOwner = { readonly status: 'notOwner' };

/** What all may hear, by topic. */
export interface Topics {
  /** Somebody owns this site from now on, or has configured it anew. */
  readonly 'site.owned': {
    readonly siteId: string;
    readonly ownerId: string;
    readonly url: string;
    readonly token: number;
    readonly stationIds: readonly string[];
  };
  /** It is to be had: its owner hands it on, or it was made elsewhere. */
  readonly 'site.free': { readonly siteId: string };
  readonly 'tariffs.changed': { readonly tariffId: string };
  /** Whoever holds the station's connection ends it, if its security profile is below that. */
  readonly 'credentials.changed': { readonly stationId: string; readonly below: SecurityProfile };
}
