import { InvalidTariff } from '../invalidTariff.js';
import type { ExportPriceComponent, PriceRun, PriceSeriesComponent, Tariff, TariffComponent } from '../types.js';
import { laidOver } from './runs.js';

/**
 * The tariff with the published prices of `newer` laid over its own: where both have a price, the newer one holds, whatever the
 * resolution of either; doing it twice changes nothing. Only published prices are taken, import and export each onto the series of its
 * kind: factors, markups, caps and all else stay the tariff's. `componentId` says which series is meant where the tariff has several.
 * Throws InvalidTariff where the currencies differ, or where it is not clear which prices belong to which series.
 */
export function mergePrices(tariff: Tariff, newer: Tariff, componentId?: string): Tariff {
  if (tariff.currency !== newer.currency)
    throw refused(
      `The prices are in ${newer.currency}, but the tariff is in ${tariff.currency}.`,
      'Send prices in the currency of the tariff.',
    );
  const published = newer.components.filter(isSeries);
  if (published.length === 0)
    throw refused('The document has no price series.', 'Send prices by interval; to change rates, replace the tariff.');
  return published.reduce((merged, series) => {
    if (published.filter(({ kind }) => kind === series.kind).length > 1)
      throw refused(`The document has several series of kind ${series.kind}.`, 'Send one at a time.');
    return withPrices(merged, series, componentId);
  }, tariff);
}

type Series = PriceSeriesComponent | (ExportPriceComponent & { readonly source: { readonly kind: 'series' } });

function isSeries(component: TariffComponent): component is Series {
  return component.kind === 'priceSeries' || (component.kind === 'exportPrice' && component.source.kind === 'series');
}

/** Versions of one component share their id, and the prices. */
function withPrices(tariff: Tariff, newer: Series, componentId: string | undefined): Tariff {
  const targetId = componentId ?? onlySeriesId(tariff, newer.kind);
  const isTarget = (component: TariffComponent): component is Series =>
    isSeries(component) && component.kind === newer.kind && component.id === targetId;
  if (!tariff.components.some(isTarget))
    throw refused(
      `The tariff has no series of kind ${newer.kind} with the id ${JSON.stringify(targetId)}.`,
      `Name one that it has (${seriesIds(tariff, newer.kind).join(', ') || 'none'}), or add it to the tariff first.`,
    );
  return {
    ...tariff,
    components: tariff.components.map((component) =>
      isTarget(component) ? overlaid(component, pricesOf(newer)) : component,
    ),
  };
}

function onlySeriesId(tariff: Tariff, kind: Series['kind']): string {
  const [id, ...others] = seriesIds(tariff, kind);
  if (id === undefined)
    throw refused(`The tariff has no series of kind ${kind} to take these prices.`, 'Add one to the tariff first.');
  if (others.length > 0)
    throw refused(`The tariff has several series of kind ${kind}.`, `Say which one: ${[id, ...others].join(', ')}.`);
  return id;
}

function seriesIds(tariff: Tariff, kind: Series['kind']): string[] {
  const series = tariff.components.filter(isSeries).filter((component) => component.kind === kind);
  return [...new Set(series.map(({ id }) => id))];
}

function pricesOf(component: Series): readonly PriceRun[] {
  return component.kind === 'priceSeries' ? component.prices : component.source.prices;
}

function overlaid(component: Series, newer: readonly PriceRun[]): TariffComponent {
  const prices = laidOver(pricesOf(component), newer);
  if (component.kind === 'priceSeries') return { ...component, prices };
  return { ...component, source: { ...component.source, prices } };
}

function refused(reason: string, fix: string): InvalidTariff {
  return new InvalidTariff('INVALID_TARIFF', [{ reason, fix }]);
}
