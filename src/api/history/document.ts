import Type, { type Static } from 'typebox';
import type { HistoryPeriod, MonthRecord, Peak, SessionRecord } from '../../control/history/historyService.js';
import type { Cell } from '../csv.js';
import { Instant, nullable, SiteId } from '../schemas.js';

export type WriteTime = (instantMs: number) => string;

const Wh = nullable(Type.Number({ description: 'Null where nothing is known of the time.' }));
const Share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description });

const period = {
  start: Instant,
  end: Instant,
  importWh: Wh,
  exportWh: Wh,
  carsWh: Type.Union([Type.Number(), Type.Null()], { description: 'Of the cars, on the grid side.' }),
  buildingWh: Type.Union([Type.Number(), Type.Null()], {
    description: 'Import less export less cars. Negative where the site made more than it took.',
  }),
  peakQuarterW: Type.Union([Type.Number(), Type.Null()], {
    description: 'Mean import of the highest quarter of an hour.',
  }),
  peakQuarterAt: nullable(Instant),
  peakHourW: Type.Union([Type.Number(), Type.Null()], {
    description: 'Mean import of the highest hour of the clock. Null in quarters of an hour.',
  }),
  peakHourAt: nullable(Instant),
  knownShare: Share('For how much of the time that is over anything is known.'),
  meteredShare: Share(
    'For how much of it the meter of the grid connection was heard; of the rest only the cars are known.',
  ),
};

export const PeriodDocument = Type.Object(period, { title: 'HistoryPeriod' });

const span = { siteId: SiteId, timeZone: Type.String(), from: Instant, to: Instant };

export const HistoryDocument = Type.Object(
  { ...span, resolution: Type.String(), periods: Type.Array(PeriodDocument) },
  { title: 'History', description: 'From the first period on of which anything is known.' },
);

const MonthDocument = Type.Object(
  {
    month: Type.String({ description: 'YYYY-MM.' }),
    ...period,
    currency: nullable(Type.String()),
    cost: Type.Union([Type.Number(), Type.Null()], {
      description: 'As billed. Null without tariffs, or where energy has no price.',
    }),
    uncontrolledCost: Type.Union([Type.Number(), Type.Null()], {
      description: 'With everyone at full power on arrival.',
    }),
    saving: Type.Union([Type.Number(), Type.Null()], { description: 'uncontrolledCost less cost.' }),
  },
  { title: 'HistoryMonth' },
);

export const MonthList = Type.Object({ ...span, months: Type.Array(MonthDocument) }, { title: 'HistoryMonths' });

const SessionDocument = Type.Object(
  {
    sessionId: Type.String(),
    stationId: Type.String(),
    evseId: Type.Integer(),
    idToken: Type.String(),
    start: Instant,
    end: Type.Union([Instant, Type.Null()], { description: 'Null while it is open.' }),
    energyWh: Type.Number({ description: 'At the outlet.' }),
    gridEnergyWh: Type.Number({ description: 'On the grid side: what is paid for.' }),
    cost: Type.Union([Type.Number(), Type.Null()], {
      description:
        'What the energy cost at the prices of the time it was taken, VAT included, without demand charges and fixed fees. Null without tariffs, or where there is no price.',
    }),
    uncontrolledCost: Type.Union([Type.Number(), Type.Null()], {
      description: 'The same for full power from its arrival.',
    }),
    currency: Type.Union([Type.String(), Type.Null()]),
  },
  { title: 'HistorySession' },
);

export const SessionHistory = Type.Object(
  { ...span, sessions: Type.Array(SessionDocument) },
  { title: 'HistorySessions', description: 'Those that began in the span, the earliest first.' },
);

export function writePeriod(one: HistoryPeriod, time: WriteTime): Static<typeof PeriodDocument> {
  const { energy } = one;
  const known = energy === 'unknown' ? undefined : energy;
  return {
    start: time(one.startMs),
    end: time(one.endMs),
    importWh: whole(known?.importWh),
    exportWh: whole(known?.exportWh),
    carsWh: whole(known?.carsWh),
    buildingWh: whole(known?.buildingWh),
    peakQuarterW: whole(one.peakQuarter?.powerW),
    peakQuarterAt: timeOf(one.peakQuarter, time),
    peakHourW: whole(one.peakHour?.powerW),
    peakHourAt: timeOf(one.peakHour, time),
    knownShare: share(one.knownShare),
    meteredShare: share(one.meteredShare),
  };
}

export function writeMonth(one: MonthRecord, time: WriteTime): Static<typeof MonthDocument> {
  const { month, currency, cost, uncontrolledCost, saving } = one;
  return {
    month,
    ...writePeriod(one, time),
    currency,
    cost: money(cost),
    uncontrolledCost: money(uncontrolledCost),
    saving: money(saving),
  };
}

export function writeSessionRecord(one: SessionRecord, time: WriteTime): Static<typeof SessionDocument> {
  const { startedAtMs, endedAtMs, energyWh, gridEnergyWh, cost, uncontrolledCost, ...rest } = one;
  return {
    ...rest,
    start: time(startedAtMs),
    end: endedAtMs === null ? null : time(endedAtMs),
    energyWh: Math.round(energyWh),
    gridEnergyWh: Math.round(gridEnergyWh),
    cost: money(cost),
    uncontrolledCost: money(uncontrolledCost),
  };
}

/** The columns of a table are the members of its documents: their names end in their units. */
export const PERIOD_COLUMNS = Object.keys(period);
export const MONTH_COLUMNS = Object.keys(MonthDocument.properties);
export const SESSION_COLUMNS = Object.keys(SessionDocument.properties);

export function cellsOf(document: object, columns: readonly string[]): readonly Cell[] {
  const members = new Map<string, unknown>(Object.entries(document));
  return columns.map((column) => {
    const value = members.get(column);
    return typeof value === 'number' || typeof value === 'string' ? value : null;
  });
}

function whole(value: number | undefined): number | null {
  // -0 is written as 0.
  return value === undefined ? null : Math.round(value) + 0;
}

function timeOf(peak: Peak | null, time: WriteTime): string | null {
  return peak === null ? null : time(peak.startMs);
}

function share(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Sums of decimal fractions end in noise far behind this. */
export function money(amount: number): number;
export function money(amount: number | null): number | null;
export function money(amount: number | null): number | null {
  return amount === null ? null : Math.round(amount * 10_000) / 10_000 + 0;
}
