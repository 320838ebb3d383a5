import { assertNever } from '../assertNever.js';
import type { Tariff, TariffComponent } from '../types.js';

/** Costs nothing, but only within the tariff's validity: what a tariff without any price per kWh comes down to. */
const NOTHING: TariffComponent = { kind: 'energyFee', id: 'nothing', pricePerKwh: 0 };

/** The components that make up the price of a kWh from the grid. At least one. */
export function importComponents({ components }: Tariff): readonly TariffComponent[] {
  const priced = components.filter(isImportPrice);
  return priced.length === 0 ? [NOTHING] : priced;
}

export function asList(tariffs: Tariff | readonly Tariff[]): readonly Tariff[] {
  return isList(tariffs) ? tariffs : [tariffs];
}

/** Throws RangeError naming the two that differ: there is no silent conversion. */
export function checkCurrencies(tariffs: readonly Tariff[]): void {
  const [first] = tariffs;
  const other = tariffs.find(({ currency }) => currency !== first?.currency);
  if (first === undefined || other === undefined) return;
  throw new RangeError(
    `prices in ${first.currency} and ${other.currency} do not add up: load the tariffs in one currency, converted at a rate you state`,
  );
}

export function withVat(pricePerKwh: number, vatPercent: number): number {
  return pricePerKwh * (1 + vatPercent / 100);
}

function isImportPrice(component: TariffComponent): boolean {
  switch (component.kind) {
    case 'priceSeries':
    case 'timeOfUse':
    case 'energyFee':
    case 'tax':
    case 'sessionPrice':
      return true;
    case 'fixedFee':
    case 'exportPrice':
    case 'demandCharge':
      return false;
    default:
      return assertNever(component);
  }
}

function isList(tariffs: Tariff | readonly Tariff[]): tariffs is readonly Tariff[] {
  return Array.isArray(tariffs);
}
