import type { ProblemCircuit, ProblemSession, Series } from '../../optimizer/index.js';
import { evseCurrentMaxA } from '../site/electricity.js';
import { PHASES, type Phase, perPhase } from '../site/phases.js';
import { evsesOfSite } from '../site/sites.js';
import type { SiteState } from '../site/state.js';

// A plan of least cost fills the cheap hours to the limit. Whoever comes then and can't wait takes the place of those who were to
// charge last, and they leave without. So beyond the next hour some room is left for cars that are yet to come: a part of each limit,
// no more than free stations can take, and no more than half of what is not needed anyway.

const ROOM_SHARE = 0.15;
/** What lies nearer is planned to the full: who comes within the hour is planned with in the next schedule. */
const FROM_AHEAD_MS = 3_600_000;
const MS_PER_HOUR = 3_600_000;

/** The same circuits with that room taken off. */
export function leavingRoom(
  state: SiteState,
  circuits: readonly ProblemCircuit[],
  of: { readonly sessions: readonly ProblemSession[]; readonly boundariesMs: readonly number[] },
): readonly ProblemCircuit[] {
  const freeA = freeBelow(state);
  const wanted = wantedBelow(state, of.sessions);
  return circuits.map((circuit) => {
    const free = freeA.get(circuit.id);
    if (free === undefined) return circuit;
    const limitA = perPhase((phase) => {
      const limit = circuit.limitA[phase];
      const most = free[phase];
      if (limit === 'unlimited' || most === 0) return limit;
      return lessRoom(limit, {
        mostA: most,
        wants: wanted.get(circuit.id)?.[phase] ?? [],
        boundariesMs: of.boundariesMs,
      });
    });
    return { ...circuit, limitA };
  });
}

/** Current on a phase, times hours, wanted by an instant. */
interface Want {
  readonly ampereHours: number;
  readonly departureMs: number;
}

function lessRoom(
  limit: Series,
  of: { readonly mostA: number; readonly wants: readonly Want[]; readonly boundariesMs: readonly number[] },
): Series {
  const share = Math.min(ROOM_SHARE, (1 - neededShare(limit, of.wants, of.boundariesMs)) / 2);
  if (share <= 0) return limit;
  const fromMs = (of.boundariesMs[0] ?? 0) + FROM_AHEAD_MS;
  return of.boundariesMs.slice(0, -1).map((startMs, slot) => {
    const limitA = at(limit, slot);
    return startMs < fromMs ? limitA : limitA - Math.min(of.mostA, limitA * share);
  });
}

/** Of what there is until each departure, the largest share that is wanted by then. */
function neededShare(limit: Series, wants: readonly Want[], boundariesMs: readonly number[]): number {
  let needed = 0;
  let wantedAh = 0;
  let thereAh = 0;
  let slot = 0;
  for (const { ampereHours, departureMs } of [...wants].sort((a, b) => a.departureMs - b.departureMs)) {
    wantedAh += ampereHours;
    for (; (boundariesMs[slot + 1] ?? Number.POSITIVE_INFINITY) <= departureMs; slot++)
      thereAh += (at(limit, slot) * ((boundariesMs[slot + 1] ?? 0) - (boundariesMs[slot] ?? 0))) / MS_PER_HOUR;
    needed = Math.max(needed, thereAh === 0 ? 1 : wantedAh / thereAh);
  }
  return needed;
}

/** What stations without a car could draw, per circuit and phase. */
function freeBelow(state: SiteState): ReadonlyMap<string, Record<Phase, number>> {
  const free = new Map<string, Record<Phase, number>>();
  for (const { station, evse, evseState } of evsesOfSite(state)) {
    if (evseState.transaction !== null) continue;
    for (const { id } of state.index.pathToGrid.get(station.circuitId) ?? []) {
      const sums = free.get(id) ?? { L1: 0, L2: 0, L3: 0 };
      free.set(id, sums);
      for (const phase of evse.phases) sums[phase] += evseCurrentMaxA(evse, state.site);
    }
  }
  return free;
}

function wantedBelow(
  state: SiteState,
  sessions: readonly ProblemSession[],
): ReadonlyMap<string, Record<Phase, Want[]>> {
  const wanted = new Map<string, Record<Phase, Want[]>>();
  for (const { circuitId, phases, voltageV, energyWh, departureMs = Number.POSITIVE_INFINITY } of sessions) {
    const want = { ampereHours: energyWh / (voltageV * phases.length), departureMs };
    for (const { id } of state.index.pathToGrid.get(circuitId) ?? []) {
      const lists = wanted.get(id) ?? { L1: [], L2: [], L3: [] };
      wanted.set(id, lists);
      for (const phase of PHASES) if (phases.includes(phase)) lists[phase].push(want);
    }
  }
  return wanted;
}

function at(series: Series, slot: number): number {
  return typeof series === 'number' ? series : (series[slot] ?? 0);
}
