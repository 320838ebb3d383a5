import type { ParseOptions } from '../parseOptions.js';
import { shiftDecimal } from '../published/decimals.js';
import { isPrice, isWholeSeconds, type PricedInterval, printInstant } from '../published/pricedIntervals.js';
import { type Place, placeIn, refuse } from '../reading/place.js';
import { currency as currencyShape } from '../reading/scalars.js';
import type { OpenAdrEvent } from './events.js';
import { oncePerPlace, type Payload, readPayloads } from './payloads.js';
import { type EventInterval, horizonOf } from './repetition.js';
import type { Timeline } from './timeline.js';

const TYPES = ['PRICE', 'EXPORT_PRICE'] as const;
export type PriceType = (typeof TYPES)[number];

/** A price that an event states, before priorities. */
export interface PriceClaim extends PricedInterval {
  readonly type: PriceType;
  readonly priority: number;
  readonly currency: string;
  /** Of the payload. */
  readonly place: Place;
}

/** The prices of an event; not many more than `most`. What can't be a price is reported. */
export function pricesOf(
  event: OpenAdrEvent,
  timeline: Timeline,
  { most, ...options }: ParseOptions & { readonly most: number },
): PriceClaim[] {
  if (timeline.intervals.length > 0 && timeline.randomized !== undefined) {
    refuse(timeline.randomized, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: 'The prices begin at a time that is left to chance.',
      fix: 'Leave randomizeStart out: a price that is shifted is not the one that is billed.',
    });
    return [];
  }
  const pricesIn = oncePerPlace(priceReader(event, options));
  const claims: PriceClaim[] = [];
  for (const interval of timeline.intervals) {
    for (const prices of pricesIn(interval.place)) {
      for (const claim of split(event, bounded(interval, options), prices)) claims.push(claim);
    }
    // Many values in one interval that is repeated would be more than fit in memory.
    if (claims.length > most) break;
  }
  return claims;
}

/** The prices of one payload. */
interface Prices {
  readonly type: PriceType;
  readonly place: Place;
  readonly currency: string;
  readonly pricesPerKwh: readonly number[];
}

function priceReader(event: OpenAdrEvent, options: ParseOptions): (interval: Place) => Prices[] {
  const units = new Map<PriceType, Unit | 'unknown'>();
  const other = (type: string) =>
    event.place.findings.warnings.add(`Payloads of type ${type.slice(0, 80)} are not used in a tariff.`);
  return (interval) =>
    readPayloads(interval, TYPES, other).flatMap((payload) => {
      const unit = units.get(payload.type) ?? unitOf(event, payload.type, options) ?? 'unknown';
      units.set(payload.type, unit);
      return (unit === 'unknown' ? undefined : inUnit(payload, unit)) ?? [];
    });
}

function inUnit({ type, place, values }: Payload<PriceType>, { currency, places }: Unit): Prices | undefined {
  const pricesPerKwh = values.map((value) => shiftDecimal(value, places));
  const wrong = pricesPerKwh.find((price) => !isPrice(price));
  if (wrong === undefined) return { type, place, currency, pricesPerKwh };
  return refuse(place, { reason: `${wrong} per kWh is no price.`, fix: 'Correct it, or check its units.' });
}

interface Unit {
  readonly currency: string;
  /** The power of ten from a price of the unit to one per kWh. */
  readonly places: number;
}

/** What the numbers mean, by the event's descriptor or its program's. */
function unitOf(event: OpenAdrEvent, type: PriceType, options: ParseOptions): Unit | undefined {
  const descriptor = event.descriptors.get(type);
  const place = descriptor?.place ?? event.place;
  const places = placesOf(descriptor?.units);
  if (places === undefined) {
    const said = descriptor?.units === undefined ? 'are not stated' : `are ${descriptor.units.slice(0, 80)}`;
    return refuse(place, {
      reason: `The units of ${type} ${said}.`,
      fix: `Give the event or its program a payloadDescriptor of ${type} with "units": "KWH".`,
    });
  }
  const said = descriptor?.currency ?? options.currency;
  if (said === undefined) {
    return refuse(place, {
      reason: `The currency of ${type} is not stated.`,
      fix: `Give the payloadDescriptor of ${type} a "currency", or give options.currency.`,
    });
  }
  const known = currencyShape.read(placeIn(place, 'currency', said));
  if (known === undefined) return undefined;
  if (options.currency !== undefined && known !== options.currency) {
    return refuse(placeIn(place, 'currency', known), {
      reason: `The prices are in ${known}, where ${options.currency} is asked for.`,
      fix: `Give prices in ${options.currency}: nothing is converted.`,
    });
  }
  return { currency: known, places };
}

function placesOf(units: string | undefined): number | undefined {
  switch (units) {
    case 'KWH':
      return 0;
    case 'MWH':
      return -3;
    default:
      return undefined;
  }
}

interface BoundedInterval {
  readonly startMs: number;
  readonly endMs: number;
  readonly isOpen: boolean;
}

function bounded({ startMs, endMs, place }: EventInterval, { nowMs }: ParseOptions): BoundedInterval {
  if (endMs !== 'open') return { startMs, endMs, isOpen: false };
  const horizonMs = horizonOf(startMs, nowMs);
  place.findings.warnings.add(
    `A price from ${printInstant(startMs)} on has no end: it is taken until ${printInstant(horizonMs)}.`,
  );
  return { startMs, endMs: horizonMs, isOpen: true };
}

/** Several values share the interval out equally (3.1, user guide 7.3). */
function split(
  { priority }: OpenAdrEvent,
  { startMs, endMs, isOpen }: BoundedInterval,
  { type, place, currency, pricesPerKwh }: Prices,
): PriceClaim[] {
  const count = pricesPerKwh.length;
  const stepMs = (endMs - startMs) / count;
  if (count > 1 && isOpen) {
    refuse(place, {
      reason: 'Several prices share an interval that has no end.',
      fix: 'Give the interval a duration.',
    });
    return [];
  }
  if (!isWholeSeconds({ startMs, endMs: startMs + stepMs })) {
    refuse(place, {
      code: 'TARIFF_NOT_EXPRESSIBLE',
      reason: `${count === 1 ? 'The price does' : `The ${count} prices do`} not last whole seconds.`,
      fix: 'Give a start and a duration that do.',
    });
    return [];
  }
  return pricesPerKwh.map((pricePerKwh, index) => {
    const fromMs = startMs + index * stepMs;
    return { startMs: fromMs, endMs: fromMs + stepMs, pricePerKwh, type, priority, currency, place };
  });
}
