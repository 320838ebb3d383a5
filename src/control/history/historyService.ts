import type { Bill } from '../../../tariffs/types.js';
import type { Phase } from '../../site/phases.js';
import type { SessionCourse } from './sessionCourse.js';

/** What a site's owner can ask of its past. Refusals are thrown as Problem, before anything is answered. */
export interface HistoryService {
  /** Ascending, from the first period on of which anything is known; page by page. Throws Problem SITE_NOT_FOUND. */
  historyPeriods(siteId: string, query: HistorySpan & { readonly resolution: Resolution }): Pages<HistoryPeriod>;
  /** Sessions that began in the span, the earliest first, open ones too. Throws Problem SITE_NOT_FOUND. */
  historySessions(siteId: string, span: HistorySpan): Pages<SessionRecord>;
  /**
   * What one session took when; also of one that is over, if it is among the last SESSIONS_LOOKED_THROUGH. Rejects with Problem
   * (SITE_NOT_FOUND, SESSION_NOT_FOUND).
   */
  sessionCourse(siteId: string, sessionId: string): Promise<SessionCourse>;
  /** Whole months that overlap the span, ascending, from the first on of which anything is known. Throws Problem SITE_NOT_FOUND. */
  historyMonths(siteId: string, span: HistorySpan): Pages<MonthRecord>;
  /**
   * One month of the site's zone, YYYY-MM; one that runs is billed up to now. Rejects with Problem (SITE_NOT_FOUND, SITE_WITHOUT_TARIFF,
   * MONTH_NOT_BEGUN, NO_PRICE).
   */
  siteBill(siteId: string, month: string): Promise<SiteBill>;
}

/** Of a site, the newest first. */
export const SESSIONS_LOOKED_THROUGH = 1_000;

export type Pages<T> = AsyncIterable<readonly T[]>;

/** Half-open, epoch milliseconds. */
export interface HistorySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export const RESOLUTIONS = ['quarter', 'hour', 'day', 'month'] as const;
/** Hours are counted from midnight; days and months are those of the site's zone, with 23 and 25 hours where the clocks change. */
export type Resolution = (typeof RESOLUTIONS)[number];

export interface HistoryPeriod {
  readonly startMs: number;
  readonly endMs: number;
  /** 'unknown': the service did not run, or the site was not there yet. */
  readonly energy: PeriodEnergy | 'unknown';
  /** Mean import over the highest quarter of an hour, and over the highest hour. */
  readonly peakQuarter: Peak | null;
  readonly peakHour: Peak | null;
  /** For what share of the time that is over anything is known, and for what share the grid connection's meter was heard: 0..1. */
  readonly knownShare: number;
  readonly meteredShare: number;
}

export interface PeriodEnergy {
  readonly importWh: number;
  readonly exportWh: number;
  /** On the grid side. */
  readonly carsWh: number;
  /** What else the site took: import less export less cars. Negative where it made more than it took. */
  readonly buildingWh: number;
}

export interface Peak {
  readonly startMs: number;
  readonly powerW: number;
}

/** Cost: what the energy cost at the prices of the time it was taken, VAT included, without demand charges and fixed fees. */
export interface SessionRecord {
  readonly sessionId: string;
  readonly stationId: string;
  readonly evseId: number;
  readonly idToken: string;
  readonly startedAtMs: number;
  /** Null while it is open. */
  readonly endedAtMs: number | null;
  /** At the outlet. */
  readonly energyWh: number;
  /** On the grid side: what is paid for. */
  readonly gridEnergyWh: number;
  /** Null where the site has no tariff, or there is no price for a part of it. */
  readonly cost: number | null;
  /** Had it charged at full power from its arrival. */
  readonly uncontrolledCost: number | null;
  readonly currency: string | null;
}

export interface MonthRecord extends HistoryPeriod {
  /** YYYY-MM. */
  readonly month: string;
  readonly currency: string | null;
  /** As billed. Null where the site has no tariff, or there is no price for a part of it. */
  readonly cost: number | null;
  readonly uncontrolledCost: number | null;
  /** uncontrolledCost - cost. */
  readonly saving: number | null;
}

export interface SiteBill {
  readonly siteId: string;
  /** YYYY-MM. */
  readonly month: string;
  readonly startMs: number;
  /** The month's end, or of a month that runs until when it is billed. */
  readonly endMs: number;
  readonly isComplete: boolean;
  readonly period: HistoryPeriod;
  readonly bill: Bill;
  readonly uncontrolled: UncontrolledBill;
  /** Not rounded. */
  readonly saving: number;
  readonly notes: readonly string[];
}

/** What the month would have cost with everyone at full power on arrival. */
export interface UncontrolledBill {
  readonly bill: Bill;
  readonly sessions: number;
  readonly carsWh: number;
  readonly peakQuarter: Peak | null;
  readonly connection: ConnectionLoad;
}

/** The grid connection's most loaded phase, nothing having been limited by any fuse. */
export interface ConnectionLoad {
  readonly phase: Phase;
  readonly limitA: number;
  readonly peakA: number;
  readonly peakAtMs: number | null;
  /** By how much the limit would have been exceeded, and in how many quarters of an hour at some moment; 0 where it would not have been. */
  readonly excessA: number;
  readonly quartersExceeded: number;
}
