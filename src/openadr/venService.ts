/** VENs of OpenADR 3, as people configure them and as their VTNs call them. Refusals to people are thrown as Problem. */
export interface VenService {
  /** Those of an organisation, ascending by id. */
  list(organisationId: string | 'all'): Promise<readonly VenView[]>;
  /** Throws Problem OPENADR_VEN_NOT_FOUND. */
  get(venId: string): Promise<VenView>;
  /** Creates or replaces; resolves when it is durable. `clientSecret`: absent, the one before is kept. */
  put(venId: string, config: VenConfig, owner: { organisationId: string; clientSecret?: string }): Promise<VenView>;
  /** Takes its limits away. */
  delete(venId: string): Promise<void>;
  /** Whether the VTN may show this token to our webhook. */
  isToken(venId: string, token: string): Promise<boolean>;
  /** Something has changed at the VTN: it is asked soon. */
  poke(venId: string): void;
}

export const OPENADR_VERSIONS = ['3.0', '3.1', 'auto'] as const;

export interface VenConfig {
  readonly siteId: string;
  /** Absent: the grid connection. */
  readonly circuitId?: string;
  readonly vtnUrl: string;
  readonly clientId: string;
  readonly venName: string;
  /** What its reports are of. */
  readonly resourceName: string;
  /** Names or ids; none: all of them. */
  readonly programs: readonly string[];
  /** Asked for beside those that the VTN has granted. */
  readonly targets: readonly string[];
  readonly version: (typeof OPENADR_VERSIONS)[number];
  /** The tariff that prices are laid over. Absent: prices are not used. */
  readonly tariffId?: string;
  readonly pollS: number;
  /** Of the circuit's power that the cars may take at the levels 1, 2 and 3 of SIMPLE. */
  readonly simplePercent: readonly [number, number, number];
  /** The VTN is asked to call us when something changes. */
  readonly webhook: boolean;
  /** Where the VTN reaches this service. */
  readonly publicUrl: string;
}

export interface VenView extends VenConfig {
  readonly venId: string;
  readonly organisationId: string;
  /** 'lost': the last listing is too long ago; what was known holds. */
  readonly connection: 'connecting' | 'connected' | 'lost';
  readonly spokenVersion: '3.0' | '3.1' | null;
  /** When everything was listed last. */
  readonly listedAtMs: number | null;
  readonly events: readonly VenEventView[];
  /** The grid event of the site that its limits belong to. */
  readonly eventId: string;
  readonly notes: readonly string[];
}

export interface VenEventView {
  readonly id: string;
  readonly programId: string;
  readonly name: string | null;
  /** Of a change that can not be read: what was known before it holds. */
  readonly problem: string | null;
  readonly notes: readonly string[];
}
