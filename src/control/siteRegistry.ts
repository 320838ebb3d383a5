import type { Solver } from '../plan/solver.js';
import type { Clock, RandomSource } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { EvseInSite } from '../site/mayDraw.js';
import { Problem } from '../site/problem.js';
import { emptyState, reduce } from '../site/reduce.js';
import { findEvse } from '../site/sites.js';
import type { EndedSession, SiteState } from '../site/state.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { Store } from '../store/store.js';
import type { KnowledgeSources } from './knowledge/siteKnowledge.js';
import type { ControlMetrics, Log } from './ports.js';
import { SharedRest } from './sharedRest.js';
import { SiteOwner } from './siteOwner.js';
import { snapshotOf, stateFromSnapshot } from './stateCodec.js';

export interface SiteRegistryOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly log: Log;
  readonly metrics: ControlMetrics;
  /** The gateway; given as a function because the two need each other. */
  readonly caller: () => StationCaller;
  /** Makes the longer plans, off the event loop. Absent: fair shares only. */
  readonly solver?: Solver;
  /** Prices and the past of each site. Absent: nothing costs anything, and nothing is learned. */
  readonly knowledge?: KnowledgeSources;
  readonly onChange: (siteId: string) => void;
  /** Called with what was read of a site, before it goes on. */
  readonly onRead?: (state: SiteState) => Promise<void>;
  /** Called when a site has become this process's. */
  readonly onOwned?: (siteId: string) => void;
  /** Called when a site is no longer this process's. */
  readonly onLeft?: (siteId: string) => void;
  /** Absent: this process is alone with its store, and owns every site. */
  readonly ownership?: SiteOwnership;
}

/** Where several processes share the store: which sites are this one's, and what it tells the others of them. */
export interface SiteOwnership {
  /** The fencing token that everything is written with. */
  tokenOf(siteId: string): number | undefined;
  /** Makes a new site this process's. Throws Problem where it is another's. */
  take(siteId: string): Promise<void>;
  /** Which stations the site lists now. */
  configured(siteId: string, stationIds: readonly string[]): void;
  /** The store said that another owns the site: it has been stopped here. */
  fenced(siteId: string, error: unknown): void;
  /** It was deleted. */
  deleted(siteId: string): Promise<void>;
}

const SNAPSHOT_EVERY_EVENTS = 5_000;
/** Where processes share the sites: whoever takes one over reads what came since, and its stations wait for that. */
const SNAPSHOT_EVERY_EVENTS_SHARED = 500;
const SNAPSHOT_LOOK_MS = 30_000;
/** How far back the journal is kept beside the snapshot. */
const JOURNAL_KEPT_MS = 7 * 86_400_000;

/** Every site this process owns: read from the store, looked up by site or station, written to the store as snapshots. */
export class SiteRegistry {
  private readonly options: SiteRegistryOptions;
  private readonly owners = new Map<string, SiteOwner>();
  private readonly rests = { plan: new SharedRest(), pass: new SharedRest() };
  private readonly siteOfStation = new Map<string, string>();
  private readonly snapshotSeq = new Map<string, number>();
  private readonly unreadable = new Map<string, string>();
  private cancelSnapshots: (() => void) | undefined;
  private closed = false;

  constructor(options: SiteRegistryOptions) {
    this.options = options;
  }

  /** Reads every site from the store and takes it over; where processes share them, none. To be called once, before stations are let in. */
  async load(): Promise<void> {
    const siteIds = this.options.ownership === undefined ? await this.options.store.listSites() : [];
    for (const siteId of siteIds) {
      // One site that can't be read must not keep the others from being run.
      await this.loadSite(siteId).catch((error: unknown) => {
        const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
        this.unreadable.set(siteId, error instanceof Error ? error.message : String(error));
        this.options.log.error({ siteId, error: detail }, 'this site could not be read from its journal');
      });
    }
    this.snapshotSoon();
  }

  /** Takes over a site whose lease this process has. Throws when it can't be read; then `obstacles` says so. */
  async takeOver(siteId: string): Promise<SiteOwner> {
    try {
      const owner = await this.loadSite(siteId);
      this.unreadable.delete(siteId);
      return owner;
    } catch (error) {
      this.unreadable.set(siteId, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** Hands a site on: from now on it is not found here; what was accepted is on disk when it resolves. */
  async giveUp(siteId: string): Promise<void> {
    const owner = this.owners.get(siteId);
    this.unreadable.delete(siteId);
    if (owner === undefined) return;
    this.forget(owner);
    await owner.close();
    await this.snapshot(siteId, owner);
  }

  /** Another process owns the site: it stops here and now, and what is not on disk yet is not acknowledged. */
  lose(siteId: string, reason: unknown): void {
    const owner = this.owners.get(siteId);
    this.unreadable.delete(siteId);
    if (owner === undefined) return;
    owner.abandon(reason);
    this.forget(owner);
  }

  private async loadSite(siteId: string): Promise<SiteOwner> {
    const stored = await this.options.store.loadSite(siteId);
    const replayed = replay(stored);
    if (replayed === undefined) throw new Error('its journal holds no configuration');
    await this.options.onRead?.(replayed.state);
    const owner = this.own(replayed.state, replayed.lastSeq);
    this.snapshotSeq.set(siteId, stored.snapshot?.seq ?? 0);
    owner.dispatch({ type: 'serviceStarted' });
    owner.start();
    // Those that a crash kept from it. They are in the journal too, so that the cars need not wait for them.
    for (const session of replayed.state.endedSessions) await this.storeSession(siteId, session);
    return owner;
  }

  /** What was accepted is on disk when it resolves. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelSnapshots?.();
    const failures: unknown[] = [];
    for (const [siteId, owner] of this.owners) {
      await owner
        .close()
        .then(() => this.snapshot(siteId, owner))
        .catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Reasons why the service can't do its work; none when it can. */
  async obstacles(): Promise<string[]> {
    const reasons: string[] = [];
    await this.options.store
      .ping()
      .catch((error: unknown) => reasons.push(`the store does not answer: ${String(error)}`));
    for (const [siteId, reason] of this.unreadable) reasons.push(`site ${siteId} could not be read: ${reason}`);
    for (const [siteId, owner] of this.owners) {
      if (owner.failure !== undefined) reasons.push(`site ${siteId}: ${String(owner.failure)}`);
    }
    return reasons;
  }

  counts(): { sites: number; stationsOnline: number; transactions: number } {
    let stationsOnline = 0;
    let transactions = 0;
    for (const { state } of this.owners.values()) {
      for (const station of state.stations.values()) {
        if (station.connection.status === 'online') stationsOnline += 1;
        for (const evse of station.evses.values()) if (evse.transaction !== null) transactions += 1;
      }
    }
    return { sites: this.owners.size, stationsOnline, transactions };
  }

  /** Ascending by id. */
  list(): readonly SiteOwner[] {
    return [...this.owners.values()].sort((a, b) => (a.state.site.siteId < b.state.site.siteId ? -1 : 1));
  }

  find(siteId: string): SiteOwner | undefined {
    return this.owners.get(siteId);
  }

  own(state: SiteState, lastSeq: number): SiteOwner {
    const { store, clock, random, log, metrics, solver, knowledge, ownership } = this.options;
    const { siteId } = state.site;
    const owner = new SiteOwner({
      state,
      lastSeq,
      store,
      clock,
      random,
      log,
      metrics,
      solver,
      knowledge,
      caller: { call: (stationId, command, options) => this.options.caller().call(stationId, command, options) },
      onChange: this.options.onChange,
      rests: this.rests,
      ownership:
        ownership === undefined
          ? undefined
          : {
              token: () => ownership.tokenOf(siteId),
              onFenced: (error) => {
                this.lose(siteId, error);
                ownership.fenced(siteId, error);
              },
            },
    });
    this.owners.set(siteId, owner);
    for (const { id } of state.site.stations) this.siteOfStation.set(id, siteId);
    this.options.onOwned?.(siteId);
    return owner;
  }

  /** After a site was configured anew: its stations are found under it, and those it had are not. */
  listStations(owner: SiteOwner, before: readonly string[]): void {
    for (const id of before) this.siteOfStation.delete(id);
    for (const { id } of owner.state.site.stations) this.siteOfStation.set(id, owner.state.site.siteId);
  }

  /** A site that was refused, or is deleted: nothing of it is written any more. */
  abandon(owner: SiteOwner): void {
    owner.abandon();
    this.forget(owner);
  }

  async delete(owner: SiteOwner): Promise<void> {
    const { siteId } = owner.state.site;
    this.abandon(owner);
    try {
      await this.options.store.deleteSite(siteId, this.options.ownership?.tokenOf(siteId));
      await this.options.ownership?.deleted(siteId);
    } catch (error) {
      // It could not be deleted, so it goes on as it is on disk.
      await this.loadSite(siteId).catch((reason: unknown) => this.unreadable.set(siteId, String(reason)));
      throw error;
    }
  }

  /** What is on disk under this id can't be read, and must not be written over. */
  refuseUnreadable(siteId: string): void {
    const reason = this.unreadable.get(siteId);
    if (reason === undefined) return;
    throw new Problem(
      'INTERNAL',
      `What is stored of site "${siteId}" can not be read (${reason}); it is not overwritten.`,
    );
  }

  private forget(owner: SiteOwner): void {
    const { siteId, stations } = owner.state.site;
    this.owners.delete(siteId);
    this.snapshotSeq.delete(siteId);
    for (const { id } of stations) if (this.siteOfStation.get(id) === siteId) this.siteOfStation.delete(id);
    this.options.onLeft?.(siteId);
  }

  owner(siteId: string): SiteOwner {
    const owner = this.owners.get(siteId);
    if (owner === undefined) throw new Problem('SITE_NOT_FOUND', `There is no site "${siteId}".`);
    return owner;
  }

  ownerOfStation(stationId: string): SiteOwner | undefined {
    const siteId = this.siteOfStation.get(stationId);
    return siteId === undefined ? undefined : this.owners.get(siteId);
  }

  requireOwnerOfStation(stationId: string): SiteOwner {
    const owner = this.ownerOfStation(stationId);
    if (owner === undefined) throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
    return owner;
  }

  evse(stationId: string, evseId: number): EvseInSite {
    const owner = this.requireOwnerOfStation(stationId);
    const at = findEvse(owner.state, stationId, evseId);
    if (at === undefined) {
      throw new Problem('EVSE_NOT_FOUND', `Station "${stationId}" has no EVSE ${evseId}.`);
    }
    return at;
  }

  async storeSession(siteId: string, session: EndedSession): Promise<void> {
    const { sessionId, stationId, startedAtMs, endedAtMs } = session;
    const stored = { sessionId, siteId, stationId, startedMs: startedAtMs, endedMs: endedAtMs, record: session };
    await this.options.store.putSession(stored, this.options.ownership?.tokenOf(siteId));
  }

  private snapshotSoon(): void {
    this.cancelSnapshots = this.options.clock.after(SNAPSHOT_LOOK_MS, () => {
      void this.snapshots().finally(() => {
        if (!this.closed) this.snapshotSoon();
      });
    });
  }

  private async snapshots(): Promise<void> {
    const every = this.options.ownership === undefined ? SNAPSHOT_EVERY_EVENTS : SNAPSHOT_EVERY_EVENTS_SHARED;
    for (const [siteId, owner] of [...this.owners]) {
      // Deleted, or another's, while those before it were written.
      if (this.owners.get(siteId) !== owner) continue;
      if (owner.seq - (this.snapshotSeq.get(siteId) ?? 0) < every) continue;
      await this.snapshot(siteId, owner).catch((error: unknown) =>
        this.options.log.error({ siteId, error: String(error) }, 'no snapshot could be written'),
      );
    }
  }

  private async snapshot(siteId: string, owner: SiteOwner): Promise<void> {
    const { seq } = owner;
    if (seq === this.snapshotSeq.get(siteId)) return;
    const state = snapshotOf(owner.state);
    await owner.durable();
    const nowMs = this.options.clock.nowMs();
    const token = this.options.ownership?.tokenOf(siteId);
    await this.options.store.saveSnapshot({
      siteId,
      seq,
      atMs: nowMs,
      state,
      keepAfterMs: nowMs - JOURNAL_KEPT_MS,
      ...(token === undefined ? {} : { token }),
    });
    if (this.owners.get(siteId) === owner) this.snapshotSeq.set(siteId, seq);
  }
}

function replay(stored: Awaited<ReturnType<Store['loadSite']>>): { state: SiteState; lastSeq: number } | undefined {
  let state = stored.snapshot === undefined ? undefined : stateFromSnapshot(stored.snapshot.state);
  let lastSeq = stored.snapshot?.seq ?? 0;
  for (const entry of stored.events) {
    // Written by this program: what it means is in the journal's own types.
    const event = entry.event as SiteEvent;
    if (state === undefined && event.type === 'siteConfigured') state = emptyState(event.site);
    if (state !== undefined) state = reduce(state, event, entry.atMs);
    lastSeq = Math.max(lastSeq, entry.seq);
  }
  return state === undefined ? undefined : { state, lastSeq };
}
