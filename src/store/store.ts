/**
 * What must survive: SQL is the truth. Every promise resolves once the data would survive kill -9 and loss of power.
 * Events and snapshots are opaque JSON here; src/site gives them their meaning.
 */
export interface Store {
  /** Appends in order, all or nothing, and resolves when durable. Calls made meanwhile share the next commit. */
  appendEvents(entries: readonly JournalEntry[]): Promise<void>;
  /** The latest snapshot and every event after it, in order. */
  loadSite(siteId: string): Promise<StoredSite>;
  /** Site ids with at least one journal entry and not deleted, ascending. */
  listSites(): Promise<readonly string[]>;
  /** `seq` is the last event that `state` includes. Older events than `keepAfterMs` that it covers may then be trimmed. */
  saveSnapshot(snapshot: {
    siteId: string;
    seq: number;
    atMs: number;
    state: unknown;
    keepAfterMs: number;
  }): Promise<void>;
  deleteSite(siteId: string): Promise<void>;

  /** How a station shows who it is; replaces what was there. */
  putCredentials(stationId: string, credentials: StoredCredentials): Promise<void>;
  getCredentials(stationId: string): Promise<StoredCredentials | undefined>;
  deleteCredentials(stationId: string): Promise<void>;

  /** API keys by the hash of the key. */
  putApiKey(key: { keyHash: string; name: string; createdMs: number }): Promise<void>;
  hasApiKey(keyHash: string): Promise<boolean>;
  listApiKeys(): Promise<readonly { name: string; createdMs: number }[]>;

  /** Ended sessions, kept for years. Same sessionId replaces. */
  putSession(session: StoredSession): Promise<void>;
  /** Newest start first. `beforeMs` pages back in time. */
  listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly StoredSession[]>;
  /**
   * Those with a moment in [fromMs, toMs), the earliest start first; of one start, in ascending order of id. At most `limit`:
   * the next page is of what comes after the last one of this.
   */
  listSessionsBetween(siteId: string, page: SessionPage): Promise<readonly StoredSession[]>;

  /** Tariffs. The same tariffId replaces. */
  putTariff(tariff: StoredTariffDocument): Promise<void>;
  deleteTariff(tariffId: string): Promise<void>;
  /** All, in ascending order of id. */
  listTariffs(): Promise<readonly StoredTariffDocument[]>;

  /** What was measured at a site, kept for years, also when the site is deleted. A day that is there is replaced; all or none. */
  putHistoryDays(siteId: string, days: readonly StoredHistoryDay[]): Promise<void>;
  /** Those whose dayMs lies in [fromMs, toMs), ascending. */
  listHistoryDays(siteId: string, span: { fromMs: number; toMs: number }): Promise<readonly StoredHistoryDay[]>;

  /** Throws when the store can't be read or written; the readiness probe asks. */
  ping(): Promise<void>;
  /** Commits what waits and closes. */
  close(): Promise<void>;
}

export interface JournalEntry {
  readonly siteId: string;
  /** Ascending by one per site, from 1. A duplicate is an error: two writers. */
  readonly seq: number;
  readonly atMs: number;
  readonly event: unknown;
}

export interface StoredSite {
  readonly snapshot: { readonly seq: number; readonly state: unknown } | undefined;
  readonly events: readonly { readonly seq: number; readonly atMs: number; readonly event: unknown }[];
}

export interface StoredCredentials {
  /**
   * Opaque here. The first is in use; the others were sent to the station, in this order, and it may have taken them. Empty: it has
   * no password, only a certificate.
   */
  readonly passwordHashes: readonly string[];
  /** The lowest OCPP security profile that it may still connect with. */
  readonly securityProfileMin: number;
}

export interface SessionPage {
  readonly fromMs: number;
  readonly toMs: number;
  /** From 1. */
  readonly limit: number;
  readonly after?: { readonly startedMs: number; readonly sessionId: string };
}

export interface StoredTariffDocument {
  readonly tariffId: string;
  readonly updatedMs: number;
  /** Opaque here. */
  readonly document: unknown;
}

export interface StoredHistoryDay {
  /** When the day begins, in UTC. */
  readonly dayMs: number;
  /** Opaque here. */
  readonly record: unknown;
}

export interface StoredSession {
  readonly sessionId: string;
  readonly siteId: string;
  readonly stationId: string;
  readonly startedMs: number;
  readonly endedMs: number;
  /** The rest of the record, opaque here. */
  readonly record: unknown;
}
