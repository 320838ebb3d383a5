import { holdsAt, type LocalZone } from '../calendar.js';
import { NoPrice } from '../prices/noPrice.js';
import type { SessionDimensionPrice, SessionPriceComponent, SessionRestrictions, Tariff } from '../types.js';
import type { Ledger } from './ledger.js';
import type { MeteredPiece } from './meteredPieces.js';
import { sessionNotes } from './sessionNotes.js';
import { type SessionPiece, sessionPieces } from './sessionPieces.js';
import { isEmpty, within } from './span.js';
import { type SessionCharge, withStepsRoundedUp } from './stepSize.js';

type Dimension = SessionDimensionPrice['dimension'];

const MS_PER_HOUR = 3_600_000;
const UNITS = { energy: 'kWh', time: 'h', parking: 'h', flat: 'session' } as const;

/**
 * The pieces as one charging session, priced as OCPI 2.2.1 and 2.3 say (mod_tariffs): each moment by the first element of a dimension
 * whose restrictions hold then. Time in which energy flows is charging time, all other time of it is parking. The steps round the
 * session's totals up, once for energy and once for both times; then the least and the most that a session costs apply, without VAT.
 * Current is taken to be the power at voltageV. Throws NoPrice where energy was taken outside of the tariff's validity.
 */
export function addSession(
  ledger: Ledger,
  component: SessionPriceComponent,
  tariff: Tariff,
  of: { readonly pieces: readonly MeteredPiece[]; readonly voltageV: number },
): string[] {
  const whole = withPauses(of.pieces);
  const pieces = sessionPieces(whole, component.elements, tariff).filter((piece) => isPriced(piece, component, tariff));
  const charges = withStepsRoundedUp(sessionCharges(component, pieces, { zone: tariff, voltageV: of.voltageV }));
  const vatOf = ({ vatPercent }: SessionDimensionPrice) => vatPercent ?? component.vatPercent ?? tariff.vatPercent;
  for (const { price, month, quantity } of charges) {
    const { dimension } = price;
    ledger.add({
      id: component.id,
      rateName: dimension,
      month,
      kind: component.kind,
      quantity,
      unit: UNITS[dimension],
      price: price.price,
      vatPercent: vatOf(price),
    });
  }
  addBounds(ledger, component, { charges, vatOf, pieces, vatPercent: component.vatPercent ?? tariff.vatPercent });
  return sessionNotes(component, { hasPauses: whole.length > of.pieces.length, voltageV: of.voltageV });
}

function sessionCharges(
  component: SessionPriceComponent,
  pieces: readonly SessionPiece[],
  at: { readonly zone: LocalZone; readonly voltageV: number },
): SessionCharge[] {
  const charged = (piece: SessionPiece, dimension: Dimension, quantity: number): SessionCharge[] => {
    const price = priceOf(component, dimension, (restrictions) => holds(restrictions, piece, at));
    return price === undefined ? [] : [{ price, month: piece.month, quantity }];
  };
  const [flat] = pieces.flatMap((piece) => charged(piece, 'flat', 1));
  const running = pieces.flatMap((piece) => {
    const hours = (piece.endMs - piece.startMs) / MS_PER_HOUR;
    if (piece.importKwh === 0) return charged(piece, 'parking', hours);
    return [...charged(piece, 'energy', piece.importKwh), ...charged(piece, 'time', hours)];
  });
  return flat === undefined ? running : [flat, ...running];
}

function priceOf(
  { elements }: SessionPriceComponent,
  dimension: Dimension,
  isHolding: (restrictions: SessionRestrictions) => boolean,
): SessionDimensionPrice | undefined {
  for (const { prices, restrictions = {} } of elements) {
    const price = prices.find((candidate) => candidate.dimension === dimension);
    if (price !== undefined && isHolding(restrictions)) return price;
  }
  return undefined;
}

/** Reservations are no charging: what is restricted to them never holds. */
function holds(
  restrictions: SessionRestrictions,
  { powerW, middle }: SessionPiece,
  { zone, voltageV }: { readonly zone: LocalZone; readonly voltageV: number },
): boolean {
  const { when, reservation } = restrictions;
  const { energyMinWh, energyMaxWh, powerMinW, powerMaxW, currentMinA, currentMaxA, durationMinS, durationMaxS } =
    restrictions;
  return (
    reservation === undefined &&
    isWithin(middle.sessionWh, energyMinWh, energyMaxWh) &&
    isWithin(middle.sessionS, durationMinS, durationMaxS) &&
    isWithin(powerW, powerMinW, powerMaxW) &&
    isWithin(powerW / voltageV, currentMinA, currentMaxA) &&
    holdsAt(when, zone, middle.atMs)
  );
}

/** The minimum inclusive, the maximum exclusive. */
function isWithin(value: number, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY): boolean {
  return min <= value && value < max;
}

/** What is missing to the least, or too much for the most, with VAT in proportion to what it is added to. */
function addBounds(
  ledger: Ledger,
  { id, kind, minPrice = 0, maxPrice = Number.POSITIVE_INFINITY }: SessionPriceComponent,
  of: {
    readonly charges: readonly SessionCharge[];
    readonly vatOf: (price: SessionDimensionPrice) => number;
    readonly vatPercent: number;
    readonly pieces: readonly SessionPiece[];
  },
): void {
  const month = of.pieces.at(-1)?.month;
  if (month === undefined) return;
  const bases = new Map<number, number>();
  for (const { price, quantity } of of.charges) {
    const vatPercent = of.vatOf(price);
    bases.set(vatPercent, (bases.get(vatPercent) ?? 0) + price.price * quantity);
  }
  const sum = [...bases.values()].reduce((total, base) => total + base, 0);
  const missing = Math.max(minPrice, Math.min(sum, maxPrice)) - sum;
  if (missing === 0) return;
  const rateName = missing > 0 ? 'minimum' : 'maximum';
  for (const [vatPercent, base] of sum > 0 ? bases : [[of.vatPercent, 1] as const]) {
    const price = missing * (sum > 0 ? base / sum : 1);
    ledger.add({ id, rateName, month, kind, quantity: 1, unit: 'session', price, vatPercent });
  }
}

/** Between readings the car is there, and nothing is known to flow. */
function withPauses(pieces: readonly MeteredPiece[]): MeteredPiece[] {
  return pieces.flatMap((piece, index) => {
    const previous = pieces[index - 1];
    if (previous === undefined || previous.endMs === piece.startMs) return [piece];
    const pause = { startMs: previous.endMs, endMs: piece.startMs, month: previous.month, importKwh: 0, exportKwh: 0 };
    return [pause, piece];
  });
}

function isPriced(piece: SessionPiece, component: SessionPriceComponent, tariff: Tariff): boolean {
  const span = { fromMs: piece.middle.atMs, toMs: piece.middle.atMs + 1 };
  if (isEmpty(within(tariff.validity, span)) && piece.importKwh > 0) throw new NoPrice(piece.startMs, piece.endMs);
  return !isEmpty(within(component.validity, within(tariff.validity, span)));
}
