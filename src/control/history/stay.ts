import { evseCurrentMaxA, gridEnergyWh, wattsPerAmpere } from '../../site/electricity.js';
import { type EnergyQuarters, quarterOf, spreadEvenly, withShares } from '../../site/energyShares.js';
import type { EvseInSite } from '../../site/mayDraw.js';
import { phasesInUse } from '../../site/mayDraw.js';
import type { Evse, SiteModel } from '../../site/model.js';
import type { Phase } from '../../site/phases.js';
import { evseOf, type SiteIndex } from '../../site/siteIndex.js';
import type { EndedSession, TransactionState } from '../../site/state.js';
import { quartersOf } from '../../site/transactionEnergy.js';

/** A session as its past is looked at: how much it took when, and how fast it could have. */
export interface Stay {
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly idToken: string;
  readonly startedAtMs: number;
  /** Null while it is open. */
  readonly endedAtMs: number | null;
  /** At the outlet. */
  readonly energyWh: number;
  /** On the grid side. */
  readonly gridQuarters: EnergyQuarters;
  readonly phases: readonly Phase[];
  /** On the grid side: the most its car was seen to draw, else the most its EVSE gives; at least what its energy takes. */
  readonly fullPowerW: number;
}

/** `site` is as configured today: of an EVSE that is gone neither its losses nor its maximum are known. */
export interface SiteContext {
  readonly site: SiteModel;
  readonly index: SiteIndex;
}

export function endedStay(session: EndedSession, { site, index }: SiteContext): Stay {
  const { sessionId, stationId, evseId, idToken, startedAtMs, endedAtMs, energyWh, drawnMaxA } = session;
  const evse = evseOf(index.stations.get(stationId), evseId);
  const quarters = session.quarters ?? evenQuarters(session);
  const common = { sessionId, stationId, evseId, idToken, startedAtMs, endedAtMs, energyWh };
  return stayOf(common, { site, evse, quarters, drawnMaxA, phases: session.phasesInUse, nowMs: endedAtMs });
}

export function openStay({ site, station, evse, evseState }: EvseInSite, open: TransactionState, nowMs: number): Stay {
  const { sessionId, idToken, startedAtMs, energyWh, vehicleSeen } = open;
  const common = { sessionId, stationId: station.id, evseId: evse.id, idToken, startedAtMs, endedAtMs: null, energyWh };
  const drawnMaxA = (vehicleSeen?.drawnMaxA ?? 0) > 0 ? vehicleSeen?.drawnMaxA : undefined;
  return stayOf(common, {
    site,
    evse,
    quarters: quartersOf(open),
    drawnMaxA,
    phases: phasesInUse(evse, evseState),
    nowMs,
  });
}

/** What is known of sessions from before their quarters were kept. */
function evenQuarters({ energyWh, startedAtMs, endedAtMs }: EndedSession): EnergyQuarters {
  return withShares({ startMs: quarterOf(startedAtMs), wh: [] }, spreadEvenly(energyWh, startedAtMs, endedAtMs));
}

interface StayFacts {
  readonly site: SiteModel;
  readonly evse: Evse | undefined;
  readonly quarters: EnergyQuarters;
  readonly drawnMaxA: number | undefined;
  readonly phases: readonly Phase[];
  readonly nowMs: number;
}

function stayOf(common: Omit<Stay, 'gridQuarters' | 'phases' | 'fullPowerW'>, facts: StayFacts): Stay {
  const { evse, quarters, phases, nowMs } = facts;
  const wh = evse === undefined ? quarters.wh : quarters.wh.map((outletWh) => gridEnergyWh(evse, outletWh));
  const gridWh = wh.reduce((sum, one) => sum + one, 0);
  const stayedMs = Math.max(STAY_LEAST_MS, nowMs - common.startedAtMs);
  return {
    ...common,
    gridQuarters: { startMs: quarters.startMs, wh },
    phases,
    fullPowerW: Math.max(seenPowerW(facts), (gridWh * 3_600_000) / stayedMs),
  };
}

/** Of stays that are shorter than this by a station's clock. */
const STAY_LEAST_MS = 60_000;

function seenPowerW({ site, evse, drawnMaxA, phases }: StayFacts): number {
  const currentA = drawnMaxA ?? (evse === undefined ? 0 : evseCurrentMaxA(evse, site));
  if (evse === undefined) return currentA * site.voltageV * phases.length;
  return (currentA * wattsPerAmpere(evse, site.voltageV) * phases.length) / evse.phases.length;
}
