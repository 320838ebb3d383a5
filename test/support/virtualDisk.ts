import type { Clock } from '../../src/site/clock.js';
import type {
  JournalEntry,
  LeaseHolder,
  NodeAnnouncement,
  SessionPage,
  Store,
  StoredCredentials,
  StoredHistoryDay,
  StoredSession,
  StoredTariffDocument,
} from '../../src/store/store.js';
import type { MemoryStore } from './memoryStore.js';
import { SeededRandom } from './seededRandom.js';

interface Write {
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** How long writes take. Draws from a random source of its own, so that a world is the same with it and without. */
export class DiskPace {
  leastMs = 0;
  mostMs = 0;
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  nextMs(): number {
    return this.mostMs === 0 ? 0 : this.random.between(this.leastMs, this.mostMs);
  }
}

/**
 * One process's way to the disk that all of them share. Writes take a while and are done in their order; of those that are under way when
 * the process dies the first ones are done and the others lost, none by half.
 */
export class VirtualDisk implements Store {
  private readonly memory: MemoryStore;
  private readonly clock: Clock;
  private readonly pace: DiskPace;
  /** Called when a write has begun. */
  private readonly onWrite: () => void;
  private waiting: Write[] = [];
  private lastMs = 0;
  private isDead = false;

  constructor(memory: MemoryStore, clock: Clock, { pace, onWrite }: { pace: DiskPace; onWrite: () => void }) {
    this.memory = memory;
    this.clock = clock;
    this.pace = pace;
    this.onWrite = onWrite;
  }

  /** The process is gone. */
  async kill(): Promise<void> {
    this.isDead = true;
    const done = this.waiting.slice(0, this.pace.random.integer(0, this.waiting.length));
    this.waiting = [];
    // Begun in this very turn: the next process finds them done.
    await Promise.allSettled(done.map(({ run }) => run()));
  }

  private write(run: () => Promise<void>): Promise<void> {
    if (this.isDead) return NEVER;
    return new Promise((resolve, reject) => {
      const write = { run, resolve, reject };
      this.waiting.push(write);
      this.onWrite();
      const delayMs = this.pace.nextMs();
      this.lastMs = Math.max(this.lastMs, this.clock.nowMs() + delayMs);
      if (this.lastMs <= this.clock.nowMs()) this.finish(write);
      else this.clock.after(this.lastMs - this.clock.nowMs(), () => this.finish(write));
    });
  }

  private finish(write: Write): void {
    const index = this.waiting.indexOf(write);
    if (index < 0) return;
    this.waiting.splice(index, 1);
    write.run().then(write.resolve, write.reject);
  }

  private read<T>(run: () => Promise<T>): Promise<T> {
    return this.isDead ? NEVER : run();
  }

  appendEvents(entries: readonly JournalEntry[]) {
    return this.write(() => this.memory.appendEvents(entries));
  }
  loadSite(siteId: string) {
    return this.read(() => this.memory.loadSite(siteId));
  }
  listSites() {
    return this.read(() => this.memory.listSites());
  }
  saveSnapshot(snapshot: { siteId: string; seq: number; state: unknown; token?: number }) {
    return this.write(() => this.memory.saveSnapshot(snapshot));
  }
  deleteSite(siteId: string, token?: number) {
    return this.write(() => this.memory.deleteSite(siteId, token));
  }
  putCredentials(stationId: string, credentials: StoredCredentials) {
    return this.write(() => this.memory.putCredentials(stationId, credentials));
  }
  getCredentials(stationId: string) {
    return this.read(() => this.memory.getCredentials(stationId));
  }
  deleteCredentials(stationId: string) {
    return this.write(() => this.memory.deleteCredentials(stationId));
  }
  putApiKey(key: { keyHash: string; name: string; createdMs: number }) {
    return this.write(() => this.memory.putApiKey(key));
  }
  hasApiKey(keyHash: string) {
    return this.read(() => this.memory.hasApiKey(keyHash));
  }
  listApiKeys() {
    return this.read(() => this.memory.listApiKeys());
  }
  putSession(session: StoredSession, token?: number) {
    return this.write(() => this.memory.putSession(session, token));
  }
  listSessions(siteId: string, options: { limit: number; beforeMs?: number }) {
    return this.read(() => this.memory.listSessions(siteId, options));
  }
  listSessionsBetween(siteId: string, page: SessionPage) {
    return this.read(() => this.memory.listSessionsBetween(siteId, page));
  }
  putTariff(tariff: StoredTariffDocument) {
    return this.write(() => this.memory.putTariff(tariff));
  }
  deleteTariff(tariffId: string) {
    return this.write(() => this.memory.deleteTariff(tariffId));
  }
  listTariffs() {
    return this.read(() => this.memory.listTariffs());
  }
  putHistoryDays(siteId: string, days: readonly StoredHistoryDay[], token?: number) {
    return this.write(() => this.memory.putHistoryDays(siteId, days, token));
  }
  listHistoryDays(siteId: string, span: { fromMs: number; toMs: number }) {
    return this.read(() => this.memory.listHistoryDays(siteId, span));
  }
  takeLease(siteId: string, owner: LeaseHolder, lastsMs: number) {
    return this.read(() => this.memory.takeLease(siteId, owner, lastsMs));
  }
  renewLeases(ownerId: string, lastsMs: number) {
    return this.read(() => this.memory.renewLeases(ownerId, lastsMs));
  }
  releaseLeases(ownerId: string, siteIds?: readonly string[]) {
    return this.read(() => this.memory.releaseLeases(ownerId, siteIds));
  }
  listLeases() {
    return this.read(() => this.memory.listLeases());
  }
  putStations(siteId: string, stationIds: readonly string[], token?: number) {
    return this.write(() => this.memory.putStations(siteId, stationIds, token));
  }
  siteOfStation(stationId: string) {
    return this.read(() => this.memory.siteOfStation(stationId));
  }
  announceNode(node: NodeAnnouncement, lastsMs: number) {
    return this.read(() => this.memory.announceNode(node, lastsMs));
  }
  listNodes() {
    return this.read(() => this.memory.listNodes());
  }
  removeNode(nodeId: string) {
    return this.read(() => this.memory.removeNode(nodeId));
  }
  ping() {
    return this.memory.ping();
  }
  async close(): Promise<void> {}
}

/** A dead process is never answered. */
export const NEVER: Promise<never> = new Promise(() => undefined);
