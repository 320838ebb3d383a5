import { type Fields, isFields, listIn, numberIn, type Read, textIn, unread } from '../peers/jsonFields.js';

// What OSCP 2.0 says on the wire, read once, at the edge. Members that are not known are passed over.

export const OSCP_VERSION = '2.0';

export const FORECAST_TYPES = [
  'CONSUMPTION',
  'GENERATION',
  'FALLBACK_CONSUMPTION',
  'FALLBACK_GENERATION',
  'OPTIMUM',
] as const;
export type ForecastType = (typeof FORECAST_TYPES)[number];

export const PHASE_INDICATORS = ['UNKNOWN', 'ONE', 'TWO', 'THREE', 'ALL'] as const;
export type PhaseIndicator = (typeof PHASE_INDICATORS)[number];

export const BLOCK_UNITS = ['A', 'W', 'KW', 'WH', 'KWH'] as const;
export type BlockUnit = (typeof BLOCK_UNITS)[number];

export const MEASUREMENT_CONFIGURATIONS = ['CONTINUOUS', 'INTERMITTENT'] as const;
export type MeasurementConfiguration = (typeof MEASUREMENT_CONFIGURATIONS)[number];

/** Half-open. */
export interface ForecastedBlock {
  readonly capacity: number;
  readonly phase: PhaseIndicator;
  readonly unit: BlockUnit;
  readonly startMs: number;
  readonly endMs: number;
}

export interface GroupCapacityForecast {
  readonly groupId: string;
  readonly type: ForecastType;
  readonly blocks: readonly ForecastedBlock[];
}

export interface Registration {
  /** What its sender wants to be shown by the receiver. */
  readonly token: string;
  readonly versions: readonly { readonly version: string; readonly baseUrl: string }[];
}

/** What its sender wants of the receiver. */
export interface RequiredBehaviour {
  /** Absent: it wants no heartbeats. */
  readonly heartbeatIntervalS?: number;
  readonly measurements: readonly MeasurementConfiguration[];
}

/** Of one message; more than a week of quarter hours, three phases each. */
const BLOCKS_MAX = 3_000;
const VERSIONS_MAX = 20;
const TOKEN_MAX_CHARACTERS = 1_024;
const URL_MAX_CHARACTERS = 1_000;
const GROUP_MAX_CHARACTERS = 255;
const HEARTBEAT_MAX_S = 86_400;
/** Above any grid connection. */
const CAPACITY_MAX = 1e12;

export function readRegistration(body: unknown): Read<Registration> {
  if (!isFields(body)) return unread('', 'The body is no JSON object.');
  const token = textIn(body, 'token', TOKEN_MAX_CHARACTERS);
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) return unread('/token', 'There is no token in ASCII.');
  const entries = listIn(body, 'version_url', VERSIONS_MAX);
  if (entries === undefined || entries.length === 0) return unread('/version_url', 'There is no list of versions.');
  const versions = entries.flatMap((entry) => {
    const version = isFields(entry) ? textIn(entry, 'version', GROUP_MAX_CHARACTERS) : undefined;
    const baseUrl = isFields(entry) ? textIn(entry, 'base_url', URL_MAX_CHARACTERS) : undefined;
    return version === undefined || baseUrl === undefined ? [] : [{ version, baseUrl }];
  });
  return { ok: true, value: { token, versions } };
}

/** The base URL of the version that both speak, without a slash at its end. */
export function chosenBaseUrl({ versions }: Registration): string | undefined {
  const chosen = versions.find(({ version }) => /^v?2\.0(\.\d+)?$/i.test(version));
  return chosen?.baseUrl.replace(/\/+$/, '');
}

/** Nested in required_behaviour as the schemas have it, or bare as some clients send it. */
export function readBehaviour(body: unknown): Read<RequiredBehaviour> {
  if (body === undefined || body === null) return { ok: true, value: { measurements: [] } };
  if (!isFields(body)) return unread('', 'The body is no JSON object.');
  const nested = body.required_behaviour;
  const behaviour: Fields = isFields(nested) ? nested : body;
  const intervalS = numberIn(behaviour, 'heartbeat_interval');
  if (intervalS !== undefined && !(intervalS >= 1 && intervalS <= HEARTBEAT_MAX_S)) {
    return unread('/required_behaviour/heartbeat_interval', `It is not between 1 and ${HEARTBEAT_MAX_S} seconds.`);
  }
  const wanted = listIn(behaviour, 'measurement_configuration', MEASUREMENT_CONFIGURATIONS.length * 2) ?? [];
  return {
    ok: true,
    value: {
      ...(intervalS === undefined ? {} : { heartbeatIntervalS: intervalS }),
      measurements: MEASUREMENT_CONFIGURATIONS.filter((known) => wanted.includes(known)),
    },
  };
}

/** offline_mode_at: from when on its sender counts as away, unless it is heard again. */
export function readHeartbeat(body: unknown): Read<{ readonly offlineModeAtMs: number }> {
  const offlineModeAtMs = isFields(body) ? instantIn(body, 'offline_mode_at') : undefined;
  if (offlineModeAtMs === undefined) {
    return unread('/offline_mode_at', 'This is no RFC 3339 instant with its offset.');
  }
  return { ok: true, value: { offlineModeAtMs } };
}

export function readForecast(body: unknown): Read<GroupCapacityForecast> {
  if (!isFields(body)) return unread('', 'The body is no JSON object.');
  const groupId = textIn(body, 'group_id', GROUP_MAX_CHARACTERS);
  if (groupId === undefined) return unread('/group_id', 'There is no group_id.');
  const type = FORECAST_TYPES.find((known) => known === body.type);
  if (type === undefined) return unread('/type', `It is none of ${FORECAST_TYPES.join(', ')}.`);
  const entries = listIn(body, 'forecasted_blocks', BLOCKS_MAX);
  if (entries === undefined) return unread('/forecasted_blocks', `It is no list of at most ${BLOCKS_MAX} blocks.`);
  const blocks: ForecastedBlock[] = [];
  for (const [index, entry] of entries.entries()) {
    const block = readBlock(entry, `/forecasted_blocks/${index}`);
    // A cap that is not understood must not be lost beside those that are.
    if (!block.ok) return block;
    blocks.push(block.value);
  }
  return { ok: true, value: { groupId, type, blocks } };
}

function readBlock(entry: unknown, path: string): Read<ForecastedBlock> {
  if (!isFields(entry)) return unread(path, 'This is no block.');
  const capacity = numberIn(entry, 'capacity');
  if (capacity === undefined || !(capacity >= 0 && capacity <= CAPACITY_MAX)) {
    return unread(`${path}/capacity`, 'This is no capacity: a number that is not negative.');
  }
  const phase = PHASE_INDICATORS.find((known) => known === entry.phase);
  if (phase === undefined) return unread(`${path}/phase`, `It is none of ${PHASE_INDICATORS.join(', ')}.`);
  const unit = BLOCK_UNITS.find((known) => known === entry.unit);
  if (unit === undefined) return unread(`${path}/unit`, `It is none of ${BLOCK_UNITS.join(', ')}.`);
  const startMs = instantIn(entry, 'start_time');
  if (startMs === undefined) return unread(`${path}/start_time`, 'This is no RFC 3339 instant with its offset.');
  const endMs = instantIn(entry, 'end_time');
  if (endMs === undefined) return unread(`${path}/end_time`, 'This is no RFC 3339 instant with its offset.');
  if (endMs <= startMs) return unread(`${path}/end_time`, 'The block ends before it begins.');
  return { ok: true, value: { capacity, phase, unit, startMs, endMs } };
}

const INSTANT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?([Zz]|[+-]\d\d:?\d\d)$/;

/** With its offset: a time without one may be an hour off where the clocks are set. */
function instantIn(fields: Fields, name: string): number | undefined {
  const text = fields[name];
  if (typeof text !== 'string' || !INSTANT.test(text)) return undefined;
  const ms = Date.parse(text.replace(' ', 'T'));
  return Number.isFinite(ms) ? ms : undefined;
}

export function writeBlocks(blocks: readonly ForecastedBlock[]): readonly object[] {
  return blocks.map(({ capacity, phase, unit, startMs, endMs }) => ({
    capacity,
    phase,
    unit,
    start_time: writeInstant(startMs),
    end_time: writeInstant(endMs),
  }));
}

export function writeBehaviour({ heartbeatIntervalS, measurements }: RequiredBehaviour): object {
  return {
    required_behaviour: {
      ...(heartbeatIntervalS === undefined ? {} : { heartbeat_interval: heartbeatIntervalS }),
      measurement_configuration: measurements,
    },
  };
}

export function writeInstant(ms: number): string {
  return new Date(ms).toISOString();
}
