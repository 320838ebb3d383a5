import { capacityInForce, InvalidTariff, pinnedEvent, readCapacityEvents } from '../../tariffs/index.js';
import { flatCaps } from '../peers/flatCaps.js';
import type { GridCap } from '../peers/gridCap.js';
import { type Fields, isFields } from '../peers/jsonFields.js';
import type { Circuit } from '../site/model.js';
import { PHASES } from '../site/phases.js';
import { type KnownEvent, shareOf } from './events.js';

// Events of a VTN → what its circuit may take.

export interface CapsOptions {
  readonly circuit: Circuit;
  readonly voltageV: number;
  readonly timeZone: string;
  readonly nowMs: number;
  /** What the cars may take of the circuit's power at the levels 1, 2 and 3 of SIMPLE, in percent. */
  readonly simplePercent: readonly [number, number, number];
}

const AHEAD_MS = 8 * 86_400_000;
const BACK_MS = 3_600_000;
const LIMIT = 'IMPORT_CAPACITY_LIMIT';
/** Says that nothing is limited, and yet goes before events that come after it. */
const UNLIMITED_KW = 1_000_000;
const LEVEL_MOST = 3;

/** Ascending, without overlaps. */
export function capsOf(events: readonly KnownEvent[], options: CapsOptions): readonly GridCap[] {
  const pinned = events.map(pin);
  const ratedKw = ratedW(options) / 1000;
  const levels = pinned.map((event) => asLimits(event, 'SIMPLE', (value) => levelKw(value, ratedKw, options)));
  const setpoints = pinned.map((event) => asLimits(event, 'DISPATCH_SETPOINT', (value) => Math.max(0, value)));
  const caps = [
    ...read(pinned.map(onlyImport), options).map(({ powerW, ...cap }): GridCap => ({ ...cap, powerLimitW: powerW })),
    ...[...read(levels, options), ...read(setpoints, options)].map(
      ({ powerW, ...cap }): GridCap => ({ ...cap, chargingPowerLimitW: powerW }),
    ),
  ];
  return flatCaps(caps, { fromMs: options.nowMs - BACK_MS, untilMs: options.nowMs + AHEAD_MS });
}

/** Why an event can not be read, undefined where it can. Each is read alone: one that can not be must not take others with it. */
export function faultOf(body: Fields, options: CapsOptions): string | undefined {
  const event = {
    id: '',
    programId: '',
    modified: '',
    body,
    isReadable: true,
    problem: null,
    firstSeenMs: options.nowMs,
    draw: 1,
  };
  try {
    capsOf([event], options);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidTariff) return error.message;
    throw error;
  }
}

/** What of an event is understood, and is no limit here. */
export function notesOf(body: Fields): readonly string[] {
  const types = new Set(payloadsIn(body).map(({ type }) => type));
  return [...types].flatMap((type) => {
    if (typeof type !== 'string') return [];
    if (type.startsWith('EXPORT_CAPACITY_'))
      return [`${type}: nothing is fed into the grid here, so that nothing is limited.`];
    if (type.startsWith('ALERT_')) return [`${type}: shown here; nothing follows from it.`];
    return [];
  });
}

function pin({ body, firstSeenMs, draw }: KnownEvent): Fields {
  const pinned = pinnedEvent(body, { nowMs: firstSeenMs, draw: (index) => shareOf(draw, index) });
  return isFields(pinned) ? pinned : {};
}

function read(
  events: readonly (Fields | undefined)[],
  { timeZone, nowMs }: CapsOptions,
): readonly (Pick<GridCap, 'fromMs' | 'toMs' | 'reason'> & { readonly powerW: number })[] {
  const speaking = events.filter((event) => event !== undefined);
  if (speaking.length === 0) return [];
  const { limits } = readCapacityEvents(speaking, { timeZone, nowMs });
  return capacityInForce(limits)
    .filter(({ powerW }) => powerW < UNLIMITED_KW * 1000)
    .map(({ startMs, endMs, powerW, eventName }) => ({
      fromMs: startMs,
      toMs: endMs,
      powerW,
      reason: eventName === undefined || eventName === '' ? 'An OpenADR event.' : eventName.slice(0, 100),
    }));
}

/** What says nothing of import is left out, so that its own mistakes do not count. Kilowatts are the unit of its definition. */
function onlyImport(event: Fields): Fields | undefined {
  const isImport = (type: unknown) => typeof type === 'string' && /^(IMPORT_)?CAPACITY_/.test(type);
  if (!payloadsIn(event).some(({ type }) => isImport(type))) return undefined;
  const stated = Array.isArray(event.payloadDescriptors) ? event.payloadDescriptors : [];
  const withUnits = stated.map((one: unknown) =>
    isFields(one) && isImport(one.payloadType) && (one.units === undefined || one.units === null)
      ? { ...one, units: 'KW' }
      : one,
  );
  const defaults = [LIMIT, 'IMPORT_CAPACITY_SUBSCRIPTION', 'IMPORT_CAPACITY_RESERVATION'].map(inKw);
  return { ...event, payloadDescriptors: [...defaults, ...withUnits] };
}

/** The same event, in which the payloads of one type are limits in kW, and nothing else is; undefined where it has none. */
function asLimits(event: Fields, type: string, kwOf: (value: number) => number): Fields | undefined {
  if (!payloadsIn(event).some((payload) => payload.type === type)) return undefined;
  const intervals = (event.intervals as readonly Fields[]).map((interval) => {
    const payloads = Array.isArray(interval.payloads) ? interval.payloads : [];
    const own = payloads.filter((payload: unknown) => isFields(payload) && payload.type === type);
    return {
      ...interval,
      payloads: own.map((payload: Fields) => ({ type: LIMIT, values: limitsOf(payload.values, kwOf) })),
    };
  });
  return { ...event, intervals, payloadDescriptors: [inKw(LIMIT)] };
}

function limitsOf(values: unknown, kwOf: (value: number) => number): unknown {
  if (!Array.isArray(values)) return values;
  return values.map((value: unknown) => (typeof value === 'number' ? kwOf(value) : value));
}

function levelKw(level: number, ratedKw: number, { simplePercent }: CapsOptions): number {
  if (level <= 0) return UNLIMITED_KW;
  const at = Math.min(LEVEL_MOST, Math.ceil(level)) - 1;
  return Math.round(ratedKw * (simplePercent[at] ?? 0) * 10) / 1000;
}

function inKw(payloadType: string): object {
  return { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType, units: 'KW' };
}

function ratedW({ circuit, voltageV }: CapsOptions): number {
  const carriedW = PHASES.reduce((sum, phase) => sum + circuit.limitA[phase], 0) * voltageV;
  return Math.min(carriedW, circuit.powerLimitW ?? carriedW);
}

export function payloadsIn(event: Fields): readonly Fields[] {
  const intervals = Array.isArray(event.intervals) ? event.intervals : [];
  return intervals
    .flatMap((interval: unknown) => (isFields(interval) && Array.isArray(interval.payloads) ? interval.payloads : []))
    .filter(isFields);
}
