import type { Circuit, Evse, SiteModel, Station } from './model.js';

/** Look-ups into a SiteModel, made once per configuration. */
export interface SiteIndex {
  readonly stations: ReadonlyMap<string, Station>;
  readonly circuits: ReadonlyMap<string, Circuit>;
  /** From the circuit itself up to the grid connection. */
  readonly pathToGrid: ReadonlyMap<string, readonly Circuit[]>;
  /** Every station at or below a circuit. */
  readonly stationsBelow: ReadonlyMap<string, readonly Station[]>;
}

export function indexSite(site: SiteModel): SiteIndex {
  const circuits = new Map(site.circuits.map((circuit) => [circuit.id, circuit]));
  const pathToGrid = new Map(site.circuits.map((circuit) => [circuit.id, pathFrom(circuit, circuits)]));
  const stationsBelow = new Map<string, Station[]>(site.circuits.map((circuit) => [circuit.id, []]));
  for (const station of site.stations) {
    for (const circuit of pathToGrid.get(station.circuitId) ?? []) stationsBelow.get(circuit.id)?.push(station);
  }
  return {
    stations: new Map(site.stations.map((station) => [station.id, station])),
    circuits,
    pathToGrid,
    stationsBelow,
  };
}

function pathFrom(circuit: Circuit, circuits: ReadonlyMap<string, Circuit>): Circuit[] {
  const path: Circuit[] = [];
  const seen = new Set<string>();
  let next: Circuit | undefined = circuit;
  while (next !== undefined && !seen.has(next.id)) {
    seen.add(next.id);
    path.push(next);
    next = next.parentId === null ? undefined : circuits.get(next.parentId);
  }
  return path;
}

export function evseOf(station: Station | undefined, evseId: number): Evse | undefined {
  return station?.evses.find((evse) => evse.id === evseId);
}
