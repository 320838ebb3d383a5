import type { PricesKnown } from '../plan/prices.js';
import type { TakenNeeds } from '../plan/takenNeeds.js';
import type { CompositeDifference } from '../profiles/compositeDifferences.js';
import type { TransactionId } from '../site/chargingProfile.js';
import type { CapacityLimit, SessionNeeds, SiteModel } from '../site/model.js';
import type { PerPhase, Phase } from '../site/phases.js';
import type { EvseStatus, OcppVersion, TriggeredMessage } from '../site/stationMessages.js';
import type { CredentialsService } from './credentialsDesk.js';
import type { ExternalLimitView } from './externalLimitViews.js';
import type { HistoryService } from './history/historyService.js';
import type { LimitedBy } from './limitedBy.js';
import type { LimitChange, LimitInForce } from './limits/circuitLimitView.js';
import type { GridEvent, GridEventService, StoredGridEvent } from './limits/gridEvents.js';
import type { CalendarSpan, LimitCalendar } from './limits/limitCalendar.js';
import type { Warning } from './limits/warnings.js';
import type { OnboardingService } from './onboardingDesk.js';
import type { InstalledProfilesService } from './profiles/installedProfiles.js';
import type { ProfileService, StationQuirkView } from './profiles/profileService.js';
import type { StationMessageService } from './stationMessageDesk.js';
import type { Supposed } from './supposed.js';
import type { TariffService } from './tariffs/tariffService.js';
import type { WhyService } from './why/whyService.js';

/**
 * What the service can be asked, whoever asks: the HTTP API is one client of this interface. Refusals are thrown as Problem.
 * Instants are epoch milliseconds here; the API writes them as ISO 8601.
 */
export interface SmartChargingService {
  readonly tariffs: TariffService;
  readonly history: HistoryService;
  readonly gridEvents: GridEventService;
  /** What stations may have installed. */
  readonly profiles: ProfileService;
  /** What stations say themselves that they have installed. */
  readonly installed: InstalledProfilesService;
  /** Stations that nobody has taken in yet. */
  readonly onboarding: OnboardingService;
  /** How stations show who they are. */
  readonly credentials: CredentialsService;
  /** Why each car gets what it gets. */
  readonly why: WhyService;
  /** What was said with stations lately. */
  readonly messages: StationMessageService;

  listSites(): readonly SiteModel[];
  getSite(siteId: string): SiteModel;
  /** Checks and stores; resolves when durable and in force. Throws Problem (CIRCUIT_CYCLE, FAILSAFE_EXCEEDS_LIMIT, CURRENCY_MISMATCH …). */
  putSite(site: SiteModel): Promise<SiteModel>;
  /** Checks as putSite does, and stores nothing: what would be stored. */
  trySite(site: SiteModel): Promise<SiteModel>;
  deleteSite(siteId: string): Promise<void>;

  listLimits(siteId: string): readonly CapacityLimit[];
  getLimit(siteId: string, limitId: string): CapacityLimit;
  putLimit(
    siteId: string,
    limit: CapacityLimit,
  ): Promise<{ readonly limit: CapacityLimit; readonly warnings: readonly Warning[] }>;
  deleteLimit(siteId: string, limitId: string): Promise<void>;
  /** When which limits hold over at most CALENDAR_SPAN_MAX_MS. Throws Problem TOO_MANY_LIMITS. */
  limitCalendar(siteId: string, span: CalendarSpan): LimitCalendar;

  /** A reading of a circuit's own meter: what flows through it, cars included. */
  putCircuitReading(siteId: string, reading: CircuitReading): Promise<void>;

  putNeeds(siteId: string, sessionId: string, needs: SessionNeeds): Promise<SessionView>;

  getState(siteId: string): SiteView;
  /** Open ones first, then ended ones, newest first. */
  listSessions(siteId: string, options: { limit: number; beforeMs?: number }): Promise<readonly SessionView[]>;
  getPlan(siteId: string): PlanView;
  /** As it would be with these cars and limits besides what is; nothing is kept. Throws Problem. */
  tryPlan(siteId: string, supposed: Supposed): PlanView;
  /** Calls back after each change, at most a few times a second; the answer ends it. */
  watch(siteId: string, onChange: (state: SiteView) => void): () => void;

  /** The station is asked for its answer in this unit, and may choose its own. */
  compositeSchedule(
    stationId: string,
    evseId: number,
    durationS: number,
    rateUnit?: 'A' | 'W',
  ): Promise<CompositeScheduleView>;
  /** Of the station as a whole, as it says itself. */
  stationComposite(stationId: string, durationS: number, rateUnit?: 'A' | 'W'): Promise<StationCompositeView>;
  /** With a limit for the transaction's first minutes; the note says where that was refused. */
  remoteStart(
    stationId: string,
    evseId: number,
    idToken: string,
  ): Promise<{ readonly status: string; readonly note?: string }>;
  remoteStop(stationId: string, transactionId: string): Promise<{ readonly status: string }>;
  /** OCPP 2.1: by a profile for priority that the station holds. While it does, the session goes before others. */
  usePriorityCharging(
    stationId: string,
    transactionId: string,
    activate: boolean,
  ): Promise<{ readonly status: string }>;
  triggerMessage(stationId: string, message: TriggeredMessage, evseId?: number): Promise<{ readonly status: string }>;
  /** The station forgets whom it let charge before, and asks again. */
  clearCache(stationId: string): Promise<{ readonly status: string }>;
  reset(stationId: string, kind: 'Hard' | 'Soft'): Promise<{ readonly status: string }>;
  unlock(stationId: string, evseId: number): Promise<{ readonly status: string }>;
  changeAvailability(stationId: string, evseId: number, operative: boolean): Promise<{ readonly status: string }>;
  getConfiguration(
    stationId: string,
    keys?: readonly string[],
  ): Promise<{ keys: readonly { key: string; value?: string; readonly: boolean }[]; unknownKeys: readonly string[] }>;
  changeConfiguration(stationId: string, key: string, value: string): Promise<{ readonly status: string }>;
}

export type { GridEvent, LimitCalendar, LimitedBy, StoredGridEvent, Warning };

export interface CircuitReading {
  readonly circuitId: string;
  readonly timestampMs: number;
  readonly currentA: PerPhase<number>;
  /** All phases together, positive import. Without it power follows from the currents. */
  readonly powerW?: number;
}

/** By how much the worst case exceeds a circuit's phase, or its power limit. */
export type Excess =
  | { readonly circuitId: string; readonly phase: Phase; readonly excessA: number }
  | { readonly circuitId: string; readonly excessW: number };

export interface CircuitView {
  readonly id: string;
  readonly parentId: string | null;
  /** In force now: the circuit's own limit and every temporary one, by minimum. */
  readonly limitA: PerPhase<number>;
  readonly powerLimitW?: number;
  /** What could be drawn at most, base load included; only where there is a power limit. */
  readonly reservedW?: number;
  /** Of the cars below together, and what these could draw at most; only where the charging is limited. */
  readonly chargingPowerLimitW?: number;
  readonly reservedChargingW?: number;
  /** The circuit's meter where it is fresh, else the cars' meters plus baseLoadA. */
  readonly loadA: PerPhase<number>;
  /** What else than cars is taken to flow here. */
  readonly baseLoadA: PerPhase<number>;
  /** What the cars could draw at most, given every message that may or may not have arrived. */
  readonly reservedA: PerPhase<number>;
  /** limitA - baseLoadA - reservedA. Negative: unprotected. */
  readonly headroomA: PerPhase<number>;
  readonly meter: 'fresh' | 'stale' | 'none';
  /** Everything that is in force, the circuit's own rating first. */
  readonly limits: readonly LimitInForce[];
  /** Null: nothing changes within the next two days. */
  readonly next: LimitChange | null;
}

export interface EvseView {
  readonly id: number;
  readonly kind: 'AC' | 'DC';
  readonly phases: readonly Phase[];
  readonly status: EvseStatus;
  /** What it is told to keep to now. */
  readonly limitA: number;
  /** What it could draw at most. */
  readonly reservedA: number;
  /** Measured, per grid phase; 'unknown' before the first meter value. */
  readonly currentA: PerPhase<number> | 'unknown';
  readonly limitedBy: LimitedBy | null;
  /** What its station says that others limit it to. */
  readonly externalLimits: readonly ExternalLimitView[];
  readonly transaction: {
    readonly transactionId: TransactionId;
    readonly sessionId: string;
    readonly startedAtMs: number;
    readonly energyWh: number;
    /** Somebody at its station asked for the most. */
    readonly priorityCharging: boolean;
  } | null;
}

export interface StationView {
  readonly id: string;
  readonly circuitId: string;
  readonly online: boolean;
  readonly ocppVersion: OcppVersion | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly firmwareVersion: string | null;
  /** 'controlled': obeys and is confirmed. The others are counted at what they may draw. */
  readonly control: 'controlled' | 'unconfirmed' | 'refuses' | 'disobeys' | 'neverSeen';
  readonly failsafe: { readonly limitA: number; readonly confirmed: boolean };
  /** What it does otherwise than one would expect. */
  readonly quirks: readonly StationQuirkView[];
  readonly evses: readonly EvseView[];
}

export interface SiteView {
  readonly siteId: string;
  readonly name: string;
  readonly atMs: number;
  readonly protection:
    | { readonly status: 'protected' }
    | {
        readonly status: 'unprotected';
        readonly excess: readonly Excess[];
      };
  readonly circuits: readonly CircuitView[];
  readonly stations: readonly StationView[];
}

export interface SessionView {
  readonly sessionId: string;
  readonly transactionId: TransactionId;
  readonly stationId: string;
  readonly evseId: number;
  readonly idToken: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly energyWh: number;
  readonly energyWantedWh: number | null;
  readonly departureMs: number | null;
  readonly priority: number;
  /** What it is planned with: as stated, else the site's defaults. Null once it has ended; a member where nothing is known. */
  readonly needsUsed: {
    readonly departureMs: number | null;
    readonly energyWh: number | null;
    readonly priority: number;
  } | null;
  /** Where that is from. */
  readonly needsFrom: TakenNeeds['from'] | null;
  /** What it will have got by its departure as scheduled; null where the driver did not say how much, or nothing is scheduled. */
  readonly plannedEnergyWh: number | null;
  /** What of the energy wanted will then be missing. */
  readonly shortfallWh: number | null;
  /** Will it be ready? Null where that, or when it leaves, is not known. */
  readonly onTime: boolean | null;
  /** What the energy so far cost, all in, without demand charges and fixed fees. Null without tariffs, or where there is no price. */
  readonly cost: number | null;
  readonly currency: string | null;
  /** What it may draw now, A per phase; 0 once ended. */
  readonly limitA: number;
  readonly limitedBy: LimitedBy | null;
  readonly phasesInUse: readonly Phase[];
  readonly endReason: string | null;
}

export interface PlanView {
  readonly siteId: string;
  readonly computedAtMs: number | null;
  readonly boundariesMs: readonly number[];
  readonly sessions: readonly {
    readonly sessionId: string;
    readonly stationId: string;
    readonly evseId: number;
    readonly currentA: readonly number[];
    /** Null in slots of the schedule that it was made without this session. */
    readonly limitedBy: readonly (LimitedBy | null)[];
  }[];
  readonly circuits: readonly {
    readonly id: string;
    readonly limitA: { readonly [P in Phase]: readonly number[] };
    /** Cars and base load as planned. */
    readonly loadA: { readonly [P in Phase]: readonly number[] };
  }[];
  readonly cost: {
    readonly energy: number;
    readonly demand: number;
    readonly shortfall: number;
    readonly total: number;
  };
  /** What the schedule was made with; null while there is none that counts. */
  readonly prices: PlanPrices | null;
  readonly gap: number | null;
  readonly lowerBound: number | null;
  readonly relaxedGap: number | null;
  /** The longer plan that goes on where the near one ends, fromMs; null while there is none that counts. */
  readonly schedule: {
    readonly computedAtMs: number;
    readonly fromMs: number;
    readonly status: 'optimal' | 'feasible';
  } | null;
}

export interface PlanPrices extends PricesKnown {
  /** All-in, per slot of the plan. */
  readonly energyPricePerKwh: readonly number[];
  /** What a peak costs, and from what power on; one for each month and day that the plan reaches into. */
  readonly demandCharges: readonly {
    readonly circuitId: string;
    readonly pricePerKw: number;
    readonly peakSoFarKw: number;
    /** Peaks are means over so long; null, where over each slot. */
    readonly windowMs: number | null;
    /** Where it counts. */
    readonly fromMs: number;
    readonly toMs: number;
  }[];
}

export interface CompositePeriodView {
  readonly startPeriodS: number;
  readonly limit: number | 'unlimited';
  readonly numberPhases?: number;
}

export interface ScheduleView {
  readonly startMs: number;
  readonly durationS: number;
  readonly rateUnit: 'A' | 'W';
  readonly periods: readonly CompositePeriodView[];
}

export interface StationCompositeView {
  readonly stationId: string;
  readonly reported: ScheduleView | { readonly unavailable: string };
}

export interface CompositeScheduleView {
  readonly stationId: string;
  readonly evseId: number;
  /** What it was told last and took, in A per phase on the grid side. */
  readonly computed: ScheduleView;
  readonly reported: ScheduleView | { readonly unavailable: string };
  /** Ascending, at most DIFFERENCES_MAX; empty where they are alike, and where nothing is reported. */
  readonly differences: readonly CompositeDifference[];
}
