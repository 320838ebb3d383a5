import { list, members, number, text } from './lenient.js';

/**
 * The service's site state as the table needs it. Read leniently from JSON: members that are missing or unknown never break the
 * display, so that it works with a newer service too.
 */
export interface SiteState {
  readonly at: string;
  readonly protectedNow: boolean;
  /** By how much the worst case exceeds a circuit. */
  readonly excess: readonly { readonly circuitId: string; readonly phase: string; readonly excessA: number }[];
  readonly circuits: readonly CircuitState[];
  readonly stations: readonly StationState[];
}

export type Amperes = Readonly<Record<'L1' | 'L2' | 'L3', number>>;
export const PHASES = ['L1', 'L2', 'L3'] as const;
export type PhaseName = (typeof PHASES)[number];

export interface CircuitState {
  readonly id: string;
  readonly parentId: string | undefined;
  readonly limitA: Amperes;
  readonly loadA: Amperes;
  readonly baseLoadA: Amperes;
  readonly reservedA: Amperes;
  readonly headroomA: Amperes;
  readonly meter: string;
}

export interface StationState {
  readonly id: string;
  readonly circuitId: string;
  readonly online: boolean;
  readonly control: string;
  readonly failsafeA: number;
  readonly evses: readonly EvseState[];
}

export interface EvseState {
  readonly id: number;
  readonly phases: readonly PhaseName[];
  readonly status: string;
  readonly limitA: number;
  readonly reservedA: number;
  readonly currentA: Amperes | undefined;
  readonly limitedBy: LimitedByState | undefined;
  readonly transaction: { readonly energyWh: number } | undefined;
}

export interface LimitedByState {
  readonly by: string;
  readonly circuitId: string;
  readonly phase: string;
  readonly reason: string;
}

export function readSiteState(document: unknown): SiteState {
  const site = members(document);
  const status = site.protection === undefined ? site.site : members(site.protection).status;
  return {
    at: text(site.at, new Date(0).toISOString()),
    protectedNow: status === 'protected',
    excess: list(site.excess).map((one) => {
      const { circuitId, phase, excessA } = members(one);
      return { circuitId: text(circuitId, '?'), phase: text(phase, '?'), excessA: number(excessA) };
    }),
    circuits: list(site.circuits).map(readCircuit),
    stations: list(site.stations).map(readStation),
  };
}

function readCircuit(document: unknown): CircuitState {
  const circuit = members(document);
  return {
    id: text(circuit.id, '?'),
    parentId: typeof circuit.parentId === 'string' ? circuit.parentId : undefined,
    limitA: amperes(circuit.limitA),
    loadA: amperes(circuit.loadA),
    baseLoadA: amperes(circuit.baseLoadA),
    reservedA: amperes(circuit.reservedA),
    headroomA: amperes(circuit.headroomA),
    meter: text(circuit.meter, 'none'),
  };
}

function readStation(document: unknown): StationState {
  const station = members(document);
  return {
    id: text(station.id, '?'),
    circuitId: text(station.circuitId, '?'),
    online: station.online === true,
    control: text(station.control, 'unconfirmed'),
    failsafeA: number(members(station.failsafe).limitA),
    evses: list(station.evses).map(readEvse),
  };
}

function readEvse(document: unknown): EvseState {
  const evse = members(document);
  const isMeasured = typeof evse.currentA === 'object' && evse.currentA !== null;
  const isCharging = typeof evse.transaction === 'object' && evse.transaction !== null;
  return {
    id: number(evse.id),
    phases: list(evse.phases).filter((phase): phase is PhaseName => PHASES.some((name) => name === phase)),
    status: text(evse.status, 'unknown'),
    limitA: number(evse.limitA),
    reservedA: number(evse.reservedA),
    currentA: isMeasured ? amperes(evse.currentA) : undefined,
    limitedBy: readLimitedBy(evse.limitedBy),
    transaction: isCharging ? { energyWh: number(members(evse.transaction).energyWh) } : undefined,
  };
}

export function readLimitedBy(document: unknown): LimitedByState | undefined {
  const { by, circuitId, phase, reason } = members(document);
  if (typeof by !== 'string') return undefined;
  return { by: text(by, '?'), circuitId: text(circuitId, '?'), phase: text(phase, '?'), reason: text(reason, '') };
}

function amperes(document: unknown): Amperes {
  const perPhase = members(document);
  return { L1: number(perPhase.L1), L2: number(perPhase.L2), L3: number(perPhase.L3) };
}
