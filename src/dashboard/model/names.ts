import type { SiteSummary } from '../api/documents.js';
import type { Speech } from './speech.js';

/** What people call the parts of a site. Where the owner gave no name, the id is made readable: row-a is Row A. */
export interface Names {
  circuit(circuitId: string): string;
  /** The same, as it stands within a sentence. */
  theCircuit(circuitId: string): string;
  /** A bay, which is an outlet of a station. */
  bay(stationId: string, evseId: number): string;
}

export function namesOf(site: SiteSummary, speech: Speech): Names {
  const circuits = new Map(site.circuits.map((circuit) => [circuit.id, circuit]));
  const stations = new Map(site.stations.map((station) => [station.id, station]));
  const circuitAs = (circuitId: string, root: 'live.mainFuse' | 'live.theMainFuse') => {
    const circuit = circuits.get(circuitId);
    if (circuit?.name !== undefined) return circuit.name;
    return circuit?.parentId === null ? speech.say(root) : readable(circuitId);
  };
  return {
    circuit: (circuitId) => circuitAs(circuitId, 'live.mainFuse'),
    theCircuit: (circuitId) => circuitAs(circuitId, 'live.theMainFuse'),
    bay: (stationId, evseId) => {
      const station = stations.get(stationId);
      const name = station?.name ?? readable(stationId);
      const bay = /^\d+$/.test(name) ? speech.say('bay', { n: name }) : name;
      return station === undefined || station.evses.length < 2 ? bay : `${bay}.${evseId}`;
    },
  };
}

function readable(id: string): string {
  // CP001 is written on the station as it is.
  if (!/[a-z]/.test(id)) return id;
  return id
    .split(/[-_ ]+/)
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' ');
}
