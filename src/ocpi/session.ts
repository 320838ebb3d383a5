import type { EvseStatus, MeterSample, TransactionTold } from '../site/stationMessages.js';
import {
  asList,
  asObject,
  type Document,
  isoTime,
  missing,
  optionalNumber,
  optionalText,
  optionalTime,
  requireObject,
  requireText,
  requireTime,
} from './reading.js';

/** What is read of a peer's Session. The rest is none of smart charging's business, and is not kept. */
export interface Session {
  readonly sessionId: string;
  readonly countryCode: string;
  readonly partyId: string;
  readonly locationId: string;
  readonly evseUid: string;
  readonly connectorId: string;
  readonly status: string;
  readonly startMs: number;
  readonly endMs?: number;
  readonly kwh: number;
  /** Of the driver's token. */
  readonly tokenUid: string;
  readonly lastUpdatedMs: number;
  /** Newest last, at most PERIODS_KEPT. */
  readonly periods: readonly ChargingPeriod[];
}

export interface ChargingPeriod {
  readonly startMs: number;
  /** By OCPI's name of the dimension. */
  readonly volumes: Readonly<Record<string, number>>;
}

export const PERIODS_KEPT = 50;
const ID_MAX = 36;
const DIMENSIONS_MAX = 30;

export function readSession(value: unknown): Session {
  const document = requireObject(value, 'session');
  const endMs = optionalTime(document, 'end_date_time');
  return {
    sessionId: requireText(document, 'id', ID_MAX),
    countryCode: requireText(document, 'country_code', 2),
    partyId: requireText(document, 'party_id', 3),
    locationId: requireText(document, 'location_id', ID_MAX),
    evseUid: requireText(document, 'evse_uid', ID_MAX),
    connectorId: optionalText(document, 'connector_id', ID_MAX) ?? '',
    status: requireText(document, 'status', 100),
    startMs: requireTime(document, 'start_date_time'),
    ...(endMs === undefined ? {} : { endMs }),
    kwh: optionalNumber(document, 'kwh') ?? 0,
    tokenUid: tokenUidOf(document),
    lastUpdatedMs: requireTime(document, 'last_updated'),
    periods: readPeriods(document.charging_periods),
  };
}

function tokenUidOf(document: Document): string {
  const uid = asObject(document.cdr_token)?.uid;
  return typeof uid === 'string' && uid.length > 0 && uid.length <= ID_MAX ? uid : 'unknown';
}

function readPeriods(value: unknown): readonly ChargingPeriod[] {
  return asList(value)
    .slice(-PERIODS_KEPT)
    .flatMap((one) => {
      const document = asObject(one);
      if (document === undefined) return [];
      const dimensions = asList(document.dimensions).slice(0, DIMENSIONS_MAX).map(asObject);
      const volumes = dimensions.flatMap((dimension) =>
        typeof dimension?.type === 'string' && typeof dimension.volume === 'number'
          ? [[dimension.type, dimension.volume] as const]
          : [],
      );
      return [{ startMs: requireTime(document, 'start_date_time'), volumes: Object.fromEntries(volumes) }];
    });
}

/** Older news than what is known change nothing. Periods that a PATCH brings come after those that are known. */
export function patchSession(known: Session, value: unknown): Session | 'older' {
  const patch = requireObject(value, 'session');
  const lastUpdatedMs = requireTime(patch, 'last_updated');
  if (lastUpdatedMs < known.lastUpdatedMs) return 'older';
  const status = optionalText(patch, 'status', 100);
  const endMs = optionalTime(patch, 'end_date_time');
  const startMs = optionalTime(patch, 'start_date_time');
  const tokenUid = patch.cdr_token === undefined ? undefined : tokenUidOf(patch);
  for (const [name, kept] of [
    ['location_id', known.locationId],
    ['evse_uid', known.evseUid],
  ] as const) {
    const moved = optionalText(patch, name, ID_MAX);
    if (moved !== undefined && moved !== kept) throw missing(name, 'what it was: a session stays where it began');
  }
  return {
    ...known,
    ...(status === undefined ? {} : { status }),
    ...(endMs === undefined ? {} : { endMs }),
    ...(startMs === undefined ? {} : { startMs }),
    ...(tokenUid === undefined ? {} : { tokenUid }),
    kwh: optionalNumber(patch, 'kwh') ?? known.kwh,
    lastUpdatedMs,
    periods: appended(known.periods, readPeriods(patch.charging_periods)),
  };
}

/** A period that comes again is the same one, with what is known of it now. */
function appended(known: readonly ChargingPeriod[], more: readonly ChargingPeriod[]): readonly ChargingPeriod[] {
  const again = new Set(more.map(({ startMs }) => startMs));
  return [...known.filter(({ startMs }) => !again.has(startMs)), ...more].slice(-PERIODS_KEPT);
}

export type SessionStage = 'before' | 'open' | 'over';

/** 'before': nothing flows yet. What a word means that nobody knows is decided by caution: something may flow. */
export function stageOf({ status, endMs }: Session): SessionStage {
  switch (status) {
    case 'PENDING':
    case 'RESERVATION':
      return 'before';
    case 'COMPLETED':
    case 'INVALID':
      return 'over';
    default:
      return endMs === undefined ? 'open' : 'over';
  }
}

/** A mean over longer than this says nothing of what flows now. */
const MEAN_OVER_MAX_MS = 120_000;
/** News that were so long under way tell energy, and nothing of now. */
const LATE_MS = 60_000;

/** What of it a station would have told in an event of its transaction. */
export function transactionEvent(
  session: Session,
  { evseId, seqNo, isFirst, nowMs }: { evseId: number; seqNo: number; isFirst: boolean; nowMs: number },
): TransactionTold {
  const isOver = stageOf(session) === 'over';
  const atMs = isOver ? (session.endMs ?? session.lastUpdatedMs) : session.lastUpdatedMs;
  const start: MeterSample = { timestampMs: session.startMs, energyWh: 0 };
  return {
    type: 'transactionTold',
    event: isOver ? 'Ended' : isFirst ? 'Started' : 'Updated',
    transactionId: session.sessionId,
    seqNo,
    timestampMs: isFirst && !isOver ? session.startMs : atMs,
    isOffline: nowMs - session.lastUpdatedMs > LATE_MS,
    triggerReason: isOver ? 'EVDeparted' : isFirst ? 'Authorized' : 'MeterValuePeriodic',
    evseId,
    idToken: session.tokenUid,
    ...(isOver ? { stoppedReason: session.status === 'INVALID' ? 'Other' : 'Local' } : { status: 'Charging' as const }),
    samples: [...(isFirst ? [start] : []), sampleOf(session)],
    quarantined: 0,
  };
}

function sampleOf(session: Session): MeterSample {
  const energy = { timestampMs: session.lastUpdatedMs, energyWh: session.kwh * 1000 };
  const period = session.periods.at(-1);
  if (period === undefined || session.lastUpdatedMs - period.startMs > MEAN_OVER_MAX_MS) return energy;
  const { CURRENT: currentA, POWER: powerKw } = period.volumes;
  return {
    ...energy,
    ...(currentA === undefined || currentA < 0 ? {} : { currentA }),
    ...(powerKw === undefined || powerKw < 0 ? {} : { powerW: powerKw * 1000 }),
  };
}

export function writeSession(session: Session): Document {
  return {
    country_code: session.countryCode,
    party_id: session.partyId,
    id: session.sessionId,
    start_date_time: isoTime(session.startMs),
    ...(session.endMs === undefined ? {} : { end_date_time: isoTime(session.endMs) }),
    kwh: session.kwh,
    location_id: session.locationId,
    evse_uid: session.evseUid,
    connector_id: session.connectorId,
    charging_periods: session.periods.map(({ startMs, volumes }) => ({
      start_date_time: isoTime(startMs),
      dimensions: Object.entries(volumes).map(([type, volume]) => ({ type, volume })),
    })),
    status: session.status,
    last_updated: isoTime(session.lastUpdatedMs),
  };
}

/** OCPI's words for an EVSE. */
export function evseStatusOf(status: unknown): EvseStatus {
  switch (status) {
    case 'AVAILABLE':
      return 'Available';
    case 'CHARGING':
      return 'Charging';
    case 'BLOCKED':
      return 'Occupied';
    case 'RESERVED':
      return 'Reserved';
    case 'OUTOFORDER':
      return 'Faulted';
    case 'INOPERATIVE':
    case 'PLANNED':
    case 'REMOVED':
      return 'Unavailable';
    default:
      return 'unknown';
  }
}
