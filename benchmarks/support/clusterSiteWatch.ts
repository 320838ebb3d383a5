import type { GridPhase } from './benchStation.js';
import { BUILDING_A, type ClusterSite } from './clusterScene.js';
import type { ClusterStation } from './clusterStation.js';
import { eachPhase, PHASES, readingDocument } from './site.js';

/** What rounding in sums of many numbers may add. */
const SAME_A = 1e-6;

/** One site from outside: what its building and its cars draw, and how fast the cars make room when the building takes more. */
export class ClusterSiteWatch {
  readonly siteId: string;
  readonly jumps: boolean;
  readonly #site: ClusterSite;
  readonly #stations: readonly ClusterStation[];
  #step = 0;
  #pending: { readonly sinceMs: number; firstMs: number | undefined } | undefined;
  #overSinceMs: number | undefined;
  firstMs: number[] = [];
  fitsMs: number[] = [];
  profiles = 0;
  unanswered = 0;
  longestOverMs = 0;

  constructor(site: ClusterSite, stations: readonly ClusterStation[]) {
    this.siteId = site.siteId;
    this.jumps = site.jumps;
    this.#site = site;
    this.#stations = stations;
    for (const { bench } of stations) bench.onProfile = (arrivedMs) => this.#profileCame(arrivedMs);
  }

  get #baseA(): number {
    return BUILDING_A[this.#step % BUILDING_A.length] ?? 0;
  }

  reading(): unknown {
    return readingDocument((phase) => this.#flowA(phase));
  }

  /** The building takes more, or less again, or as much as before. The reading that follows says so. */
  jump(): void {
    this.#giveUp();
    const beforeA = this.#baseA;
    this.#step++;
    if (this.#baseA > beforeA && this.#isOver()) this.#pending = { sinceMs: performance.now(), firstMs: undefined };
    this.look();
  }

  look(): void {
    const nowMs = performance.now();
    if (!this.#isOver()) this.#overSinceMs = undefined;
    else {
      this.#overSinceMs ??= nowMs;
      this.longestOverMs = Math.max(this.longestOverMs, nowMs - this.#overSinceMs);
    }
  }

  forget(): void {
    this.firstMs = [];
    this.fitsMs = [];
    this.profiles = 0;
    this.unanswered = 0;
    this.longestOverMs = 0;
    this.#overSinceMs = undefined;
    this.#pending = undefined;
  }

  #profileCame(arrivedMs: number): void {
    this.profiles++;
    const pending = this.#pending;
    if (pending === undefined) return;
    if (pending.firstMs === undefined) {
      pending.firstMs = arrivedMs - pending.sinceMs;
      this.firstMs.push(pending.firstMs);
    }
    if (this.#isOver()) return;
    this.fitsMs.push(arrivedMs - pending.sinceMs);
    this.#pending = undefined;
    this.look();
  }

  #giveUp(): void {
    if (this.#pending !== undefined) this.unanswered++;
    this.#pending = undefined;
  }

  /** As the building's meter would show it: cars draw almost what they may. */
  #isOver(): boolean {
    const flowsA = eachPhase((phase) => this.#flowA(phase));
    return PHASES.some((phase) => flowsA[phase] > this.#site.limitA[phase] + SAME_A);
  }

  #flowA(phase: GridPhase): number {
    const nowMs = Date.now();
    return this.#stations
      .filter(({ bench }) => bench.phases.includes(phase))
      .reduce((sum, station) => sum + station.drawnA(nowMs), this.#baseA);
  }
}
