import type { HeldLease, LeaseHolder, NodeAnnouncement, StoredLease, StoredNode } from '../../src/store/store.js';
import { StoreError } from '../../src/store/storeError.js';

/** Leases, stations and nodes of the store for virtual time. */
export class MemoryOwnership {
  private readonly nowMs: () => number;
  private readonly tokens = new Map<string, number>();
  private readonly leases = new Map<string, { readonly owner: LeaseHolder; readonly expiresMs: number }>();
  private readonly stations = new Map<string, string>();
  private readonly nodes = new Map<string, { readonly node: NodeAnnouncement; readonly expiresMs: number }>();

  constructor(nowMs: () => number) {
    this.nowMs = nowMs;
  }

  requireOwner(siteId: string, token: number | undefined): void {
    const highest = this.tokens.get(siteId) ?? 0;
    if (token !== undefined && token < highest) {
      throw new StoreError('STALE_TOKEN', `token ${token} of site ${siteId} is stale: the newest is ${highest}`);
    }
  }

  takeLease(siteId: string, owner: LeaseHolder, lastsMs: number): number | undefined {
    const holder = this.holder(siteId);
    if (holder !== undefined && holder.ownerId !== owner.ownerId) return undefined;
    const token = (this.tokens.get(siteId) ?? 0) + (holder === undefined ? 1 : 0);
    this.tokens.set(siteId, token);
    this.leases.set(siteId, { owner, expiresMs: this.nowMs() + lastsMs });
    return token;
  }

  renewLeases(ownerId: string, lastsMs: number): readonly HeldLease[] {
    const held = [...this.leases]
      .filter(([, { owner }]) => owner.ownerId === ownerId)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return held.map(([siteId, { owner }]) => {
      this.leases.set(siteId, { owner, expiresMs: this.nowMs() + lastsMs });
      return { siteId, token: this.tokens.get(siteId) ?? 0 };
    });
  }

  releaseLeases(ownerId: string, siteIds: readonly string[] = [...this.leases.keys()]): void {
    for (const siteId of siteIds) {
      if (this.leases.get(siteId)?.owner.ownerId === ownerId) this.leases.delete(siteId);
    }
  }

  listLeases(siteIds: readonly string[]): readonly StoredLease[] {
    return siteIds.map((siteId) => ({
      siteId,
      token: this.tokens.get(siteId) ?? 0,
      holder: this.holder(siteId) ?? 'nobody',
    }));
  }

  putStations(siteId: string, stationIds: readonly string[]): void {
    const taken = stationIds.find((stationId) => (this.stations.get(stationId) ?? siteId) !== siteId);
    if (taken !== undefined) throw new StoreError('STATION_TAKEN', `another site lists station ${taken}`);
    for (const [stationId, listedBy] of this.stations) if (listedBy === siteId) this.stations.delete(stationId);
    for (const stationId of stationIds) this.stations.set(stationId, siteId);
  }

  siteOfStation(stationId: string): string | undefined {
    return this.stations.get(stationId);
  }

  announceNode(node: NodeAnnouncement, lastsMs: number): void {
    this.nodes.set(node.nodeId, { node, expiresMs: this.nowMs() + lastsMs });
  }

  listNodes(): readonly StoredNode[] {
    return [...this.nodes.values()]
      .filter(({ expiresMs }) => expiresMs > this.nowMs())
      .map(({ node, expiresMs }) => ({ ...node, expiresInMs: expiresMs - this.nowMs() }))
      .sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1));
  }

  removeNode(nodeId: string): void {
    this.nodes.delete(nodeId);
  }

  private holder(siteId: string): LeaseHolder | undefined {
    const lease = this.leases.get(siteId);
    return lease === undefined || lease.expiresMs <= this.nowMs() ? undefined : lease.owner;
  }
}
