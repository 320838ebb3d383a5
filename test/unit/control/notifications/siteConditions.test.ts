import { describe, expect, it } from 'vitest';
import { missingPrices } from '../../../../src/control/notifications/missingPrices.js';
import { siteConditions } from '../../../../src/control/notifications/siteConditions.js';
import type { ViewContext } from '../../../../src/control/views.js';
import type { Schedule } from '../../../../src/plan/guidance.js';
import type { Tariff } from '../../../../tariffs/index.js';
import { readTariff } from '../../../../tariffs/index.js';
import { ampere, circuitOf, HOUR_MS, MINUTE_MS, SiteLife, siteOf, stationOf } from '../../../support/builders.js';

const WELL = { journal: undefined, planning: undefined };

const site = siteOf({
  circuits: [circuitOf('grid', 63), circuitOf('row', 32, { name: 'Row A' })],
  stations: [stationOf('A', { circuitId: 'row' }), { ...stationOf('B', { circuitId: 'row' }), name: 'Bay 2' }],
});

function conditions(life: SiteLife, more: Partial<ViewContext> = {}, failures: typeof WELL | object = WELL) {
  const context: ViewContext = {
    state: life.state,
    plan: undefined,
    schedule: undefined,
    handedOut: undefined,
    windows: [],
    nowMs: life.nowMs,
    ...more,
  };
  return siteConditions({ context, failures: { ...WELL, ...failures } });
}

const keys = (life: SiteLife, more: Partial<ViewContext> = {}) => conditions(life, more).map(({ key }) => key);

describe('A site has something to be told of', () => {
  it('not while its stations are under control, nor of those that were never there', () => {
    expect(keys(new SiteLife(site).commission('A'))).toEqual([]);
  });

  it('when a station is gone, has not booted, or disobeys', () => {
    const life = new SiteLife(site).commission('A').commission('B');
    life.disconnect('B');
    expect(conditions(life)).toEqual([
      {
        key: 'station.uncontrollable/B',
        facts: {
          type: 'station.uncontrollable',
          stationId: 'B',
          stationName: 'Bay 2',
          obstacle: 'offline',
          reservedA: life.mayA('B'),
        },
      },
    ]);
    life.connect('B');
    expect(keys(life)).toEqual([]);
  });

  it('when a circuit’s own meter shows more than its limit, on each phase by itself; not by a hair', () => {
    const life = new SiteLife(site).commission('A');
    life.meterCircuit('row', ampere(32.4, 33, 20)).meterCircuit('grid', ampere(70, 10, 10));
    expect(conditions(life).map(({ facts }) => facts)).toMatchObject([
      {
        type: 'limit.exceeded',
        circuitId: 'grid',
        circuitName: null,
        isMain: true,
        phase: 'L1',
        loadA: 70,
        limitA: 63,
      },
      { type: 'limit.exceeded', circuitId: 'row', circuitName: 'Row A', isMain: false, phase: 'L2', loadA: 33 },
    ]);
    // An old reading says nothing of now.
    expect(keys(life.wait(HOUR_MS))).toEqual([]);
  });

  it('when a car will not have what its driver asked for by when they leave', () => {
    const life = new SiteLife(site).commission('A').start('A', 1);
    const transaction = life.at('A').evseState.transaction;
    const sessionId = transaction?.sessionId ?? '';
    const departureMs = life.nowMs + HOUR_MS;
    const needs = { departureMs, energyWh: 30_000 };
    life.take({ type: 'needsPut', sessionId, needs });
    const schedule = (plannedEnergyWh: number) =>
      ({ sessions: new Map([[sessionId, { plannedEnergyWh, needs }]]) }) as unknown as Schedule;
    expect(conditions(life, { schedule: schedule(21_000) })).toMatchObject([
      {
        key: `departure.at_risk/${sessionId}`,
        facts: { plannedEnergyWh: 21_000, wantedEnergyWh: 30_000, departureMs, stationId: 'A', evseId: 1 },
      },
    ]);
    expect(keys(life, { schedule: schedule(30_000) })).toEqual([]);
    // It has left, or should have.
    life.wait(HOUR_MS + MINUTE_MS);
    expect(keys(life, { schedule: schedule(21_000) })).toEqual([]);
  });

  it('when it can not be written down or planned', () => {
    const life = new SiteLife(site);
    expect(conditions(life, {}, { journal: new Error('the disk is full'), planning: 'a mistake' })).toMatchObject([
      { key: 'service.degraded/journal', facts: { detail: 'Error: the disk is full' } },
      { key: 'service.degraded/planning' },
    ]);
  });
});

describe('Prices are missing', () => {
  const spot = tariffUntil('2026-01-15T00:00:00+01:00');
  const at = (text: string, tariffs: readonly Tariff[] = [spot]) =>
    missingPrices({ timeZone: 'Europe/Stockholm', tariffIds: ['spot'] }, { tariffs }, Date.parse(text));

  it('of tomorrow, from the afternoon on, and of today until they have come', () => {
    expect(at('2026-01-14T14:59:00+01:00')).toEqual([]);
    expect(at('2026-01-14T15:00:00+01:00')).toEqual([
      {
        key: 'tariff.missing_tomorrow/2026-01-15',
        facts: { type: 'tariff.missing_tomorrow', tariffIds: ['spot'], date: '2026-01-15', publishedUntilMs: null },
      },
    ]);
    // The same thing still.
    expect(at('2026-01-15T09:00:00+01:00').map(({ key }) => key)).toEqual(['tariff.missing_tomorrow/2026-01-15']);
    expect(at('2026-01-15T15:00:00+01:00').map(({ key }) => key)).toEqual(['tariff.missing_tomorrow/2026-01-16']);
  });

  it('not where they are there, where nothing is to be published, and where there is no tariff', () => {
    const whole = tariffUntil('2026-01-16T00:00:00+01:00');
    expect(at('2026-01-14T15:00:00+01:00', [whole])).toEqual([]);
    expect(at('2026-01-14T15:00:00+01:00', [fixed()])).toEqual([]);
    expect(at('2026-01-14T15:00:00+01:00', [])).toEqual([]);
  });

  it('in part, and then from when on', () => {
    const untilMs = Date.parse('2026-01-15T06:00:00+01:00');
    const [condition] = at('2026-01-14T16:00:00+01:00', [tariffUntil('2026-01-15T06:00:00+01:00')]);
    expect(condition?.facts).toMatchObject({ publishedUntilMs: untilMs });
  });

  it('also on days that are not 24 hours long', () => {
    const whole = tariffUntil('2026-03-30T00:00:00+02:00', '2026-03-27T00:00:00+01:00');
    expect(at('2026-03-28T16:00:00+01:00', [whole])).toEqual([]);
    const short = tariffUntil('2026-03-29T23:00:00+02:00', '2026-03-27T00:00:00+01:00');
    expect(at('2026-03-28T16:00:00+01:00', [short])).toHaveLength(1);
  });
});

function tariffUntil(until: string, from = '2026-01-10T00:00:00+01:00'): Tariff {
  const hours = (Date.parse(until) - Date.parse(from)) / HOUR_MS;
  const prices = [{ start: from, resolution: 'PT1H', pricesPerKwh: new Array<number>(hours).fill(0.4) }];
  return tariffOf({ kind: 'priceSeries', id: 'energy', prices });
}

function fixed(): Tariff {
  return tariffOf({ kind: 'timeOfUse', id: 'energy', rates: [{ pricePerKwh: 0.5 }] });
}

function tariffOf(component: object): Tariff {
  const document = { currency: 'SEK', timeZone: 'Europe/Stockholm', components: [component] };
  return readTariff(document, 'evenkeel').tariff;
}
