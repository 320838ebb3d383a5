import { describe, expect, it } from 'vitest';
import { TariffDesk } from '../../../../src/control/tariffs/tariffDesk.js';
import { TariffRegistry } from '../../../../src/control/tariffs/tariffRegistry.js';
import type { TariffUpload } from '../../../../src/control/tariffs/tariffService.js';
import type { SiteModel } from '../../../../src/site/model.js';
import { Problem } from '../../../../src/site/problem.js';
import { siteOf } from '../../../support/builders.js';
import { MemoryStore } from '../../../support/memoryStore.js';

const HOUR_MS = 3_600_000;
/** 2026-01-14, a Wednesday, begins in Stockholm. */
const DAY_MS = Date.UTC(2026, 0, 13, 23);

const spot = (start: string, pricesPerKwh: readonly number[], more: object = {}) => ({
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  vatPercent: 25,
  components: [{ kind: 'priceSeries', id: 'energy', prices: [{ start, resolution: 'PT1H', pricesPerKwh }] }],
  ...more,
});
const fee = (pricePerKwh: number, more: object = {}) => ({
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  vatPercent: 25,
  components: [
    { kind: 'energyFee', id: 'fee', pricePerKwh },
    { kind: 'exportPrice', id: 'sold', source: { kind: 'rates', rates: [{ pricePerKwh: 0.3 }] } },
  ],
  ...more,
});
const native = (content: unknown): TariffUpload => ({ format: 'evenkeel', content, options: {} });
const FIRST_HOURS = spot('2026-01-14T00:00:00+01:00', [0.4, 0.8, -0.4]);

class World {
  nowMs = 1_000;
  readonly store = new MemoryStore();
  readonly sites: SiteModel[] = [];
  readonly errors: object[] = [];
  readonly changes: string[] = [];
  writes = 0;
  registry = this.newRegistry();
  desk = this.newDesk();
  private line: Promise<unknown> = Promise.resolve();

  private newRegistry(): TariffRegistry {
    const registry = new TariffRegistry({
      store: {
        listTariffs: () => this.store.listTariffs(),
        putTariff: (tariff) => {
          this.writes += 1;
          return this.store.putTariff(tariff);
        },
        deleteTariff: (tariffId) => this.store.deleteTariff(tariffId),
      },
      log: { info() {}, warn() {}, error: (fields) => this.errors.push(fields) },
    });
    registry.onChange((tariffId) => this.changes.push(tariffId));
    return registry;
  }

  private newDesk(): TariffDesk {
    return new TariffDesk({
      registry: this.registry,
      clock: { nowMs: () => this.nowMs, after: () => () => {} },
      listSites: () => this.sites,
      getSite: (siteId) => {
        const site = this.sites.find((one) => one.siteId === siteId);
        if (site === undefined) throw new Problem('SITE_NOT_FOUND', siteId);
        return site;
      },
      inTurn: (change) => {
        const run = this.line.then(change);
        this.line = run.catch(() => undefined);
        return run;
      },
    });
  }

  site(siteId: string, ...tariffIds: string[]): void {
    this.sites.push({ ...siteOf({ siteId, stations: [] }), tariffIds });
  }

  async restart(): Promise<void> {
    this.registry = this.newRegistry();
    this.desk = this.newDesk();
    await this.registry.load();
  }
}

describe('a tariff that is put', () => {
  it('is there, in the native form, and again after a restart', async () => {
    const world = new World();
    const stored = await world.desk.putTariff('spot', native(FIRST_HOURS));
    expect(stored).toMatchObject({ tariffId: 'spot', updatedMs: 1_000, warnings: [] });
    expect(stored.document).toMatchObject({ currency: 'SEK', components: [{ id: 'energy' }] });
    await world.restart();
    expect(world.desk.getTariff('spot')).toEqual(stored);
    expect(world.desk.listTariffs()).toMatchObject([{ tariffId: 'spot', siteIds: [] }]);
  });

  it('with the same content again changes nothing and tells nobody, and is answered as before', async () => {
    const world = new World();
    const first = await world.desk.putTariff('spot', native(FIRST_HOURS));
    world.nowMs = 2_000;
    expect(await world.desk.putTariff('spot', native(structuredClone(FIRST_HOURS)))).toEqual(first);
    expect(await world.desk.putTariff('spot', native(first.document))).toEqual(first);
    expect(world.writes).toBe(1);
    expect(world.changes).toEqual(['spot']);
  });

  it('with other content replaces what was there, and those who plan by it are told once it is stored', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    world.nowMs = 2_000;
    const put = world.desk.putTariff('spot', native(spot('2026-01-15T00:00:00+01:00', [1])));
    expect(world.changes).toEqual(['spot']);
    expect(await put).toMatchObject({ updatedMs: 2_000 });
    expect(world.changes).toEqual(['spot', 'spot']);
    expect(world.desk.getTariff('spot').document).toEqual((await put).document);
  });

  it('is not there when it could not be stored', async () => {
    const world = new World();
    world.store.failure = new Error('the disk is full');
    await expect(world.desk.putTariff('spot', native(FIRST_HOURS))).rejects.toThrow('the disk is full');
    expect(world.desk.listTariffs()).toEqual([]);
    expect(world.changes).toEqual([]);
    world.store.failure = undefined;
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    expect(world.desk.listTariffs()).toHaveLength(1);
  });

  it('and is faulty is refused with every issue, and nothing of it is taken', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const faulty = { ...FIRST_HOURS, currency: 'kronor', components: [{ kind: 'nonsense' }] };
    const error = await world.desk.putTariff('spot', native(faulty)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({ code: 'INVALID_TARIFF', details: { more: 0 } });
    expect(Object(error).details.issues.length).toBeGreaterThan(1);
    for (const issue of Object(error).details.issues) expect(issue).toMatchObject({ reason: /./, fix: /./ });
    expect(world.desk.getTariff('spot').tariff.currency).toBe('SEK');
  });

  it('as a trial is answered as it would be stored, and is not', async () => {
    const world = new World();
    expect(world.desk.tryTariff('spot', native(FIRST_HOURS))).toMatchObject({ tariffId: 'spot', updatedMs: 1_000 });
    expect(world.desk.listTariffs()).toEqual([]);
    expect(world.writes).toBe(0);
    expect(() => world.desk.tryTariff('spot', native({}))).toThrow(Problem);
  });
});

describe('prices that are added', () => {
  it('are laid over those that are there: the newest wins, the others stay, and once is as good as twice', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const newer = native(spot('2026-01-14T01:00:00+01:00', [0.6, 0.5, 0.2]));
    world.nowMs = 2_000;
    const merged = await world.desk.addPrices('spot', newer);
    expect(merged.updatedMs).toBe(2_000);
    const prices = world.desk.priceView('spot', { fromMs: DAY_MS, toMs: DAY_MS + 4 * HOUR_MS }).import;
    expect(prices.map(({ pricePerKwh }) => Number(pricePerKwh.toFixed(6)))).toEqual([0.5, 0.75, 0.625, 0.25]);
    world.nowMs = 3_000;
    expect(await world.desk.addPrices('spot', newer)).toEqual(merged);
    expect(world.changes).toEqual(['spot', 'spot']);
  });

  it('are all kept when they come at once', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    await Promise.all(
      Array.from({ length: 10 }, (_, hour) =>
        world.desk.addPrices('spot', native(spot(`2026-01-15T0${hour}:00:00+01:00`, [hour]))),
      ),
    );
    const fromMs = DAY_MS + 24 * HOUR_MS;
    const { import: prices } = world.desk.priceView('spot', { fromMs, toMs: fromMs + 10 * HOUR_MS });
    expect(prices.map(({ pricePerKwh }) => pricePerKwh)).toEqual(Array.from({ length: 10 }, (_, hour) => hour * 1.25));
    await world.restart();
    expect(world.desk.priceView('spot', { fromMs, toMs: fromMs + 10 * HOUR_MS }).import).toEqual(prices);
  });

  it('need a tariff that is there, with a series to take them', async () => {
    const world = new World();
    await expect(world.desk.addPrices('spot', native(FIRST_HOURS))).rejects.toMatchObject({ code: 'TARIFF_NOT_FOUND' });
    await world.desk.putTariff('fees', native(fee(0.1)));
    await expect(world.desk.addPrices('fees', native(FIRST_HOURS))).rejects.toMatchObject({ code: 'INVALID_TARIFF' });
  });

  it('go to the series that is named, where there are several', async () => {
    const world = new World();
    const series = (id: string) => ({ kind: 'priceSeries', id });
    await world.desk.putTariff('two', native({ ...fee(0), components: [series('a'), series('b')] }));
    await expect(world.desk.addPrices('two', native(FIRST_HOURS))).rejects.toMatchObject({ code: 'INVALID_TARIFF' });
    const { tariff } = await world.desk.addPrices('two', native(FIRST_HOURS), 'b');
    expect(tariff.components).toMatchObject([{ prices: [] }, { id: 'b', prices: [{ stepMs: HOUR_MS }] }]);
  });

  it('in another currency are refused, be it said by the document or beside it', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const { currency: _currency, ...silent } = FIRST_HOURS;
    const beside = world.desk.addPrices('spot', { format: 'evenkeel', content: silent, options: { currency: 'EUR' } });
    await expect(beside).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH', details: { currencies: ['SEK', 'EUR'] } });
    const said = world.desk.addPrices('spot', native({ ...FIRST_HOURS, currency: 'EUR' }));
    await expect(said).rejects.toMatchObject({ code: 'INVALID_TARIFF' });
    expect(world.changes).toEqual(['spot']);
  });

  it('are of the zone and currency of the tariff where the document does not say', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const { currency: _currency, timeZone: _timeZone, ...silent } = FIRST_HOURS;
    expect(await world.desk.addPrices('spot', native(silent))).toMatchObject({ updatedMs: 1_000 });
  });

  it('come with a warning of what else the document says and is not taken', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const { components } = fee(9);
    const more = { ...FIRST_HOURS, components: [...FIRST_HOURS.components, ...components.slice(0, 1)] };
    const { warnings, document } = await world.desk.addPrices('spot', native(more));
    expect(warnings).toEqual([expect.stringContaining('what else the document says of fee was not')]);
    expect(document.components).toHaveLength(1);
    expect(world.desk.getTariff('spot').warnings).toEqual([]);
  });
});

describe('a tariff with more prices than it could be read with at the next start', () => {
  it('takes no more, says what to do, and is still there after a restart', async () => {
    const world = new World();
    const years = spot('2010-01-01T00:00:00+01:00', new Array<number>(299_999).fill(0.1));
    await world.desk.putTariff('spot', native(years));
    const one = world.desk.addPrices('spot', native(spot('2050-01-01T00:00:00+01:00', [1])));
    expect((await one).updatedMs).toBe(1_000);
    const two = world.desk.addPrices('spot', native(spot('2050-01-02T00:00:00+01:00', [1])));
    await expect(two).rejects.toMatchObject({ code: 'INVALID_TARIFF', message: /more than 300000.*long past/ });
    await world.restart();
    expect(world.desk.getTariff('spot').document).toEqual((await one).document);
  });
});

describe('a site and its tariffs', () => {
  it('keep to one currency: a tariff that would bring in another is refused, and says of which site', async () => {
    const world = new World();
    world.site('depot', 'spot', 'grid', 'not there');
    world.site('elsewhere', 'grid');
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const inEuro = native(fee(0.1, { currency: 'EUR' }));
    const mismatch = {
      code: 'CURRENCY_MISMATCH',
      field: '/currency',
      details: { siteId: 'depot', tariffIds: ['spot', 'grid'], currencies: ['SEK', 'EUR'] },
    };
    await expect(world.desk.putTariff('grid', inEuro)).rejects.toMatchObject(mismatch);
    expect(() => world.desk.tryTariff('grid', inEuro)).toThrow(expect.objectContaining(mismatch));
    await world.desk.putTariff('third', inEuro);
    // The only one that is there may change its own.
    await world.desk.putTariff('spot', native({ ...FIRST_HOURS, currency: 'EUR' }));
    await world.desk.putTariff('grid', inEuro);
  });

  it('a tariff that a site names is not deleted', async () => {
    const world = new World();
    world.site('depot', 'spot');
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const inUse = { code: 'TARIFF_IN_USE', details: { siteIds: ['depot'] } };
    await expect(world.desk.deleteTariff('spot')).rejects.toMatchObject(inUse);
    expect(world.desk.listTariffs()).toMatchObject([{ siteIds: ['depot'] }]);
    world.sites.length = 0;
    await world.desk.deleteTariff('spot');
    await expect(world.desk.deleteTariff('spot')).rejects.toMatchObject({ code: 'TARIFF_NOT_FOUND' });
    expect(world.changes).toEqual(['spot', 'spot']);
    await world.restart();
    expect(world.desk.listTariffs()).toEqual([]);
  });

  it('are priced together, and what is not there is named and costs nothing', async () => {
    const world = new World();
    world.site('depot', 'spot', 'gone', 'grid', 'grid');
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    await world.desk.putTariff('grid', native(fee(0.2)));
    const span = { fromMs: DAY_MS, toMs: DAY_MS + 3 * HOUR_MS };
    const view = world.desk.sitePriceView('depot', span);
    expect(view).toMatchObject({ currency: 'SEK', missing: ['gone'] });
    // (0.4 + 0.2) × 1.25, (0.8 + 0.2) × 1.25, (-0.4 + 0.2) × 1.25
    expect(view.import.map(({ pricePerKwh }) => Number(pricePerKwh.toFixed(6)))).toEqual([0.75, 1.25, -0.25]);
    expect(view.export).toEqual([{ startMs: span.fromMs, endMs: span.toMs, pricePerKwh: 0.3 }]);
    const { tariffs, missing } = world.registry.ofSite({ tariffIds: ['spot', 'gone', 'grid', 'grid'] });
    expect(tariffs).toHaveLength(2);
    expect(missing).toEqual(['gone']);
  });

  it('without any tariff there are no prices and no currency', () => {
    const world = new World();
    world.site('free');
    world.site('hopeful', 'gone');
    const span = { fromMs: DAY_MS, toMs: DAY_MS + HOUR_MS };
    const none = { currency: null, import: [], export: [] };
    expect(world.desk.sitePriceView('free', span)).toEqual({ ...none, tariffIds: [], missing: [] });
    expect(world.desk.sitePriceView('hopeful', span)).toEqual({ ...none, tariffIds: ['gone'], missing: ['gone'] });
    expect(() => world.desk.sitePriceView('nowhere', span)).toThrow(
      expect.objectContaining({ code: 'SITE_NOT_FOUND' }),
    );
  });
});

describe('the prices of a time for which nothing is published', () => {
  it('are those of the last day that has some, and are shown as such', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const fromMs = DAY_MS + 24 * HOUR_MS;
    const { import: prices } = world.desk.priceView('spot', { fromMs, toMs: fromMs + HOUR_MS });
    expect(prices).toEqual([{ startMs: fromMs, endMs: fromMs + HOUR_MS, pricePerKwh: 0.5, source: 'fallback' }]);
  });

  it('are none where there is nothing to stand in, which is said with the interval', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    const span = { fromMs: DAY_MS - 2 * HOUR_MS, toMs: DAY_MS + HOUR_MS };
    const details = { from: '2026-01-13T21:00:00.000Z', to: '2026-01-13T23:00:00.000Z' };
    expect(() => world.desk.priceView('spot', span)).toThrow(expect.objectContaining({ code: 'NO_PRICE', details }));
  });
});

describe('the registry, when the service starts', () => {
  it('reads what it can, and says in the log what it can not', async () => {
    const world = new World();
    await world.desk.putTariff('spot', native(FIRST_HOURS));
    await world.store.putTariff({ tariffId: 'broken', updatedMs: 1, document: { tariff: { currency: 7 } } });
    await world.store.putTariff({ tariffId: 'empty', updatedMs: 1, document: null });
    await world.restart();
    expect(world.registry.list().map(({ tariffId }) => tariffId)).toEqual(['spot']);
    expect(world.errors).toMatchObject([{ tariffId: 'broken' }, { tariffId: 'empty' }]);
    expect(world.registry.ofSite({ tariffIds: ['broken'] }).missing).toEqual(['broken']);
    await world.desk.putTariff('broken', native(FIRST_HOURS));
    expect(world.registry.find('broken')).toBeDefined();
  });

  it('stops telling who no longer listens', async () => {
    const world = new World();
    const heard: string[] = [];
    const end = world.registry.onChange((tariffId) => heard.push(tariffId));
    await world.desk.putTariff('a', native(FIRST_HOURS));
    end();
    await world.desk.putTariff('b', native(FIRST_HOURS));
    expect(heard).toEqual(['a']);
  });
});
