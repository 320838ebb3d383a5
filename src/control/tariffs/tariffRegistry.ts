import { readTariff, type Tariff } from '../../../tariffs/index.js';
import type { Store } from '../../store/store.js';
import type { Log } from '../ports.js';
import type { StoredTariff } from './tariffService.js';

/** What a site's tariffIds stand for. */
export interface SiteTariffs {
  /** In the site's order; all of one currency. */
  readonly tariffs: readonly Tariff[];
  /** Named by the site and not there: of them nothing is known, so they cost nothing. */
  readonly missing: readonly string[];
}

/** 'here': this process was told; 'store': another was, and it was read. */
type TariffListener = (tariffId: string, origin: 'here' | 'store') => void;

interface TariffRegistryOptions {
  readonly store: Pick<Store, 'listTariffs' | 'putTariff' | 'deleteTariff'>;
  readonly log: Log;
}

/** Every tariff there is, in memory: prices are asked for with every plan. What is on disk comes first. */
export class TariffRegistry {
  private readonly options: TariffRegistryOptions;
  private readonly tariffs = new Map<string, StoredTariff>();
  private readonly listeners = new Set<TariffListener>();

  constructor(options: TariffRegistryOptions) {
    this.options = options;
  }

  /** To be called before sites are. One that can't be read is as one that is not there, and the log says so. */
  async load(): Promise<void> {
    await this.reload();
  }

  /** Takes in what other processes have put, changed and deleted. */
  async reload(): Promise<void> {
    const before = new Map(this.tariffs);
    const stored = await this.options.store.listTariffs();
    const ids = new Set(stored.map(({ tariffId }) => tariffId));
    for (const [tariffId, known] of before) {
      // What was put here meanwhile is not among those that were read, and is there all the same.
      if (ids.has(tariffId) || this.tariffs.get(tariffId) !== known) continue;
      this.tariffs.delete(tariffId);
      this.announce(tariffId, 'store');
    }
    for (const { tariffId, updatedMs, document } of stored) {
      // It may have been put here while the others were read: the newer one is kept.
      const known = this.tariffs.get(tariffId);
      if (known !== undefined && known.updatedMs >= updatedMs) continue;
      try {
        this.tariffs.set(tariffId, { tariffId, updatedMs, ...fromDocument(document) });
        this.announce(tariffId, 'store');
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error);
        this.options.log.error({ tariffId, error: detail }, 'this tariff could not be read; upload it again');
      }
    }
  }

  find(tariffId: string): StoredTariff | undefined {
    return this.tariffs.get(tariffId);
  }

  /** Ascending by id. */
  list(): readonly StoredTariff[] {
    return [...this.tariffs.values()].sort((a, b) => (a.tariffId < b.tariffId ? -1 : 1));
  }

  ofSite({ tariffIds }: { readonly tariffIds: readonly string[] }): SiteTariffs {
    const named = [...new Set(tariffIds)];
    return {
      tariffs: named.map((id) => this.tariffs.get(id)?.tariff).filter((tariff) => tariff !== undefined),
      missing: named.filter((id) => !this.tariffs.has(id)),
    };
  }

  /** Calls back when a tariff became another, came or went, and it is on disk; the answer ends it. */
  onChange(listener: TariffListener): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  /** `document` is the tariff as printed, from which it is read again at the next start. */
  async put(stored: StoredTariff, document: unknown): Promise<void> {
    const { tariffId, updatedMs, warnings } = stored;
    await this.options.store.putTariff({ tariffId, updatedMs, document: { tariff: document, warnings } });
    const before = this.tariffs.get(tariffId);
    this.tariffs.set(tariffId, stored);
    if (before?.tariff !== stored.tariff) this.announce(tariffId);
  }

  async delete(tariffId: string): Promise<void> {
    await this.options.store.deleteTariff(tariffId);
    this.tariffs.delete(tariffId);
    this.announce(tariffId);
  }

  private announce(tariffId: string, origin: 'here' | 'store' = 'here'): void {
    for (const listener of this.listeners) listener(tariffId, origin);
  }
}

function fromDocument(document: unknown): Pick<StoredTariff, 'tariff' | 'warnings'> {
  const { tariff, warnings } = Object(document);
  return {
    tariff: readTariff(tariff, 'evenkeel').tariff,
    warnings: Array.isArray(warnings) ? warnings.map(String) : [],
  };
}
