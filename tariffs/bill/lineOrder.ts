import { assertNever } from '../assertNever.js';
import type { Rate, TariffComponent } from '../types.js';

/** A component has fewer rates than this. */
const RATES_MAX = 1_000_000;

/** Where a line stands among those of a month: components and their rates as the tariff lists them. */
export function lineOrder(
  components: readonly TariffComponent[],
): (line: { readonly id: string; readonly rateName?: string | undefined }) => number {
  const places = new Map<string, number>();
  for (const [index, component] of components.entries()) {
    if (!places.has(component.id)) places.set(component.id, index * RATES_MAX);
    for (const [rate, name] of rateNames(component).entries()) {
      const key = `${component.id}: ${name}`;
      if (!places.has(key)) places.set(key, index * RATES_MAX + rate);
    }
  }
  return ({ id, rateName }) => places.get(`${id}: ${rateName}`) ?? places.get(id) ?? Number.POSITIVE_INFINITY;
}

function rateNames(component: TariffComponent): readonly string[] {
  switch (component.kind) {
    case 'priceSeries':
      return named(component.markups);
    case 'timeOfUse':
      return named(component.rates);
    case 'exportPrice':
      return named(component.source.kind === 'rates' ? component.source.rates : component.source.markups);
    case 'sessionPrice':
      return ['flat', 'energy', 'time', 'parking', 'minimum', 'maximum'];
    case 'energyFee':
    case 'tax':
    case 'fixedFee':
    case 'demandCharge':
      return [];
    default:
      return assertNever(component);
  }
}

function named(rates: readonly Rate[] = []): readonly string[] {
  return rates.flatMap(({ name }) => name ?? []);
}
