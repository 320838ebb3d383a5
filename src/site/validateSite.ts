import { evseCurrentMaxA, evseCurrentMinA } from './electricity.js';
import { refuseFailsafeExcess } from './failsafeExcess.js';
import { minuteText, overlapOfHours } from './failsafeHours.js';
import type { Circuit, SiteModel, Station } from './model.js';
import { PHASES } from './phases.js';
import { Problem } from './problem.js';

/** Throws the first Problem that makes a site unfit to be kept under its fuses. `field` is a JSON pointer into the site document. */
export function validateSite(site: SiteModel): void {
  validateTimeZone(site);
  validateCircuits(site.circuits);
  validateStations(site);
  refuseFailsafeExcess(site);
}

function validateTimeZone(site: SiteModel): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: site.timeZone });
  } catch {
    throw new Problem('INVALID_TIME_ZONE', `"${site.timeZone}" is not a time zone.`, { field: '/timeZone' });
  }
}

function validateCircuits(circuits: readonly Circuit[]): void {
  refuseDuplicates(
    circuits.map(({ id }, index) => ({ id, field: `/circuits/${index}/id` })),
    'circuit',
  );
  const roots = circuits.filter(({ parentId }) => parentId === null);
  for (const [index, circuit] of circuits.entries()) {
    if (circuit.parentId !== null && !circuits.some(({ id }) => id === circuit.parentId)) {
      throw new Problem(
        'CIRCUIT_UNKNOWN',
        `Circuit "${circuit.id}" names the parent "${circuit.parentId}", which the site does not have.`,
        {
          field: `/circuits/${index}/parentId`,
          details: { circuitId: circuit.id },
        },
      );
    }
    for (const phase of PHASES) {
      if (circuit.baseLoadMaxA[phase] > circuit.limitA[phase]) {
        throw new Problem('CURRENT_RANGE', `Circuit "${circuit.id}": baseLoadMaxA on ${phase} is above limitA.`, {
          field: `/circuits/${index}/baseLoadMaxA/${phase}`,
          details: { circuitId: circuit.id, phase },
        });
      }
    }
  }
  refuseCycles(circuits);
  if (roots.length !== 1) {
    throw new Problem(
      'CIRCUIT_ROOT',
      roots.length === 0
        ? 'No circuit is the grid connection.'
        : `${roots.map(({ id }) => `"${id}"`).join(' and ')} have no parent.`,
      { field: '/circuits' },
    );
  }
}

function refuseCycles(circuits: readonly Circuit[]): void {
  const parentOf = new Map(circuits.map(({ id, parentId }) => [id, parentId]));
  for (const [index, circuit] of circuits.entries()) {
    const path = [circuit.id];
    for (let next = circuit.parentId; next !== null && next !== undefined; next = parentOf.get(next) ?? null) {
      if (next === circuit.id) {
        throw new Problem(
          'CIRCUIT_CYCLE',
          `Circuit "${circuit.id}" is its own ancestor: ${[...path, circuit.id].join(' → ')}.`,
          {
            field: `/circuits/${index}/parentId`,
            details: { circuitId: circuit.id },
          },
        );
      }
      if (path.includes(next)) break;
      path.push(next);
    }
  }
}

function validateStations(site: SiteModel): void {
  refuseDuplicates(
    site.stations.map(({ id }, index) => ({ id, field: `/stations/${index}/id` })),
    'station',
  );
  const circuitIds = new Set(site.circuits.map(({ id }) => id));
  for (const [index, station] of site.stations.entries()) {
    if (!circuitIds.has(station.circuitId)) {
      throw new Problem(
        'CIRCUIT_UNKNOWN',
        `Station "${station.id}" hangs on circuit "${station.circuitId}", which the site does not have.`,
        {
          field: `/stations/${index}/circuitId`,
          details: { stationId: station.id },
        },
      );
    }
    validateEvses(site, station, index);
    refuseOverlappingHours(station, index);
  }
}

function refuseOverlappingHours(station: Station, stationIndex: number): void {
  const overlap = overlapOfHours(station);
  const hours = station.failsafeHours?.[overlap?.index ?? 0];
  if (overlap === undefined || hours === undefined) return;
  throw new Problem(
    'FAILSAFE_HOURS_OVERLAP',
    `Station "${station.id}": the hours from ${hours.from} to ${hours.to} begin at ${minuteText(overlap.fromMinute)}, while others still last.`,
    { field: `/stations/${stationIndex}/failsafeHours/${overlap.index}`, details: { stationId: station.id } },
  );
}

function validateEvses(site: SiteModel, station: Station, stationIndex: number): void {
  const field = `/stations/${stationIndex}`;
  refuseDuplicates(
    station.evses.map(({ id }, index) => ({ id: String(id), field: `${field}/evses/${index}/id` })),
    `EVSE of station "${station.id}"`,
  );
  for (const [index, evse] of station.evses.entries()) {
    const details = { stationId: station.id, evseId: evse.id };
    if (new Set(evse.phases).size !== evse.phases.length) {
      throw new Problem('DUPLICATE_ID', `EVSE ${evse.id} of station "${station.id}" names a phase twice.`, {
        field: `${field}/evses/${index}/phases`,
        details,
      });
    }
    const minA = evseCurrentMinA(evse);
    const maxA = evseCurrentMaxA(evse, site);
    if (minA > maxA) {
      throw new Problem(
        'CURRENT_RANGE',
        `EVSE ${evse.id} of station "${station.id}": currentMinA ${minA} is above currentMaxA ${maxA}.`,
        {
          field: `${field}/evses/${index}/currentMinA`,
          details,
        },
      );
    }
    for (const { name, limitA, place } of failsafesOf(station)) {
      if (limitA === 0 || (limitA >= minA && limitA <= maxA)) continue;
      throw new Problem(
        'CURRENT_RANGE',
        `Station "${station.id}": ${name} ${limitA} must be 0, or from ${round(minA)} to ${round(maxA)} for EVSE ${evse.id}.`,
        { field: `${field}/${place}`, details },
      );
    }
  }
}

function failsafesOf({ failsafeA, failsafeHours = [] }: Station) {
  return [
    { name: 'failsafeA', limitA: failsafeA, place: 'failsafeA' },
    ...failsafeHours.map(({ from, to, limitA }, index) => ({
      name: `limitA of failsafeHours ${from} to ${to}`,
      limitA,
      place: `failsafeHours/${index}/limitA`,
    })),
  ];
}

function refuseDuplicates(ids: readonly { readonly id: string; readonly field: string }[], what: string): void {
  const seen = new Set<string>();
  for (const { id, field } of ids) {
    if (seen.has(id))
      throw new Problem(
        'DUPLICATE_ID',
        `There are two ${what}s with the id "${id}".`.replace(/(EVSE of station "[^"]*")s/, '$1'),
        { field },
      );
    seen.add(id);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
