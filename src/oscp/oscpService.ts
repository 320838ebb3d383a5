import type { ForecastedBlock, ForecastType, RequiredBehaviour } from './messages.js';
import type { OscpConfig, OscpRegistration } from './peerState.js';

/** OSCP 2.0, as people configure it and as the other sides call it. Refusals to people are thrown as Problem. */
export interface OscpService {
  /** Those of an organisation, ascending by id. */
  list(organisationId: string | 'all'): Promise<readonly OscpProviderView[]>;
  /** Throws Problem OSCP_PROVIDER_NOT_FOUND. */
  get(providerId: string): Promise<OscpProviderView>;
  /**
   * Creates or replaces; resolves when it is durable. `tokenA`: whoever starts the registration shows it; it is what the other side
   * gave us where versionUrl is stated, else what we give it: one is made and answered once where there is none.
   */
  put(
    providerId: string,
    config: OscpConfig,
    owner: { organisationId: string; tokenA?: string },
  ): Promise<StoredOscpProvider>;
  /** Unregisters, as far as the other side can be reached, and takes its limits away. */
  delete(providerId: string): Promise<void>;
  /** Asks the other side for other capacities. Throws Problem PEER_NOT_CONNECTED. */
  adjust(providerId: string, blocks: readonly ForecastedBlock[]): Promise<{ readonly requestId: string }>;

  /** Whether the other side may show this token. */
  isToken(providerId: string, token: string): Promise<boolean>;
  /** A message of the other side, whose token was checked. Resolves when what it said is durable and in force. */
  receive(providerId: string, message: IncomingMessage): Promise<OscpAnswer>;
}

export interface IncomingMessage {
  /** The last part of its address. */
  readonly name: string;
  /** What the address takes us for. */
  readonly ours: string;
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  readonly segmentIndex: string | undefined;
  readonly segmentCount: string | undefined;
  readonly body: unknown;
}

export type OscpAnswer =
  | { readonly status: 204 }
  | { readonly status: 400 | 404 | 501 | 503; readonly detail: string; readonly field?: string };

export interface OscpProviderView extends OscpConfig {
  readonly providerId: string;
  readonly organisationId: string;
  /** What the other side is given: the base of our addresses. */
  readonly baseUrl: string;
  readonly status: OscpRegistration['status'];
  /** 'notYet': there was neither a handshake nor a heartbeat. */
  readonly connection: 'online' | 'away' | 'notYet';
  readonly heardAtMs: number | null;
  readonly offlineModeAtMs: number | null;
  readonly wants: RequiredBehaviour | null;
  readonly forecasts: readonly { readonly type: ForecastType; readonly blocks: readonly ForecastedBlock[] }[];
  /** The grid event of the site that its limits belong to. */
  readonly eventId: string;
  /** What a person should know, the newest last; since this process serves its site. */
  readonly notes: readonly string[];
}

export interface StoredOscpProvider extends OscpProviderView {
  /** Made on this call, to be shown once. */
  readonly tokenA?: string;
}
