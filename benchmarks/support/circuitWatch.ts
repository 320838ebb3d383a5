import type { BenchStation, GridPhase } from './benchStation.js';
import { PHASES } from './site.js';
import type { StormSite } from './stormScene.js';

interface WatchedRow {
  readonly name: string;
  readonly roomA: number;
  readonly members: BenchStation[];
  sumA: number;
}

interface Watched {
  readonly rows: WatchedRow[];
  limitA: number;
}

/** What rounding in sums of many numbers may add. */
const SAME_A = 1e-6;

/**
 * From the stations' side, and knowing nothing of the service: what all of a circuit may draw together by the profiles that they
 * hold, at every moment at which one of them changes.
 */
export class CircuitWatch {
  readonly #stations = new Map<BenchStation, Watched>();
  readonly #rows: WatchedRow[] = [];
  /** The most that any phase of any circuit was over its limit; below 0: what was left at the fullest moment of the fullest. */
  #worst: { overA: number; where: string } = { overA: Number.NEGATIVE_INFINITY, where: 'nowhere' };

  add(site: StormSite, stationOf: (id: string) => BenchStation): void {
    const rowsOf = (circuitIndex: number) => {
      const circuit = site.circuits[circuitIndex];
      if (circuit === undefined) throw new Error(`${site.siteId} has no circuit ${circuitIndex}`);
      return PHASES.map((phase): WatchedRow => {
        const name = `${site.siteId} ${circuit.id} ${phase}`;
        return { name, roomA: circuit.roomA[phase], members: [], sumA: 0 };
      });
    };
    const rows = site.circuits.map((_, index) => rowsOf(index));
    for (const { id, phases, row } of site.stations) {
      const station = stationOf(id);
      const own = [rows[0], rows[row + 1]].flatMap((ofCircuit) => phases.map((phase) => rowOf(ofCircuit, phase)));
      for (const each of own) each.members.push(station);
      this.#stations.set(station, { rows: own, limitA: 0 });
    }
    this.#rows.push(...rows.flat());
  }

  /** It may draw something else from now on. */
  changed(station: BenchStation, nowMs: number): void {
    const watched = this.#stations.get(station);
    if (watched === undefined) return;
    const limitA = station.limitA(nowMs);
    const byA = limitA - watched.limitA;
    if (byA === 0) return;
    watched.limitA = limitA;
    for (const row of watched.rows) {
      row.sumA += byA;
      this.#look(row);
    }
  }

  /** Schedules change by themselves too. */
  lookAtAll(nowMs: number): void {
    for (const station of this.#stations.keys()) this.changed(station, nowMs);
    for (const row of this.#rows) {
      row.sumA = row.members.reduce((sum, station) => sum + (this.#stations.get(station)?.limitA ?? 0), 0);
      this.#look(row);
    }
  }

  /** Since it was last asked. */
  takeWorst(nowMs: number): { readonly overA: number; readonly where: string } {
    this.lookAtAll(nowMs);
    const worst = this.#worst;
    this.#worst = { overA: Number.NEGATIVE_INFINITY, where: 'nowhere' };
    return worst;
  }

  #look({ name, roomA, sumA }: WatchedRow): void {
    const overA = sumA - roomA - SAME_A;
    if (overA > this.#worst.overA) this.#worst = { overA, where: name };
  }
}

function rowOf(rows: readonly WatchedRow[] | undefined, phase: GridPhase): WatchedRow {
  const row = rows?.[PHASES.indexOf(phase)];
  if (row === undefined) throw new Error(`nothing is watched on ${phase}`);
  return row;
}
