import type { CircuitState, EvseState, LimitedByState, SiteState, StationState } from './siteState.js';

/** Below this a car can't charge at all (IEC 61851-1). */
const CURRENT_MIN_A = 6;

/** Why an outlet gets what it gets, as one would say it to the driver. */
export function why(site: SiteState, station: StationState, evse: EvseState): string {
  if (!station.online) return whyOffline(station, evse);
  if (station.control === 'refuses') return `refuses limits: ${amperes(evse.reservedA)} are kept free for it`;
  if (station.control === 'disobeys') return `does not obey: ${amperes(evse.reservedA)} are kept free for it`;
  if (evse.transaction === undefined) return whyIdle(evse.status);
  return whyLimited(site, station, evse);
}

function whyOffline(station: StationState, evse: EvseState): string {
  if (station.control === 'neverSeen') return 'has not connected yet';
  // Until its profiles run out it may still draw more than its failsafe, and that is what counts.
  if (evse.reservedA > station.failsafeA + 0.05)
    return `station offline: ${amperes(evse.reservedA)} are reserved for it`;
  return station.failsafeA > 0 ? 'station offline: its failsafe is reserved' : 'station offline: it may draw nothing';
}

function whyIdle(status: string): string {
  switch (status) {
    case 'Available':
      return 'free';
    case 'Preparing':
    case 'Occupied':
      return 'plugged in, not started';
    case 'Finishing':
      return 'done, still plugged in';
    case 'Unavailable':
      return 'out of service';
    case 'Faulted':
      return 'reports a fault';
    case 'Reserved':
      return 'reserved';
    case 'unknown':
      return 'has not said yet how it is';
    default:
      return '';
  }
}

function whyLimited(site: SiteState, station: StationState, evse: EvseState): string {
  const limitedBy = evse.limitedBy;
  if (limitedBy === undefined) return evse.limitA > 0 ? 'charges' : 'its share is being worked out';
  if (limitedBy.by === 'minimumCurrent') return whyWaiting(freeA(site, station, evse));
  return heldBackBy(limitedBy);
}

/** What holds a car back, in a few words. */
export function heldBackBy(limitedBy: LimitedByState): string {
  switch (limitedBy.by) {
    case 'circuit':
      return `${limitedBy.circuitId} is full on ${limitedBy.phase}`;
    case 'powerLimit':
      return `${limitedBy.circuitId} is at its power limit`;
    case 'evse':
      return 'charges as fast as the station can';
    case 'vehicle':
      return 'the car takes less than it is offered';
    case 'price':
      return 'waits for a cheaper hour';
    case 'demandCharge':
      return 'held back so that the peak gets no higher';
    case 'energy':
      return 'has the energy it asked for';
    case 'minimumCurrent':
      return 'waits its turn: its share is less than a car can charge with';
    case 'absent':
      return 'no car is expected now';
    case 'handOut':
      return 'waits until another station has confirmed its lower limit';
    case 'externalLimit':
      return 'its station is limited by others';
    case 'station':
      return whyStation(limitedBy.reason);
    default:
      return `held back: ${limitedBy.by}`;
  }
}

function whyWaiting(currentA: number): string {
  if (currentA >= CURRENT_MIN_A) return `waits its turn: not everyone can have ${CURRENT_MIN_A} A at once`;
  return `waits: only ${amperes(Math.max(0, currentA))} free, a car needs ${CURRENT_MIN_A} A`;
}

function whyStation(reason: string): string {
  switch (reason) {
    case 'offline':
      return 'station offline: its failsafe is reserved';
    case 'refuses':
      return 'the station refuses its limits';
    case 'disobeys':
      return 'the station does not keep to its limits';
    case 'unconfirmed':
      return 'waits until the station confirms its failsafe';
    default:
      return 'held back by its station';
  }
}

/** What this outlet could have if nobody else changed: the least over its phases and the circuits above it. */
function freeA(site: SiteState, station: StationState, evse: EvseState): number {
  const headrooms = circuitsAbove(site, station.circuitId).flatMap((circuit) =>
    evse.phases.map((phase) => circuit.headroomA[phase] + evse.reservedA),
  );
  return headrooms.length === 0 ? 0 : Math.min(...headrooms);
}

function circuitsAbove(site: SiteState, circuitId: string): readonly CircuitState[] {
  const path: CircuitState[] = [];
  for (let id: string | undefined = circuitId; id !== undefined; ) {
    const circuit: CircuitState | undefined = site.circuits.find((candidate) => candidate.id === id);
    if (circuit === undefined || path.includes(circuit)) break;
    path.push(circuit);
    id = circuit.parentId;
  }
  return path;
}

function amperes(currentA: number): string {
  return `${currentA.toFixed(1).replace(/\.0$/, '')} A`;
}
