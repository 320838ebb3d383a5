import { describe, expect, it } from 'vitest';
import type { SiteModel } from '../../../../src/site/model.js';
import { siteOf, stationOf } from '../../../support/builders.js';
import { SeededRandom } from '../../../support/seededRandom.js';
import { VirtualSite } from '../../../support/virtualSite.js';

const upload = (currency: string) => ({
  format: 'evenkeel' as const,
  content: { currency, timeZone: 'Europe/Stockholm', components: [{ kind: 'energyFee', id: 'fee', pricePerKwh: 1 }] },
  options: {},
});

async function open() {
  const site: SiteModel = siteOf({ siteId: 's', stations: [stationOf('A')] });
  const world = new VirtualSite(site, new SeededRandom(1));
  await world.start();
  return { world, put: (...tariffIds: string[]) => world.service.putSite({ ...site, tariffIds }) };
}

describe('a site that names tariffs', () => {
  it('of two currencies is refused, and goes on as it was', async () => {
    const { world, put } = await open();
    await world.service.tariffs.putTariff('spot', upload('SEK'));
    await world.service.tariffs.putTariff('grid', upload('EUR'));
    await put('spot');
    await expect(put('spot', 'grid')).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      field: '/tariffIds',
      details: { siteId: 's', tariffIds: ['spot', 'grid'], currencies: ['SEK', 'EUR'] },
    });
    expect(world.service.getSite('s').tariffIds).toEqual(['spot']);
  });

  it('may name one that is yet to come, which then is held to the currency of the others', async () => {
    const { world, put } = await open();
    await world.service.tariffs.putTariff('spot', upload('SEK'));
    await put('spot', 'grid');
    await expect(world.service.tariffs.putTariff('grid', upload('EUR'))).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
      field: '/currency',
    });
    await world.service.tariffs.putTariff('grid', upload('SEK'));
    expect(world.service.tariffRegistry.ofSite(world.service.getSite('s')).missing).toEqual([]);
  });

  it('and a tariff of another currency that come at once do not both get in', async () => {
    const { world, put } = await open();
    await world.service.tariffs.putTariff('spot', upload('SEK'));
    const outcomes = await Promise.allSettled([
      put('spot', 'grid'),
      world.service.tariffs.putTariff('grid', upload('EUR')),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    const again = await Promise.allSettled([
      world.service.tariffs.putTariff('other', upload('EUR')),
      put('spot', 'other'),
      world.service.tariffs.deleteTariff('spot'),
    ]);
    expect(again.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  });

  it('has them again after a restart', async () => {
    const { world, put } = await open();
    await world.service.tariffs.putTariff('spot', upload('SEK'));
    await put('spot');
    world.crash();
    await world.restart();
    const span = { fromMs: world.clock.nowMs(), toMs: world.clock.nowMs() + 3_600_000 };
    expect(world.service.tariffs.sitePriceView('s', span)).toMatchObject({
      currency: 'SEK',
      import: [{ pricePerKwh: 1 }],
    });
  });
});
