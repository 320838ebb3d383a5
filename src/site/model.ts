import type { PerPhase, Phase } from './phases.js';
import type { OcppVersion } from './stationMessages.js';

/** What the owner configures: the premises behind one grid connection point. Parsed and checked once, at the API's edge. */
export interface SiteModel {
  readonly siteId: string;
  readonly name: string;
  /** IANA zone. */
  readonly timeZone: string;
  /** Phase to neutral. */
  readonly voltageV: number;
  readonly tariffIds: readonly string[];
  /** A tree: exactly one circuit, the grid connection, has parentId null. */
  readonly circuits: readonly Circuit[];
  readonly stations: readonly Station[];
  /** When listed, only these may start a transaction. Absent: every idToken is accepted. */
  readonly idTokens?: readonly string[];
  /** How often stations are asked to send meter values. Default 10. */
  readonly meterIntervalS: number;
  /** When not everyone can have the minimum current, a car is kept on, or off, at least this long. Default 900. */
  readonly rotationS: number;
  /**
   * A driver's need may come short where the peak it takes is billed at more than the energy is worth. Absent, as in what was stored
   * before there was a choice: no.
   */
  readonly peakMayOutweighDeparture?: boolean;
  /** What is taken of a driver who said nothing. Absent, as is a member: nothing is known, and the car charges at once. */
  readonly defaults?: SiteDefaults;
}

export interface SiteDefaults {
  /** When cars leave: the next such time of the local clock after they came, or as the site's own sessions tell. */
  readonly departure?: 'learned' | TimeOfDay;
  /** At the outlet, from the session's start. */
  readonly energyWh?: 'learned' | number;
  /** 0..10. */
  readonly priority?: number;
}

/** HH:MM, 00:00 to 23:59. */
export type TimeOfDay = `${number}:${number}`;

export interface Circuit {
  readonly id: string;
  /** What people call it. Absent: its id. */
  readonly name?: string;
  readonly parentId: string | null;
  readonly limitA: PerPhase<number>;
  readonly powerLimitW?: number;
  /** What else than our cars may draw here at worst; counts while the circuit's meter is silent. */
  readonly baseLoadMaxA: PerPhase<number>;
  /** A meter reading older than this is no reading. */
  readonly meterStaleS: number;
}

export interface Station {
  readonly id: string;
  /** What people call its bay. Absent: its id. */
  readonly name?: string;
  readonly circuitId: string;
  /** What each EVSE falls to by itself, per phase of its supply. 0, or at least each EVSE's currentMinA. */
  readonly failsafeA: number;
  /** In these hours it falls to something else, such as the cheap ones of a night. Absent: never. */
  readonly failsafeHours?: readonly FailsafeHours[];
  /** How long a car may take to follow a new limit (IEC 61851-1). Default 5. */
  readonly reactionS: number;
  /** Somebody else holds its connection, and hands on what it says and what it is told. Absent: it connects to this service. */
  readonly delegated?: Delegation;
  readonly evses: readonly Evse[];
}

/** Who holds the connection of a delegated station, and how it is spoken with. */
export type Delegation =
  /** A CSMS, by the HTTP API: it is given OCPP of this version to hand on. */
  | { readonly by: 'csms'; readonly ocppVersion: OcppVersion }
  /** A charge point operator that is registered over OCPI: the station is what it has at this location. */
  | { readonly by: 'ocpi'; readonly peerId: string; readonly locationId: string };

export type Weekday = 'MO' | 'TU' | 'WE' | 'TH' | 'FR' | 'SA' | 'SU';

/** Hours of the site's wall clock, on the days on which they begin: over midnight where `to` is no later than `from`. */
export interface FailsafeHours {
  readonly from: TimeOfDay;
  /** Exclusive. The same as `from`: a day later. */
  readonly to: TimeOfDay;
  /** Absent: every day. */
  readonly days?: readonly Weekday[];
  /** As failsafeA: 0, or at least each EVSE's currentMinA. */
  readonly limitA: number;
}

export type Evse = AcEvse | DcEvse;

interface EvseBase {
  readonly id: number;
  /** The grid phases on the station's terminals, in the terminals' order: phases[k] is wired to terminal L(k+1). */
  readonly phases: readonly Phase[];
}

export interface AcEvse extends EvseBase {
  readonly kind: 'AC';
  /** The least a pilot can offer besides 0: 6 A by IEC 61851-1. */
  readonly currentMinA: number;
  readonly currentMaxA: number;
  /** The owner allows phases that a car was seen not to use to be given to others. Default false. */
  readonly trustLearnedPhases: boolean;
  /** For supplies that are not phase to neutral (IT grids, 208 V): watts that 1 A on every phase of the EVSE stands for. */
  readonly wattsPerAmpere?: number;
}

export interface DcEvse extends EvseBase {
  readonly kind: 'DC';
  /** At the outlet. */
  readonly powerMaxW: number;
  /** 0 < efficiency <= 1: outlet power over grid power. */
  readonly efficiency: number;
}

/** A cap on a circuit besides its own rating. Caps are only ever combined by minimum. */
export interface CapacityLimit {
  readonly limitId: string;
  readonly circuitId: string;
  readonly limitA?: PerPhase<number>;
  /** Of all that flows through the circuit. */
  readonly powerLimitW?: number;
  /** Of the cars below the circuit together, at the grid: the building is left aside. */
  readonly chargingPowerLimitW?: number;
  /** A dimming that is worked out, whenever it is looked at, as a limit on the charging (section14a.ts). */
  readonly section14a?: Section14a;
  readonly fromMs: number;
  /** Exclusive. 'open' holds until it is deleted. */
  readonly toMs: number | 'open';
  /** RFC 5545 RRULE in the site's zone; each occurrence runs between the same times of the wall clock (limitWindows.ts). */
  readonly recurrence?: string;
  readonly source: 'owner' | 'grid-operator';
  /** Why, for people. */
  readonly reason?: string;
  /** The grid event that it is a part of, and is put and deleted with. */
  readonly eventId?: string;
}

/** What of a dimming under §14a EnWG does not follow from the site. */
export interface Section14a {
  /** 'direct': the operator commands each device. 'ems': it commands the sum, and an energy management system shares it. */
  readonly mode: 'direct' | 'ems';
  /** Rated power of all heat pumps behind the connection, and of all cooling: they take a part of what is left. Default 0. */
  readonly heatPumpsW?: number;
  readonly coolingW?: number;
}

/** What the driver needs. Absent members are not known. */
export interface SessionNeeds {
  readonly departureMs?: number;
  readonly energyWh?: number;
  /** 0..10; PRIORITY_DEFAULT when absent. */
  readonly priority?: number;
}

export const PRIORITY_DEFAULT = 5;
export const PRIORITY_MOST = 10;
