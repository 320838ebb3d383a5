import type { NativeTariff, ParseOptions, PriceSeries, Tariff, TariffFormat } from '../../../tariffs/index.js';

/** What an energy provider asks of the service. Refusals are thrown as Problem; a faulty document's has `issues` and `more`. */
export interface TariffService {
  /** Ascending by id. */
  listTariffs(): readonly TariffSummary[];
  getTariff(tariffId: string): TariffView;
  /**
   * Creates or replaces it; resolves when it is stored and sites plan by it. The same content again changes nothing, and is
   * answered as before. Throws Problem (INVALID_TARIFF, TARIFF_NOT_EXPRESSIBLE, TARIFF_OVERLAP, TARIFF_NOT_PUBLISHED, CURRENCY_MISMATCH).
   */
  putTariff(tariffId: string, upload: TariffUpload): Promise<TariffView>;
  /** What putTariff would store and answer, or throw; nothing is stored. */
  tryTariff(tariffId: string, upload: TariffUpload): TariffView;
  /**
   * Lays a price document over the prices that a tariff has, interval by interval; the newest wins. What the document does not
   * say (zone, currency) is the tariff's. `componentId` names the series, where the tariff has several.
   */
  addPrices(tariffId: string, upload: TariffUpload, componentId?: string): Promise<TariffView>;
  /** Throws Problem TARIFF_IN_USE while a site names it. */
  deleteTariff(tariffId: string): Promise<void>;

  /** Throws Problem NO_PRICE where there is not even a fallback. */
  priceView(tariffId: string, span: TimeSpan): PriceView;
  /** All of a site's tariffs together. */
  sitePriceView(siteId: string, span: TimeSpan): SitePriceView;
}

export interface TariffUpload {
  readonly format: TariffFormat;
  /** Text, or of JSON formats the parsed value. */
  readonly content: unknown;
  readonly options: ParseOptions;
}

/** Half-open, epoch milliseconds. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface StoredTariff {
  readonly tariffId: string;
  readonly tariff: Tariff;
  /** What a person should know about the document it was read from. */
  readonly warnings: readonly string[];
  /** When it last became another. */
  readonly updatedMs: number;
}

export interface TariffView extends StoredTariff {
  /** The tariff as its native document. */
  readonly document: NativeTariff;
}

export interface TariffSummary extends StoredTariff {
  /** The sites that name it. */
  readonly siteIds: readonly string[];
}

export interface PriceView {
  readonly currency: string;
  /** What a kWh from the grid costs, all in. */
  readonly import: PriceSeries['prices'];
  /** What a kWh into the grid brings; 0 where nothing is paid. */
  readonly export: readonly ExportPrice[];
}

export interface ExportPrice {
  readonly startMs: number;
  readonly endMs: number;
  readonly pricePerKwh: number;
}

export interface SitePriceView extends Omit<PriceView, 'currency'> {
  /** Null where no tariff is there: nothing costs anything then, and there are no prices to list. */
  readonly currency: string | null;
  readonly tariffIds: readonly string[];
  /** Named by the site and not there; of those the others alone count. */
  readonly missing: readonly string[];
}
