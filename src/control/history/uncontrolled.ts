import { type QuarterShare, spreadEvenly } from '../../site/energyShares.js';
import { QUARTER_MS, type QuarterRecord } from '../../site/history.js';
import type { SiteModel } from '../../site/model.js';
import { PHASES, type Phase, perPhase } from '../../site/phases.js';
import type { ConnectionLoad } from './historyService.js';
import type { Stay } from './stay.js';

// What would have been without control: every car at full power from its arrival until it has what it really got. The building is as it
// was, and no fuse limits anything. Pure.

/** A car at full power, on the grid side. */
export interface FullPowerCharge {
  readonly fromMs: number;
  readonly toMs: number;
  readonly energyWh: number;
  /** Per phase that it uses. */
  readonly currentA: number;
  readonly phases: readonly Phase[];
}

/** Undefined for a stay that took nothing. */
export function fullPowerCharge(stay: Stay, site: Pick<SiteModel, 'voltageV'>): FullPowerCharge | undefined {
  const energyWh = stay.gridQuarters.wh.reduce((sum, wh) => sum + wh, 0);
  if (energyWh <= 0 || stay.fullPowerW <= 0) return undefined;
  return {
    fromMs: stay.startedAtMs,
    toMs: stay.startedAtMs + (energyWh * 3_600_000) / stay.fullPowerW,
    energyWh,
    currentA: stay.fullPowerW / (site.voltageV * Math.max(1, stay.phases.length)),
    phases: stay.phases,
  };
}

export function chargeShares({ energyWh, fromMs, toMs }: FullPowerCharge): readonly QuarterShare[] {
  return spreadEvenly(energyWh, fromMs, toMs);
}

/**
 * The same quarters with the cars' energy where it would have been taken. More of it comes out of what was fed into the grid first;
 * less of it leaves more to be fed in, where the site was ever seen to do so. A quarter of which nothing was known is put in.
 */
export function uncontrolledQuarters(
  quarters: readonly QuarterRecord[],
  charges: readonly FullPowerCharge[],
): readonly QuarterRecord[] {
  const carsWh = new Map<number, number>();
  for (const charge of charges) {
    for (const { startMs, energyWh } of chargeShares(charge)) {
      carsWh.set(startMs, (carsWh.get(startMs) ?? 0) + energyWh);
    }
  }
  const mayExport = quarters.some(({ exportWh }) => exportWh > 0);
  const moved = quarters.map((quarter) => {
    const wouldWh = carsWh.get(quarter.startMs) ?? 0;
    carsWh.delete(quarter.startMs);
    return withCarsWh(quarter, wouldWh, mayExport);
  });
  const unknown = [...carsWh].map(([startMs, energyWh]) => ({
    startMs,
    importWh: energyWh,
    exportWh: 0,
    carsWh: energyWh,
    meteredMs: 0,
    buildingA: {},
  }));
  return [...moved, ...unknown].sort((a, b) => a.startMs - b.startMs);
}

function withCarsWh(quarter: QuarterRecord, carsWh: number, mayExport: boolean): QuarterRecord {
  const moreWh = carsWh - quarter.carsWh;
  if (moreWh >= 0) {
    const ownWh = Math.min(moreWh, quarter.exportWh);
    return { ...quarter, carsWh, importWh: quarter.importWh + moreWh - ownWh, exportWh: quarter.exportWh - ownWh };
  }
  const leftWh = quarter.importWh + moreWh;
  const fedInWh = mayExport ? Math.max(0, -leftWh) : 0;
  return { ...quarter, carsWh, importWh: Math.max(0, leftWh), exportWh: quarter.exportWh + fedInWh };
}

/**
 * The load of the grid connection's phases with those charges, against its own limit. Of the building the mean of the quarter counts, of
 * the cars the most that they draw at one moment in it. `quarters` ascending: those that are looked at.
 */
export function connectionLoad(
  site: SiteModel,
  quarters: readonly QuarterRecord[],
  charges: readonly FullPowerCharge[],
): ConnectionLoad {
  const root = site.circuits.find(({ parentId }) => parentId === null);
  if (root === undefined) throw new Error(`site ${site.siteId} has no grid connection`);
  const loads = phaseLoads(site, root.id, quarters, charges);
  const worst = PHASES.map((phase) => {
    const peak = loads.reduce<{ startMs: number; currentA: number } | null>((best, { startMs, currentA }) => {
      return best === null || currentA[phase] > best.currentA ? { startMs, currentA: currentA[phase] } : best;
    }, null);
    const peakA = peak?.currentA ?? 0;
    return { phase, limitA: root.limitA[phase], peakA, peakAtMs: peak?.startMs ?? null };
  }).reduce((most, one) => (one.peakA - one.limitA > most.peakA - most.limitA ? one : most));
  const exceeded = loads.filter(({ currentA }) => PHASES.some((phase) => currentA[phase] > root.limitA[phase]));
  return { ...worst, excessA: Math.max(0, worst.peakA - worst.limitA), quartersExceeded: exceeded.length };
}

function phaseLoads(
  { voltageV }: SiteModel,
  rootId: string,
  quarters: readonly QuarterRecord[],
  charges: readonly FullPowerCharge[],
) {
  // At one instant ends come before starts: half-open.
  const changes = charges
    .flatMap(({ fromMs, toMs, currentA, phases }) => [
      { atMs: fromMs, currentA, phases },
      { atMs: toMs, currentA: -currentA, phases },
    ])
    .sort((a, b) => a.atMs - b.atMs || a.currentA - b.currentA);
  const carsA: Record<Phase, number> = { L1: 0, L2: 0, L3: 0 };
  let next = 0;
  const advance = () => {
    const change = changes[next];
    for (const phase of change?.phases ?? []) carsA[phase] += change?.currentA ?? 0;
    next += 1;
  };
  const nextMs = () => changes[next]?.atMs ?? Number.POSITIVE_INFINITY;
  return quarters.map((quarter) => {
    // What began or ended with the quarter, or before it.
    while (nextMs() <= quarter.startMs) advance();
    const mostA = { ...carsA };
    while (nextMs() < quarter.startMs + QUARTER_MS) {
      advance();
      for (const phase of PHASES) mostA[phase] = Math.max(mostA[phase], carsA[phase]);
    }
    const buildingA = quarter.buildingA[rootId] ?? evenBuildingA(quarter, voltageV);
    return { startMs: quarter.startMs, currentA: perPhase((phase) => buildingA[phase] + mostA[phase]) };
  });
}

/** Where its currents are not known: its mean power, evenly. */
function evenBuildingA({ importWh, exportWh, carsWh }: QuarterRecord, voltageV: number) {
  const powerW = (Math.max(0, importWh - exportWh - carsWh) * 3_600_000) / QUARTER_MS;
  return perPhase(() => powerW / (PHASES.length * voltageV));
}
