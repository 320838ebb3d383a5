import type { CarOptions } from './car.js';
import type { GridPhase, PerGridPhase } from './loadHistory.js';
import { OCPP_VERSIONS, type OcppVersion } from './stationDialect.js';
import { TX_START_POINTS, type TxStartPoint } from './stationOptions.js';

/** A fleet as a file has it: stations, their outlets, who comes to charge, and, if wanted, the site around them. */
export interface FleetDescription {
  /** ws://127.0.0.1:8080/ocpp; the command line may say another. */
  readonly url?: string;
  /** Chance from a seed: the same fleet each time. */
  readonly seed?: number;
  /** How many times faster batteries fill than real time. Currents, pilots and meters of current keep real time. */
  readonly energySpeed?: number;
  readonly meterIntervalS?: number;
  readonly stations: readonly FleetStation[];
  readonly site?: FleetSite;
}

export interface FleetStation {
  readonly id: string;
  /** Default 1.6. */
  readonly ocppVersion?: OcppVersion;
  /** From 2.0.1 on: with EVConnected its transactions begin before anybody is known. Default PowerPathClosed. */
  readonly txStartPoint?: TxStartPoint;
  readonly password?: string;
  /** Needed when there is a site. */
  readonly circuitId?: string;
  readonly evses: readonly FleetEvse[];
  /** Faults from the start, as typed: "ignore", "delay SetChargingProfile 2000". */
  readonly faults?: readonly string[];
}

export type FleetEvse = FleetAcEvse | FleetDcEvse;

interface FleetAcEvse extends FleetOutlet {
  readonly kind?: 'AC';
  readonly currentMaxA: number;
}

interface FleetDcEvse extends FleetOutlet {
  readonly kind: 'DC';
  /** At the outlet. */
  readonly powerMaxW: number;
  /** What comes out over what goes in. Default 0.94. */
  readonly efficiency?: number;
}

interface FleetOutlet {
  readonly id: number;
  /** The grid phases on its terminals, in the terminals' order; as many as it has. */
  readonly phases: readonly GridPhase[];
  readonly visits?: readonly FleetVisit[];
}

/** A car that comes, stays and goes. */
export interface FleetVisit {
  /** After the fleet's start. */
  readonly afterS: number;
  /** Stays for ever without it. */
  readonly staysS?: number;
  /** Comes again so often, as it came first. */
  readonly everyS?: number;
  readonly idToken?: string;
  readonly car: Omit<CarOptions, 'departureMs'>;
}

export interface FleetSite {
  readonly siteId: string;
  readonly circuits: readonly {
    readonly id: string;
    readonly parentId?: string;
    readonly limitA: PerGridPhase;
    readonly powerLimitW?: number;
  }[];
  /** What flows beside the cars: a base, and a slow swing around it. */
  readonly buildingLoads?: readonly {
    readonly circuitId: string;
    readonly baseA: PerGridPhase;
    readonly swingA?: number;
    readonly periodS?: number;
  }[];
  /** Circuits whose meter posts to the service. The key comes from the environment: EVENKEEL_ADMIN_KEY. */
  readonly meters?: { readonly baseUrl: string; readonly circuitIds: readonly string[]; readonly intervalS: number };
}

/** Says which member of the file is wrong, and how. */
export class FleetFileError extends Error {
  constructor(member: string, problem: string) {
    super(`fleet file: ${member} ${problem}`);
    this.name = 'FleetFileError';
  }
}

/** Checks a parsed fleet file. Throws FleetFileError. */
export function checkFleet(value: unknown): FleetDescription {
  const fleet = objectAt(value, 'the file');
  const stations = listAt(fleet.stations, 'stations');
  stations.forEach((station, k) => void checkStation(station, `stations[${k}]`, fleet.site !== undefined));
  for (const member of ['seed', 'energySpeed', 'meterIntervalS'] as const) {
    if (fleet[member] !== undefined) numberAt(fleet[member], member);
  }
  if (fleet.site !== undefined) checkSite(objectAt(fleet.site, 'site'));
  refuseDuplicates(stations.map((station) => objectAt(station, 'station').id));
  return value as FleetDescription;
}

function checkStation(value: unknown, at: string, hasSite: boolean): void {
  const station = objectAt(value, at);
  textAt(station.id, `${at}.id`);
  if (station.password !== undefined) textAt(station.password, `${at}.password`);
  if (!OCPP_VERSIONS.some((version) => version === (station.ocppVersion ?? '1.6'))) {
    throw new FleetFileError(`${at}.ocppVersion`, `must be one of ${OCPP_VERSIONS.join(', ')}, as a text`);
  }
  if (!TX_START_POINTS.some((point) => point === (station.txStartPoint ?? 'PowerPathClosed'))) {
    throw new FleetFileError(`${at}.txStartPoint`, `must be one of ${TX_START_POINTS.join(', ')}`);
  }
  if (hasSite) textAt(station.circuitId, `${at}.circuitId`);
  if (station.faults !== undefined) {
    listAt(station.faults, `${at}.faults`).forEach((fault, k) => void textAt(fault, `${at}.faults[${k}]`));
  }
  listAt(station.evses, `${at}.evses`).forEach((evse, k) => void checkEvse(evse, `${at}.evses[${k}]`));
}

function checkEvse(value: unknown, at: string): void {
  const evse = objectAt(value, at);
  numberAt(evse.id, `${at}.id`);
  if (evse.kind === 'DC') checkDirect(evse, at);
  else if (evse.kind === undefined || evse.kind === 'AC') numberAt(evse.currentMaxA, `${at}.currentMaxA`);
  else throw new FleetFileError(`${at}.kind`, 'must be AC or DC');
  const phases = listAt(evse.phases, `${at}.phases`);
  const known = phases.every((phase) => phase === 'L1' || phase === 'L2' || phase === 'L3');
  if (!known || phases.length === 0 || new Set(phases).size !== phases.length) {
    throw new FleetFileError(`${at}.phases`, 'must list one to three different grid phases, as ["L2", "L3", "L1"]');
  }
  if (evse.visits === undefined) return;
  listAt(evse.visits, `${at}.visits`).forEach((visit, k) => void checkVisit(visit, `${at}.visits[${k}]`));
}

function checkDirect(evse: Record<string, unknown>, at: string): void {
  numberAt(evse.powerMaxW, `${at}.powerMaxW`);
  if (evse.efficiency === undefined) return;
  numberAt(evse.efficiency, `${at}.efficiency`);
  const efficiency = Number(evse.efficiency);
  if (efficiency === 0 || efficiency > 1) {
    throw new FleetFileError(`${at}.efficiency`, 'must be above 0 and at most 1');
  }
}

function checkVisit(value: unknown, at: string): void {
  const visit = objectAt(value, at);
  numberAt(visit.afterS, `${at}.afterS`);
  if (visit.staysS !== undefined) numberAt(visit.staysS, `${at}.staysS`);
  if (visit.everyS !== undefined) numberAt(visit.everyS, `${at}.everyS`);
  const car = objectAt(visit.car, `${at}.car`);
  for (const member of ['batteryWh', 'soC', 'phases', 'currentMaxA'] as const) {
    numberAt(car[member], `${at}.car.${member}`);
  }
  if (![1, 2, 3].includes(Number(car.phases))) throw new FleetFileError(`${at}.car.phases`, 'must be 1, 2 or 3');
}

function checkSite(site: Record<string, unknown>): void {
  textAt(site.siteId, 'site.siteId');
  listAt(site.circuits, 'site.circuits').forEach((value, k) => {
    const circuit = objectAt(value, `site.circuits[${k}]`);
    textAt(circuit.id, `site.circuits[${k}].id`);
    perPhaseAt(circuit.limitA, `site.circuits[${k}].limitA`);
    if (circuit.powerLimitW !== undefined) numberAt(circuit.powerLimitW, `site.circuits[${k}].powerLimitW`);
  });
  if (site.buildingLoads !== undefined) {
    listAt(site.buildingLoads, 'site.buildingLoads').forEach((value, k) => {
      const load = objectAt(value, `site.buildingLoads[${k}]`);
      textAt(load.circuitId, `site.buildingLoads[${k}].circuitId`);
      perPhaseAt(load.baseA, `site.buildingLoads[${k}].baseA`);
    });
  }
  if (site.meters !== undefined) {
    const meters = objectAt(site.meters, 'site.meters');
    textAt(meters.baseUrl, 'site.meters.baseUrl');
    numberAt(meters.intervalS, 'site.meters.intervalS');
    listAt(meters.circuitIds, 'site.meters.circuitIds');
  }
}

function refuseDuplicates(ids: readonly unknown[]): void {
  const twice = ids.find((id, k) => ids.indexOf(id) !== k);
  if (twice !== undefined) throw new FleetFileError(`station ${String(twice)}`, 'is there twice');
}

function objectAt(value: unknown, at: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FleetFileError(at, 'must be an object');
  }
  return value as Record<string, unknown>;
}

function listAt(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FleetFileError(at, 'must be a list');
  return value;
}

function textAt(value: unknown, at: string): void {
  if (typeof value !== 'string' || value === '') throw new FleetFileError(at, 'must be a text');
}

function numberAt(value: unknown, at: string): void {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
    throw new FleetFileError(at, 'must be a number, 0 or more');
  }
}

function perPhaseAt(value: unknown, at: string): void {
  const perPhase = objectAt(value, at);
  for (const phase of ['L1', 'L2', 'L3']) numberAt(perPhase[phase], `${at}.${phase}`);
}
