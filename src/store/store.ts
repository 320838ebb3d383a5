import type { Attendant } from '../audit/attendance.js';
import type { AccountStore } from './accountStore.js';
import type { DocumentStore } from './documentStore.js';
import type { OutboxStore } from './outboxStore.js';

/** All that an installation keeps. */
export interface WholeStore extends Store {
  readonly accounts: AccountStore;
  readonly documents: DocumentStore;
  readonly outbox: OutboxStore;
}

/**
 * What must survive: SQL is the truth. Every promise resolves once the data would survive kill -9 and loss of power.
 * Events and snapshots are opaque JSON here; src/site gives them their meaning.
 *
 * Where a call takes a `token`, it is the fencing token of the site's owner: the call is refused with STALE_TOKEN, and changes
 * nothing, once a higher one was given for the site. Without a token nothing is checked: one process is alone with its store.
 *
 * What attends (src/audit) a change of credentials or of a tariff, or the end of a site, is committed with it; of the journal, with the
 * event that names it.
 */
export interface Store extends OwnershipStore {
  /**
   * Appends in order, all or nothing, and resolves when durable. Calls made meanwhile share the next commit. Entries that are
   * stored already, the very same, count as appended: so a writer whose connection broke in mid-commit just tries again.
   */
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
    token?: number;
  }): Promise<void>;
  /** Also gives back its stations' ids for others to list. Its lease and its token outlive it. */
  deleteSite(siteId: string, token?: number): Promise<void>;

  /** How a station shows who it is; replaces what was there. */
  putCredentials(stationId: string, credentials: StoredCredentials): Promise<void>;
  getCredentials(stationId: string): Promise<StoredCredentials | undefined>;
  deleteCredentials(stationId: string): Promise<void>;

  /** The installation's own keys, by their hash: they may do everything. To put one that was revoked revives it. */
  putApiKey(key: { keyHash: string; name: string; createdMs: number }): Promise<void>;
  hasApiKey(keyHash: string): Promise<boolean>;
  listApiKeys(): Promise<readonly { name: string; createdMs: number }[]>;

  /** Ended sessions, kept for years. Same sessionId replaces. */
  putSession(session: StoredSession, token?: number): Promise<void>;
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
  putHistoryDays(siteId: string, days: readonly StoredHistoryDay[], token?: number): Promise<void>;
  /** Those whose dayMs lies in [fromMs, toMs), ascending. */
  listHistoryDays(siteId: string, span: { fromMs: number; toMs: number }): Promise<readonly StoredHistoryDay[]>;

  /** Throws when the store can't be read or written; the readiness probe asks. */
  ping(): Promise<void>;
  /** Commits what waits and closes. */
  close(): Promise<void>;
}

/**
 * Which process owns which site, which site lists which station, and which processes run. Leases and nodes end by the database's
 * own clock, so that the clocks of the processes need not agree.
 */
export interface OwnershipStore {
  /**
   * Takes the site for `owner`, or prolongs what it holds (same token). Undefined: another one holds it. Each new holding's token is
   * greater than every one before, for ever, also after the site was deleted and made anew. A lease that has run out can not be
   * prolonged so: whoever takes it has a new token. The site need not exist yet.
   */
  takeLease(siteId: string, owner: LeaseHolder, lastsMs: number): Promise<number | undefined>;
  /**
   * Prolongs all that the owner still holds, at once, and answers them in ascending order of siteId: also what has run out and nobody
   * has taken since, which nobody can have written to.
   */
  renewLeases(ownerId: string, lastsMs: number): Promise<readonly HeldLease[]>;
  /** Lets go of those that the owner holds: all, or of the ones named. */
  releaseLeases(ownerId: string, siteIds?: readonly string[]): Promise<void>;
  /** Every stored site, in ascending order of id. */
  listLeases(): Promise<readonly StoredLease[]>;

  /**
   * The stations that the site lists, in place of those it listed before. Throws STATION_TAKEN, and changes nothing, when another site
   * lists one of them.
   */
  putStations(siteId: string, stationIds: readonly string[], token?: number): Promise<void>;
  siteOfStation(stationId: string): Promise<string | undefined>;

  /** Tells the others that this process runs, for so long. The same nodeId replaces. */
  announceNode(node: NodeAnnouncement, lastsMs: number): Promise<void>;
  /** Those that have not run out, in ascending order of id. */
  listNodes(): Promise<readonly StoredNode[]>;
  removeNode(nodeId: string): Promise<void>;
}

/** A process that owns sites. */
export interface LeaseHolder {
  readonly ownerId: string;
  /** Where other processes reach its API. */
  readonly url: string;
}

export interface HeldLease {
  readonly siteId: string;
  readonly token: number;
}

export interface StoredLease {
  readonly siteId: string;
  /** 'nobody': never taken, let go of, or run out. */
  readonly holder: LeaseHolder | 'nobody';
  /** The highest ever given for the site; 0 before the first. */
  readonly token: number;
}

export type Role = 'gateway' | 'planner' | 'api' | 'all';

export interface NodeAnnouncement {
  readonly nodeId: string;
  readonly roles: readonly Role[];
  /** Where other processes reach its API. */
  readonly url: string;
}

export interface StoredNode extends NodeAnnouncement {
  /** By the database's clock, as of this answer. */
  readonly expiresInMs: number;
}

export interface JournalEntry {
  readonly siteId: string;
  /** Ascending by one per site, from 1. A duplicate is an error: two writers. */
  readonly seq: number;
  readonly atMs: number;
  readonly event: unknown;
  /** The owner's fencing token. */
  readonly token?: number;
  /** Committed with it. They were taken (src/audit): once they are on disk that is told to them. */
  readonly attendants?: readonly Attendant[];
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
