import { isDeepStrictEqual } from 'node:util';
import { mergePrices, printTariff, readTariff, type Tariff } from '../../../tariffs/index.js';
import type { Clock } from '../../site/clock.js';
import type { SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';
import { refuseMixedCurrencies } from './currencies.js';
import { pricesOver } from './pricesOver.js';
import { readUpload, refusing } from './readUpload.js';
import type { TariffRegistry } from './tariffRegistry.js';
import type {
  PriceView,
  SitePriceView,
  StoredTariff,
  TariffService,
  TariffSummary,
  TariffUpload,
  TariffView,
  TimeSpan,
} from './tariffService.js';

interface TariffDeskOptions {
  readonly registry: TariffRegistry;
  readonly clock: Clock;
  readonly listSites: () => readonly SiteModel[];
  /** Throws Problem SITE_NOT_FOUND. */
  readonly getSite: (siteId: string) => SiteModel;
  /** Runs one change of configurations after the other: a site and a tariff that it names may change at once. */
  readonly inTurn: <T>(change: () => Promise<T>) => Promise<T>;
}

/** Where energy providers bring their tariffs. Documents are read on the event loop, so that whoever asks bounds their size. */
export class TariffDesk implements TariffService {
  private readonly options: TariffDeskOptions;

  constructor(options: TariffDeskOptions) {
    this.options = options;
  }

  listTariffs(): readonly TariffSummary[] {
    const siteIds = new Map<string, string[]>();
    for (const site of this.options.listSites()) {
      for (const tariffId of new Set(site.tariffIds)) {
        const known = siteIds.get(tariffId);
        if (known === undefined) siteIds.set(tariffId, [site.siteId]);
        else known.push(site.siteId);
      }
    }
    return this.options.registry.list().map((stored) => ({ ...stored, siteIds: siteIds.get(stored.tariffId) ?? [] }));
  }

  getTariff(tariffId: string): TariffView {
    return printed(this.find(tariffId));
  }

  private find(tariffId: string): StoredTariff {
    const stored = this.options.registry.find(tariffId);
    if (stored === undefined) throw new Problem('TARIFF_NOT_FOUND', `There is no tariff "${tariffId}".`);
    return stored;
  }

  putTariff(tariffId: string, upload: TariffUpload): Promise<TariffView> {
    return this.options.inTurn(() => this.store(this.read(tariffId, upload)));
  }

  tryTariff(tariffId: string, upload: TariffUpload): TariffView {
    return printed(this.read(tariffId, upload));
  }

  private read(tariffId: string, upload: TariffUpload): StoredTariff {
    const { tariff, warnings } = readUpload(this.dated(upload));
    this.refuseOtherCurrency(tariffId, tariff);
    return this.asNext({ tariffId, tariff: upload.format === 'evenkeel' ? tariff : asStored(tariff), warnings });
  }

  addPrices(tariffId: string, upload: TariffUpload, componentId?: string): Promise<TariffView> {
    return this.options.inTurn(async () => {
      const { tariff, warnings } = this.find(tariffId);
      const { timeZone, currency } = tariff;
      const newer = readUpload(this.dated({ ...upload, options: { timeZone, currency, ...upload.options } }));
      refuseForeignPrices({ tariffId, tariff }, newer.tariff);
      const merged = refusing(() => mergePrices(tariff, newer.tariff, componentId));
      const stored = await this.store(this.asNext({ tariffId, tariff: asStored(merged), warnings }));
      return { ...stored, warnings: [...newer.warnings, ...leftOut(newer.tariff, tariff)] };
    });
  }

  deleteTariff(tariffId: string): Promise<void> {
    return this.options.inTurn(async () => {
      this.find(tariffId);
      const siteIds = this.sitesNaming(tariffId).map(({ siteId }) => siteId);
      if (siteIds.length > 0) {
        throw new Problem('TARIFF_IN_USE', `Tariff "${tariffId}" is named by ${siteIds.map(quoted).join(', ')}.`, {
          details: { siteIds },
        });
      }
      await this.options.registry.delete(tariffId);
    });
  }

  priceView(tariffId: string, span: TimeSpan): PriceView {
    const { tariff } = this.find(tariffId);
    return { currency: tariff.currency, ...pricesOver([tariff], span) };
  }

  sitePriceView(siteId: string, span: TimeSpan): SitePriceView {
    const site = this.options.getSite(siteId);
    const { tariffs, missing } = this.options.registry.ofSite(site);
    const currency = tariffs[0]?.currency ?? null;
    return { currency, tariffIds: site.tariffIds, missing, ...pricesOver(tariffs, span) };
  }

  private sitesNaming(tariffId: string): readonly SiteModel[] {
    return this.options.listSites().filter(({ tariffIds }) => tariffIds.includes(tariffId));
  }

  private refuseOtherCurrency(tariffId: string, tariff: Tariff): void {
    const find = (id: string) => (id === tariffId ? tariff : this.options.registry.find(id)?.tariff);
    for (const site of this.sitesNaming(tariffId)) refuseMixedCurrencies(site, find, '/currency');
  }

  /** The same content keeps the instant since which it holds, and is the very object that is there. */
  private asNext({ tariffId, tariff, warnings }: Omit<StoredTariff, 'updatedMs'>): StoredTariff {
    const before = this.options.registry.find(tariffId);
    if (before === undefined || !isDeepStrictEqual(before.tariff, tariff)) {
      return { tariffId, tariff, warnings, updatedMs: this.options.clock.nowMs() };
    }
    return isDeepStrictEqual(before.warnings, warnings) ? before : { ...before, warnings };
  }

  private async store(next: StoredTariff): Promise<TariffView> {
    const view = printed(next);
    if (next !== this.options.registry.find(next.tariffId)) await this.options.registry.put(next, view.document);
    return view;
  }

  /** Documents may say "now". */
  private dated(upload: TariffUpload): TariffUpload {
    return { ...upload, options: { nowMs: this.options.clock.nowMs(), ...upload.options } };
  }
}

/** As it will be read at the next start: what could not be, such as more prices than a document may have, is refused now. */
function asStored(tariff: Tariff): Tariff {
  return refusing(() => readTariff(printTariff(tariff), 'evenkeel').tariff);
}

function printed(stored: StoredTariff): TariffView {
  return { ...stored, document: printTariff(stored.tariff) };
}

/** What mergePrices does not take of a document, in sentences. */
function leftOut({ components, vatPercent }: Tariff, tariff: Tariff): readonly string[] {
  const others = components.filter((component) => !isPublishedAsIs(component)).map(({ id }) => id);
  return [
    ...(others.length > 0
      ? [
          `Only published prices were taken; what else the document says of ${others.join(', ')} was not. PUT the tariff to change that.`,
        ]
      : []),
    ...(vatPercent > 0 && vatPercent !== tariff.vatPercent
      ? [`The document's VAT of ${vatPercent} % was not taken; the tariff's own, ${tariff.vatPercent} %, holds.`]
      : []),
  ];
}

function isPublishedAsIs(component: Tariff['components'][number]): boolean {
  const series =
    component.kind === 'priceSeries'
      ? component
      : component.kind === 'exportPrice' && component.source.kind === 'series'
        ? component.source
        : undefined;
  return (
    series !== undefined && series.factor === undefined && series.markups === undefined && !('capPerKwh' in series)
  );
}

function refuseForeignPrices({ tariffId, tariff }: { tariffId: string; tariff: Tariff }, newer: Tariff): void {
  if (newer.currency === tariff.currency) return;
  throw new Problem('CURRENCY_MISMATCH', `The prices are in ${newer.currency}, "${tariffId}" in ${tariff.currency}.`, {
    details: { tariffIds: [tariffId], currencies: [tariff.currency, newer.currency] },
  });
}

function quoted(text: string): string {
  return `"${text}"`;
}
