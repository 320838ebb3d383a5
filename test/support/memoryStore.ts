import type {
  HeldLease,
  JournalEntry,
  LeaseHolder,
  NodeAnnouncement,
  SessionPage,
  Store,
  StoredCredentials,
  StoredHistoryDay,
  StoredLease,
  StoredNode,
  StoredSession,
  StoredSite,
  StoredTariffDocument,
} from '../../src/store/store.js';
import { MemoryOwnership } from './memoryOwnership.js';

/** A store for virtual time: what was appended survives a crash of the service, as on disk. Its own contract is tested on the real one. */
export class MemoryStore implements Store {
  private readonly entries = new Map<string, JournalEntry[]>();
  private readonly snapshots = new Map<string, { seq: number; state: unknown }>();
  private readonly sessions = new Map<string, StoredSession>();
  private readonly credentials = new Map<string, StoredCredentials>();
  private readonly keys = new Map<string, { name: string; createdMs: number }>();
  private readonly tariffs = new Map<string, StoredTariffDocument>();
  private readonly historyDays = new Map<string, Map<number, unknown>>();
  private readonly ownership: MemoryOwnership;
  /** Set to make writes fail. */
  failure: Error | undefined;

  /** `nowMs`: the clock by which leases and nodes run out. */
  constructor(nowMs: () => number = () => 0) {
    this.ownership = new MemoryOwnership(nowMs);
  }

  async appendEvents(entries: readonly JournalEntry[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const { siteId, token } of entries) this.ownership.requireOwner(siteId, token);
    for (const entry of entries) {
      const list = this.entries.get(entry.siteId) ?? [];
      const last = list.at(-1)?.seq ?? this.snapshots.get(entry.siteId)?.seq ?? 0;
      if (entry.seq !== last + 1) throw new Error(`expected seq ${last + 1}, got ${entry.seq}`);
      const { attendants: _theirs, ...kept } = entry;
      list.push(structuredClone(kept));
      this.entries.set(entry.siteId, list);
    }
  }
  async loadSite(siteId: string): Promise<StoredSite> {
    const snapshot = this.snapshots.get(siteId);
    const events = (this.entries.get(siteId) ?? []).filter((entry) => entry.seq > (snapshot?.seq ?? 0));
    return structuredClone({ snapshot, events });
  }
  async listSites(): Promise<readonly string[]> {
    return [...this.entries.keys()].sort();
  }
  async saveSnapshot(snapshot: { siteId: string; seq: number; state: unknown; token?: number }): Promise<void> {
    this.ownership.requireOwner(snapshot.siteId, snapshot.token);
    this.snapshots.set(snapshot.siteId, { seq: snapshot.seq, state: throughJson(snapshot.state) });
  }
  async deleteSite(siteId: string, token?: number): Promise<void> {
    this.ownership.requireOwner(siteId, token);
    this.ownership.putStations(siteId, []);
    this.entries.delete(siteId);
    this.snapshots.delete(siteId);
  }
  async putCredentials(stationId: string, credentials: StoredCredentials): Promise<void> {
    this.credentials.set(stationId, credentials);
  }
  async getCredentials(stationId: string): Promise<StoredCredentials | undefined> {
    return this.credentials.get(stationId);
  }
  async deleteCredentials(stationId: string): Promise<void> {
    this.credentials.delete(stationId);
  }
  async putApiKey(key: { keyHash: string; name: string; createdMs: number }): Promise<void> {
    this.keys.set(key.keyHash, { name: key.name, createdMs: key.createdMs });
  }
  async hasApiKey(keyHash: string): Promise<boolean> {
    return this.keys.has(keyHash);
  }
  async listApiKeys(): Promise<readonly { name: string; createdMs: number }[]> {
    return [...this.keys.values()];
  }
  async putSession(session: StoredSession, token?: number): Promise<void> {
    this.ownership.requireOwner(session.siteId, token);
    this.sessions.set(session.sessionId, structuredClone(session));
  }
  async listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly StoredSession[]> {
    return [...this.sessions.values()]
      .filter(
        (session) => session.siteId === siteId && session.startedMs < (options.beforeMs ?? Number.POSITIVE_INFINITY),
      )
      .sort((a, b) => b.startedMs - a.startedMs)
      .slice(0, options.limit);
  }
  async listSessionsBetween(
    siteId: string,
    { fromMs, toMs, limit, after }: SessionPage,
  ): Promise<readonly StoredSession[]> {
    return [...this.sessions.values()]
      .filter((session) => session.siteId === siteId && session.startedMs < toMs)
      .filter((session) => session.endedMs > fromMs || session.startedMs >= fromMs)
      .filter((session) => after === undefined || earliestFirst(after, session) < 0)
      .sort(earliestFirst)
      .slice(0, limit);
  }
  async putTariff(tariff: StoredTariffDocument): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.tariffs.set(tariff.tariffId, { ...tariff, document: throughJson(tariff.document) });
  }
  async deleteTariff(tariffId: string): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.tariffs.delete(tariffId);
  }
  async listTariffs(): Promise<readonly StoredTariffDocument[]> {
    return structuredClone([...this.tariffs.values()]).sort((a, b) => (a.tariffId < b.tariffId ? -1 : 1));
  }
  async putHistoryDays(siteId: string, days: readonly StoredHistoryDay[], token?: number): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ownership.requireOwner(siteId, token);
    const stored = this.historyDays.get(siteId) ?? new Map<number, unknown>();
    this.historyDays.set(siteId, stored);
    for (const { dayMs, record } of days) stored.set(dayMs, throughJson(record));
  }
  async listHistoryDays(
    siteId: string,
    { fromMs, toMs }: { fromMs: number; toMs: number },
  ): Promise<readonly StoredHistoryDay[]> {
    return [...(this.historyDays.get(siteId) ?? [])]
      .filter(([dayMs]) => dayMs >= fromMs && dayMs < toMs)
      .sort(([a], [b]) => a - b)
      .map(([dayMs, record]) => ({ dayMs, record: structuredClone(record) }));
  }
  async takeLease(siteId: string, owner: LeaseHolder, lastsMs: number): Promise<number | undefined> {
    if (this.failure !== undefined) throw this.failure;
    return this.ownership.takeLease(siteId, owner, lastsMs);
  }
  async renewLeases(ownerId: string, lastsMs: number): Promise<readonly HeldLease[]> {
    if (this.failure !== undefined) throw this.failure;
    return this.ownership.renewLeases(ownerId, lastsMs);
  }
  async releaseLeases(ownerId: string, siteIds?: readonly string[]): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ownership.releaseLeases(ownerId, siteIds);
  }
  async listLeases(): Promise<readonly StoredLease[]> {
    return this.ownership.listLeases(await this.listSites());
  }
  async putStations(siteId: string, stationIds: readonly string[], token?: number): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ownership.requireOwner(siteId, token);
    this.ownership.putStations(siteId, stationIds);
  }
  async siteOfStation(stationId: string): Promise<string | undefined> {
    return this.ownership.siteOfStation(stationId);
  }
  async announceNode(node: NodeAnnouncement, lastsMs: number): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.ownership.announceNode(node, lastsMs);
  }
  async listNodes(): Promise<readonly StoredNode[]> {
    return this.ownership.listNodes();
  }
  async removeNode(nodeId: string): Promise<void> {
    this.ownership.removeNode(nodeId);
  }
  async ping(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
  }
  async close(): Promise<void> {}
}

/** As a real store does. */
function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function earliestFirst(
  a: { readonly startedMs: number; readonly sessionId: string },
  b: { readonly startedMs: number; readonly sessionId: string },
): number {
  return a.startedMs - b.startedMs || (a.sessionId < b.sessionId ? -1 : a.sessionId > b.sessionId ? 1 : 0);
}
