import type { StoredLease } from '../store/store.js';
import { preference } from './preference.js';

/** What is free for more looks than this is taken by whoever sees it, whatever its share: someone must. */
const FREE_LOOKS_MAX = 2;
/** The same for a process that is late itself: whoever has more time has had it by then. */
const FREE_LOOKS_MAX_LATE = 5;
/** A site that its owner handed on is for those that have room, at first. */
const HANDED_ON_MS = 5_000;
/** Taken in one look: then it looks anew at what is left, and at itself. */
const TAKEN_PER_LOOK = 32;
const TAKEN_PER_LOOK_LATE = 4;
/** A share that is too large is given up only when it has been so for a while: processes come and go together. */
const SURPLUS_LOOKS = 5;
/** Of a surplus, this part at a time; each site that moves costs both processes, and its stations assert their failsafes anew. */
const SURPLUS_PART = 10;
const GIVEN_PER_LOOK = 4;
/** What nobody wanted comes back, and is offered again after so long, and twice as long each time. */
const OFFER_REST_MS = 30_000;
const OFFER_REST_MAX_MS = 600_000;
/** Of its fair share, so much more is none: sites would wander for ever while others are made and deleted. */
const SURPLUS_TOLERATED_PART = 0.05;

export interface ShareView {
  /** Of every site. */
  readonly leases: readonly StoredLease[];
  readonly ownerId: string;
  readonly held: ReadonlySet<string>;
  /** Of those, the ones whose state is still being read. */
  readonly beingRead: ReadonlySet<string>;
  /** How many planners run, this one among them. */
  readonly planners: number;
  readonly nowMs: number;
  /** This process gets to its work late: it has enough. */
  readonly isLate: boolean;
}

export interface ShareDecision {
  /** In this order. */
  readonly take: readonly string[];
  /** There is more to be had than that. */
  readonly isMoreFree: boolean;
  readonly give: readonly string[];
}

/** Decides, look by look, which sites a planner takes and which it hands on, so that each has its share and none is nobody's. */
export class FairShare {
  private readonly freeLooks = new Map<string, number>();
  /** Sites that were another's when last looked at, and when somebody said that a site is free. */
  private othersSites: ReadonlySet<string> = new Set();
  private readonly handedOnMs = new Map<string, number>();
  private surplusLooks = 0;
  /** Handed on, and neither another's yet nor its own again. */
  private readonly offered = new Set<string>();
  private offerRestMs = 0;
  private offerAgainMs = Number.NEGATIVE_INFINITY;

  /** Its owner hands it on, to whoever has room. */
  handedOn(siteId: string, nowMs: number): void {
    this.handedOnMs.set(siteId, nowMs);
  }

  decide(view: ShareView): ShareDecision {
    const fair = Math.ceil(view.leases.length / view.planners);
    const wanted = this.wanted(view, fair);
    const take = wanted.slice(0, view.isLate ? TAKEN_PER_LOOK_LATE : TAKEN_PER_LOOK);
    return { take, isMoreFree: wanted.length > take.length, give: this.surplus(view, fair) };
  }

  private wanted(view: ShareView, fair: number): readonly string[] {
    const { leases, ownerId, held, isLate } = view;
    const free = leases.filter(({ siteId, holder }) => holder === 'nobody' && !held.has(siteId));
    const looks = new Map(free.map(({ siteId }) => [siteId, (this.freeLooks.get(siteId) ?? 0) + 1]));
    this.freeLooks.clear();
    for (const [siteId, count] of looks) this.freeLooks.set(siteId, count);
    const orphans = this.orphans(view);
    const room = isLate ? 0 : Math.max(0, fair - held.size);
    const inOrder = free.map(({ siteId }) => siteId).sort((a, b) => preference(ownerId, b) - preference(ownerId, a));
    return inOrder.filter(
      (siteId, index) =>
        index < room ||
        (!isLate && orphans.has(siteId)) ||
        (looks.get(siteId) ?? 0) > (isLate ? FREE_LOOKS_MAX_LATE : FREE_LOOKS_MAX),
    );
  }

  /** Those whose owner has died: their stations wait, so that nobody waits for whoever has the most room. */
  private orphans({ leases, ownerId, nowMs }: ShareView): ReadonlySet<string> {
    for (const [siteId, atMs] of this.handedOnMs) if (nowMs - atMs > HANDED_ON_MS) this.handedOnMs.delete(siteId);
    const free = leases.filter(({ holder }) => holder === 'nobody').map(({ siteId }) => siteId);
    const orphans = free.filter((siteId) => this.othersSites.has(siteId) && !this.handedOnMs.has(siteId));
    const others = leases.filter(({ holder }) => holder !== 'nobody' && holder.ownerId !== ownerId);
    // A site that nobody could take at once stays an orphan.
    this.othersSites = new Set([...others.map(({ siteId }) => siteId), ...orphans]);
    return new Set(orphans);
  }

  private surplus(view: ShareView, fair: number): readonly string[] {
    const { held, beingRead, nowMs } = view;
    this.lookAtOffered(view);
    const surplus = held.size - fair;
    const isTooMuch = surplus > Math.floor(fair * SURPLUS_TOLERATED_PART);
    // What it has just taken it has to know first: until then nobody can say what is too much for it.
    this.surplusLooks = isTooMuch && beingRead.size === 0 ? this.surplusLooks + 1 : 0;
    if (this.surplusLooks <= SURPLUS_LOOKS || this.offered.size > 0 || nowMs < this.offerAgainMs) return [];
    const given = [...held].slice(0, Math.min(GIVEN_PER_LOOK, Math.ceil(surplus / SURPLUS_PART)));
    for (const siteId of given) this.offered.add(siteId);
    return given;
  }

  /** Those who have room may be too busy to take anything: then their sites would come and go for ever. */
  private lookAtOffered({ leases, ownerId, held, nowMs }: ShareView): void {
    const holders = new Map(leases.map(({ siteId, holder }) => [siteId, holder]));
    for (const siteId of this.offered) {
      const holder = holders.get(siteId);
      if (holder === 'nobody' && !held.has(siteId)) continue;
      this.offered.delete(siteId);
      const isBack = held.has(siteId) || (holder !== undefined && holder !== 'nobody' && holder.ownerId === ownerId);
      this.offerRestMs = isBack ? Math.min(OFFER_REST_MAX_MS, Math.max(OFFER_REST_MS, 2 * this.offerRestMs)) : 0;
      this.offerAgainMs = nowMs + this.offerRestMs;
    }
  }
}
