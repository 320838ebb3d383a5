import type { BillLine, Tariff } from '../types.js';
import { lineOrder } from './lineOrder.js';

/** Something that costs: quantity × price, without VAT. */
export interface Entry {
  /** The component's id. */
  readonly id: string;
  /** Of the rate, where it has one. */
  readonly rateName?: string | undefined;
  readonly month: string;
  readonly kind: Exclude<BillLine['kind'], 'vat'>;
  readonly quantity: number;
  readonly unit: string;
  readonly price: number;
  readonly vatPercent: number;
}

/** Sums up what a tariff costs, by line. */
export interface Ledger {
  add(entry: Entry): void;
  /** Of each month its components in the tariff's order, then VAT by rate. Ascending by month. */
  lines(): BillLine[];
}

export function ledgerOf(tariff: Pick<Tariff, 'name' | 'currency' | 'components'>): Ledger {
  const months = new Map<string, OpenMonth>();
  const monthOf = (month: string): OpenMonth => {
    const known = months.get(month) ?? { lines: new Map<string, OpenLine>(), vatBases: new Map<number, number>() };
    months.set(month, known);
    return known;
  };
  return {
    add: (entry) => addTo(monthOf(entry.month), entry),
    lines: () =>
      [...months]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .flatMap(([month, open]) => linesOf(tariff, month, open)),
  };
}

interface OpenMonth {
  readonly lines: Map<string, OpenLine>;
  /** What each rate is due on. */
  readonly vatBases: Map<number, number>;
}

interface OpenLine {
  readonly first: Entry;
  quantity: number;
  amount: number;
  isOnePrice: boolean;
}

function addTo(month: OpenMonth, entry: Entry): void {
  const amount = entry.quantity * entry.price;
  const key = `${entry.kind} ${entry.id} ${entry.unit} ${entry.rateName ?? ''}`;
  const line = month.lines.get(key);
  if (line === undefined) {
    month.lines.set(key, { first: entry, quantity: entry.quantity, amount, isOnePrice: true });
  } else {
    line.quantity += entry.quantity;
    line.amount += amount;
    line.isOnePrice &&= line.first.price === entry.price;
  }
  month.vatBases.set(entry.vatPercent, (month.vatBases.get(entry.vatPercent) ?? 0) + amount);
}

function linesOf(tariff: Pick<Tariff, 'name' | 'currency' | 'components'>, month: string, open: OpenMonth): BillLine[] {
  const named = tariff.name === undefined ? {} : { tariff: tariff.name };
  const order = lineOrder(tariff.components);
  const priced = [...open.lines.values()]
    .sort((one, other) => order(one.first) - order(other.first))
    .map((line): BillLine => ({ ...named, month, ...priceOf(line), ...namesOf(line.first) }));
  const vat = [...open.vatBases]
    .filter(([percent]) => percent !== 0)
    .sort(([one], [other]) => one - other)
    .map(([percent, base]): BillLine => {
      const price = percent / 100;
      return {
        ...named,
        month,
        component: `VAT ${percent} %`,
        kind: 'vat',
        quantity: base,
        unit: tariff.currency,
        price,
        amount: base * price,
      };
    });
  return [...priced, ...vat];
}

/** A line with one price is exactly quantity × price; of several prices, their mean stands. */
function priceOf({ first, quantity, amount, isOnePrice }: OpenLine): Pick<BillLine, 'quantity' | 'price' | 'amount'> {
  if (isOnePrice || quantity === 0)
    return { quantity, price: first.price, amount: isOnePrice ? quantity * first.price : amount };
  return { quantity, price: amount / quantity, amount };
}

function namesOf({ id, rateName, kind, unit }: Entry): Pick<BillLine, 'component' | 'kind' | 'unit'> {
  return { component: rateName === undefined ? id : `${id}: ${rateName}`, kind, unit };
}
