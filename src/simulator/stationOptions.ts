import type { OcppVersion } from './stationDialect.js';
import type { StationEvent } from './stationEvents.js';
import type { ProfileCapabilities } from './stationProfile.js';
import type { Supply } from './supply.js';
import type { SimulatorClock, SimulatorRandom, Ticker } from './time.js';

interface OutletOptions {
  readonly id: number;
  /** How many phases its supply has. Which grid phase is on which terminal, a station does not know. */
  readonly terminals: 1 | 2 | 3;
  /** What its meter shows at first. Default 0. */
  readonly registerWh?: number;
}

export interface AcEvseOptions extends OutletOptions {
  readonly kind?: 'AC';
  readonly currentMaxA: number;
}

export interface DcEvseOptions extends OutletOptions {
  readonly kind: 'DC';
  /** At the outlet. */
  readonly powerMaxW: number;
  /** What comes out over what goes in. Default 0.94. */
  readonly efficiency?: number;
  /** Default 400. */
  readonly outletVoltageV?: number;
}

export type TxStartPoint = 'PowerPathClosed' | 'EVConnected';
export const TX_START_POINTS: readonly TxStartPoint[] = ['PowerPathClosed', 'EVConnected'];

export type EvseOptions = AcEvseOptions | DcEvseOptions;

/** What a station says of itself when it boots. */
export interface StationIdentity {
  readonly stationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly firmwareVersion: string;
}

export interface VirtualStationOptions {
  readonly stationId: string;
  /** Default 1.6. */
  readonly ocppVersion?: OcppVersion;
  /** The central system's address without the station's id: ws://127.0.0.1:8080/ocpp */
  readonly url: string;
  /** For HTTP Basic auth; without it, none is sent. */
  readonly password?: string;
  readonly evses: readonly EvseOptions[];
  /** Phase to neutral. Default 230. */
  readonly voltageV?: number;
  readonly vendor?: string;
  readonly model?: string;
  readonly firmwareVersion?: string;
  /** A station with a DC outlet takes limits in W only, unless it is said otherwise. */
  readonly capabilities?: Partial<ProfileCapabilities>;
  /** Ids of its own constraints are below this; in OCPP 2.1 the central system may not use them. Default 0. */
  readonly externalConstraintsIdMax?: number;
  /**
   * From 2.0.1 on, when a transaction begins: with the cable (EVConnected), whoever may charge, or when power may flow
   * (PowerPathClosed, the default).
   */
  readonly txStartPoint?: TxStartPoint;
  /** Until it is configured otherwise. Default 10. */
  readonly meterIntervalS?: number;
  /** How many times faster batteries and energy registers fill than real time; currents and pilots keep real time. Default 1. */
  readonly energySpeed?: number;
  /** Asks with Authorize before each start while online. Default false: it starts at once, as with a whitelist. */
  readonly authorizeBeforeStart?: boolean;
  /** Some stations boot anew on every connection. Default false: only after a power cycle. */
  readonly bootOnReconnect?: boolean;
  /** Default false: only the maximum and the default profiles are on flash. */
  readonly txProfilesSurviveReboot?: boolean;
  /** A car still plugged in after a reboot that ended its transaction is charged again. Default true. */
  readonly resumeAfterReboot?: boolean;
  /** How long a Reset takes. Default 5000. */
  readonly rebootMs?: number;
  readonly callTimeoutMs?: number;
  readonly backOffMinMs?: number;
  readonly backOffMaxMs?: number;
  /** Meter values kept while offline. Default 100. */
  readonly meterValuesMax?: number;
  readonly clock?: SimulatorClock;
  readonly random?: SimulatorRandom;
  /** Shared by a fleet; without one the station has its own, with a beat of a second. */
  readonly ticker?: Ticker;
  readonly onEvent?: (event: StationEvent) => void;
}

const DEFAULT_CAPABILITIES: ProfileCapabilities = {
  stackLevelMax: 8,
  periodsMax: 24,
  profilesMax: 20,
  rateUnits: ['A', 'W'],
};

const DC_EFFICIENCY = 0.94;
const DC_OUTLET_VOLTAGE_V = 400;

const STATION_DEFAULTS = {
  ocppVersion: '1.6' as OcppVersion,
  voltageV: 230,
  vendor: 'Evenkeel',
  model: 'Virtual',
  firmwareVersion: '1.0.0',
  externalConstraintsIdMax: 0,
  txStartPoint: 'PowerPathClosed' as TxStartPoint,
  meterIntervalS: 10,
  energySpeed: 1,
  authorizeBeforeStart: false,
  bootOnReconnect: false,
  txProfilesSurviveReboot: false,
  resumeAfterReboot: true,
  rebootMs: 5_000,
  callTimeoutMs: 30_000,
  backOffMinMs: 1_000,
  backOffMaxMs: 30_000,
  meterValuesMax: 100,
};

/** With every default filled in. */
export type FilledStationOptions = VirtualStationOptions & typeof STATION_DEFAULTS;

export const filled = (options: VirtualStationOptions): FilledStationOptions => ({ ...STATION_DEFAULTS, ...options });

export function capabilitiesOf({ evses, capabilities }: VirtualStationOptions): ProfileCapabilities {
  const rateUnits = evses.some(({ kind }) => kind === 'DC') ? { rateUnits: ['W'] as const } : {};
  return { ...DEFAULT_CAPABILITIES, ...rateUnits, ...capabilities };
}

export function supplyOf(evse: EvseOptions, voltageV: number): Supply {
  const { terminals } = evse;
  if (evse.kind !== 'DC') return { terminals, currentMaxA: evse.currentMaxA, voltageV };
  const direct = {
    efficiency: evse.efficiency ?? DC_EFFICIENCY,
    outletVoltageV: evse.outletVoltageV ?? DC_OUTLET_VOLTAGE_V,
  };
  return { terminals, currentMaxA: evse.powerMaxW / (voltageV * terminals * direct.efficiency), voltageV, direct };
}
