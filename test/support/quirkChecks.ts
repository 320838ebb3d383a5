import { mayDrawA } from '../../src/site/mayDraw.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import { evsesOfSite } from '../../src/site/sites.js';
import type { PureStation } from './pureStation.js';
import { offeredBy, ownerOf, SAID_A } from './siteLife.js';
import { excessOf, type TimedLimit } from './siteLimits.js';
import { isDisobedient, isUnconfirmed } from './stationQuirks.js';
import { TripCurve } from './tripCurve.js';
import type { VirtualSite } from './virtualSite.js';

/** What it may have been allowed within the reaction time of its car (5 s) is no disobedience; two samples, ten seconds apart, are. */
const FOUND_WITHIN_MS = 26_000;
/** What one meters whose clock is further behind may have been kept from before it connected; so long after that it is taken to be of now. */
const BEHIND_MS = 60_000;
const BEHIND_LATER_MS = 120_000;
/** Once each that does not obey is found: one round trip to each of the others (0.4 s), and the reaction time of their cars (5 s). */
const ROOM_WITHIN_MS = 6_500;
/** After a minute of telling them in vain their transactions are ended; they may have reconnected once. */
const ENDED_WITHIN_MS = 150_000;
/** A meter may be off by so much without its station being accused: it may take that much more than it holds for ever. */
const TOLERANCE_A = 1;
const TOLERANCE_SHARE = 0.05;
/** Rounding of sums. */
const NOTHING_A = 0.01;

/**
 * What must hold at every instant, whatever the quirks.
 *
 * Were the disobedient to obey, no circuit would carry more than its limits. Where no failsafe of a station can be confirmed the others
 * leave it all that its hardware can, or are at their failsafes. What a station holds is among what it is believed to hold. None that
 * obeys is accused. Once there are no more faults one that does not is found in FOUND_WITHIN_MS; the others have made room
 * ROOM_WITHIN_MS later, and what they can't make room for is told to the owner. For scale: a type B or C breaker (IEC 60898) carries 1.13 times
 * its rating for an hour, and trips within an hour at 1.45 times: how much of what it stands was used up is said at the end of the timeline.
 */
export class QuirkChecks {
  private readonly world: VirtualSite;
  private readonly limits: readonly TimedLimit[];
  private readonly disobedient: ReadonlySet<string>;
  private readonly unconfirmed: ReadonlySet<string>;
  private readonly proven = new Set<string>();
  private isCommissioned = false;
  private isCalm = false;
  readonly curve: TripCurve;
  private readonly beyondSinceMs = new Map<string, number>();
  private readonly overSinceMs = new Map<string, number>();

  constructor(world: VirtualSite, limits: readonly TimedLimit[]) {
    this.world = world;
    this.limits = limits;
    this.curve = new TripCurve(world);
    const { stations } = world.site;
    const waysOf = (id: string) => world.station(id);
    this.disobedient = new Set(stations.filter(({ id }) => isDisobedient(waysOf(id))).map(({ id }) => id));
    this.unconfirmed = new Set(stations.filter(({ id }) => isUnconfirmed(waysOf(id))).map(({ id }) => id));
  }

  /** Before, nothing is promised: a car may charge under whatever its station held. */
  commissioned(): void {
    this.isCommissioned = true;
  }

  faultsStopped(): void {
    this.isCalm = true;
  }

  look(): string | undefined {
    this.curve.look();
    const carried = this.isCommissioned ? (this.overload() ?? this.crowded()) : undefined;
    return carried ?? this.believed() ?? (this.isCalm ? this.notMadeRoom() : undefined);
  }

  /** Of all but those without a failsafe, what would flow if each obeyed. */
  private overload(): string | undefined {
    const { world } = this;
    this.noteProven();
    const isCounted = ({ stationId }: PureStation) => this.proven.has(stationId) && !this.unconfirmed.has(stationId);
    const obedientA = (station: PureStation) => (isCounted(station) ? station.obedientA : 0);
    const flows = new Map([...world.loadA(obedientA)].map(([id, loadA]) => [id, { loadA, buildingA: NO_LOAD }]));
    return excessOf(world.site, this.limits, flows, world.clock.nowMs());
  }

  /** Before a station has taken its failsafe for the first time nothing is promised of it (docs/safety.md), and the site says so. */
  private noteProven(): void {
    if (!this.world.isAlive) return;
    for (const [id, { failsafe }] of ownerOf(this.world).state.stations)
      if (failsafe.missingUntilMs !== 'unknown') this.proven.add(id);
  }

  private unproven(): readonly string[] {
    return this.world.site.stations.map(({ id }) => id).filter((id) => !this.proven.has(id));
  }

  /** The others leave those without a failsafe their hardware maximum, or are at their failsafes. */
  private crowded(): string | undefined {
    if (this.unconfirmed.size === 0) return undefined;
    const without = new Set([...this.unconfirmed, ...this.unproven()]);
    const others = this.world.loadA((station) => (without.has(station.stationId) ? 0 : station.drawnA));
    for (const { circuitId, phase, limitA } of this.ratings()) {
      const most = Math.max(
        limitA - this.sumA(circuitId, phase, without, 'hardware'),
        this.sumA(circuitId, phase, this.others(without), 'failsafe'),
      );
      const loadA = others.get(circuitId)?.[phase] ?? 0;
      if (loadA > most + NOTHING_A)
        return `CROWDED ${circuitId} ${phase}: the others take ${loadA.toFixed(2)} A of ${most} A`;
    }
    return undefined;
  }

  private believed(): string | undefined {
    if (!this.world.isAlive) return undefined;
    const nowMs = this.world.clock.nowMs();
    for (const at of evsesOfSite(ownerOf(this.world).state)) {
      const station = this.world.station(at.station.id);
      const mayA = mayDrawA(at, nowMs, nowMs);
      if (!this.disobedient.has(at.station.id)) {
        if (at.evseState.disobeys) return `ACCUSED ${at.station.id}, which obeys what it holds`;
        const heldA = offeredBy(station.limitA(nowMs));
        if (heldA > mayA + SAID_A) return `SURPRISE ${at.station.id} holds ${heldA} A, believed at most ${mayA} A`;
        continue;
      }
      const beyond = this.isCalm && station.drawnA > mayA + Math.max(TOLERANCE_A, mayA * TOLERANCE_SHARE);
      const laterMs = station.skewMs < -BEHIND_MS ? BEHIND_LATER_MS : 0;
      if (lasts(this.beyondSinceMs, at.station.id, beyond, nowMs) > FOUND_WITHIN_MS + laterMs)
        return `UNFOUND ${at.station.id} draws ${station.drawnA} A, believed at most ${mayA} A`;
    }
    return undefined;
  }

  /** Whatever still exceeds a rating is what nobody can make room for, and is told. */
  private notMadeRoom(): string | undefined {
    const nowMs = this.world.clock.nowMs();
    const load = this.world.loadA();
    for (const { circuitId, phase, limitA } of this.ratings()) {
      const loadA = load.get(circuitId)?.[phase] ?? 0;
      const allFound = this.beyondSinceMs.size === 0;
      const over = allFound && loadA > limitA + this.toleratedA(circuitId, phase) + NOTHING_A;
      if (lasts(this.overSinceMs, circuitId + phase, over, nowMs) <= ROOM_WITHIN_MS) continue;
      const isLasting = lasts(this.overSinceMs, circuitId + phase, over, nowMs) > ENDED_WITHIN_MS;
      // A meter may be off: for an ampere nobody's transaction is ended.
      if (isLasting && loadA > limitA + this.toleratedA(circuitId, phase) + 2 * TOLERANCE_A)
        return `NOT ENDED ${circuitId} ${phase}: ${loadA} A of ${limitA} A`;
      const bad = new Set([...this.disobedient, ...this.unconfirmed, ...this.unproven()]);
      const othersA = loadA - this.sumA(circuitId, phase, bad, 'drawn');
      if (othersA > this.sumA(circuitId, phase, this.others(bad), 'failsafe') + NOTHING_A)
        return `NO ROOM on ${circuitId} ${phase}: ${loadA} A of ${limitA} A, of which others take ${othersA} A`;
      const { protection, stations } = this.world.service.getState('s');
      const told =
        stations.some(({ id, control }) => bad.has(id) && control !== 'controlled') &&
        protection.status === 'unprotected' &&
        protection.excess.some(
          (excess) => excess.circuitId === circuitId && 'phase' in excess && excess.phase === phase,
        );
      if (!told) return `UNTOLD ${circuitId} ${phase}: ${loadA} A of ${limitA} A, shown ${JSON.stringify(protection)}`;
    }
    return undefined;
  }

  /** At the end the owner sees which stations will not take a failsafe, or do not say so. */
  unreported(): string | undefined {
    const unseen = this.world.service
      .getState('s')
      .stations.find(
        ({ id, control }) => this.unconfirmed.has(id) && control !== 'refuses' && control !== 'unconfirmed',
      );
    return unseen === undefined ? undefined : `UNREPORTED ${unseen.id}: ${unseen.control}`;
  }

  /** Is there room for all that the hardware of these can, beside the failsafes of the others? */
  isRoomFor(ids: ReadonlySet<string>): boolean {
    return this.ratings().every(
      ({ circuitId, phase, limitA }) =>
        this.sumA(circuitId, phase, ids, 'hardware') + this.sumA(circuitId, phase, this.others(ids), 'failsafe') <=
        limitA,
    );
  }

  private ratings(): { circuitId: string; phase: Phase; limitA: number }[] {
    return this.world.site.circuits.flatMap(({ id, limitA }) =>
      PHASES.map((phase) => ({ circuitId: id, phase, limitA: limitA[phase] })),
    );
  }

  private others(than: ReadonlySet<string>): ReadonlySet<string> {
    return new Set(this.world.site.stations.map(({ id }) => id).filter((id) => !than.has(id)));
  }

  /** Of these stations below a circuit, on one phase. */
  private sumA(
    circuitId: string,
    phase: Phase,
    ids: ReadonlySet<string>,
    what: 'hardware' | 'failsafe' | 'drawn',
  ): number {
    const { circuits, stations } = this.world.site;
    const below = (id: string): boolean =>
      id === circuitId ||
      circuits.some((circuit) => circuit.id === id && circuit.parentId !== null && below(circuit.parentId));
    return stations.reduce((sum, { id, circuitId: own, failsafeA, evses: [evse] }) => {
      const terminal = evse?.phases.indexOf(phase) ?? -1;
      if (!ids.has(id) || !below(own) || terminal < 0) return sum;
      const station = this.world.station(id);
      if (what === 'hardware') return sum + station.currentMaxA;
      if (what === 'failsafe') return sum + failsafeA;
      return sum + (terminal < (station.car?.phases ?? 0) ? station.drawnA : 0);
    }, 0);
  }

  private toleratedA(circuitId: string, phase: Phase): number {
    let toleratedA = 0;
    for (const id of this.disobedient)
      toleratedA += Math.max(
        this.sumA(circuitId, phase, new Set([id]), 'hardware') > 0 ? TOLERANCE_A : 0,
        this.sumA(circuitId, phase, new Set([id]), 'drawn') * TOLERANCE_SHARE,
      );
    return toleratedA;
  }
}

const NO_LOAD = { L1: 0, L2: 0, L3: 0 };

/** For how long something has been so, without a break. */
function lasts(sinceMs: Map<string, number>, key: string, isSo: boolean, nowMs: number): number {
  if (!isSo) {
    sinceMs.delete(key);
    return 0;
  }
  const since = sinceMs.get(key) ?? nowMs;
  sinceMs.set(key, since);
  return nowMs - since;
}
