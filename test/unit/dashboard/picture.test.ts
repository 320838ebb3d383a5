import { describe, expect, it } from 'vitest';
import { readingAt } from '../../../src/dashboard/charts/reading.js';
import { carsOf } from '../../../src/dashboard/model/cars.js';
import { namesOf } from '../../../src/dashboard/model/names.js';
import { fullestPhase, highest, type PictureOf, pictureOf } from '../../../src/dashboard/model/picture.js';
import { pricesWithin } from '../../../src/dashboard/model/prices.js';
import { english, NOW_MS, SITE, siteWith } from './aSite.js';

const HOUR_MS = 3_600_000;

function picture(changes: Partial<PictureOf> = {}) {
  const site = siteWith({ currentA: 16 });
  const names = namesOf(SITE, english);
  const plan = site.plan;
  if (plan === undefined) throw new Error('there is no plan');
  return pictureOf({
    ...site,
    plan,
    names,
    cars: carsOf(site, names, english),
    prices: pricesWithin(site.prices, NOW_MS, NOW_MS + 24 * HOUR_MS),
    fromMs: NOW_MS,
    toMs: NOW_MS + 24 * HOUR_MS,
    show: 'L1',
    by: 'circuit',
    picked: undefined,
    words: { building: 'Building', other: 'Other', otherCars: 'Other cars' },
    ...changes,
  });
}

const columnAt = ({ edgesMs }: { readonly edgesMs: readonly number[] }, hours: number) =>
  edgesMs.findLastIndex((edge) => edge <= NOW_MS + hours * HOUR_MS);

describe('the picture of a plan', () => {
  it('stacks the building and the circuits below the main fuse, up to what the fuse is planned to carry', () => {
    const shown = picture();
    expect(shown.bands.map(({ label }) => label)).toEqual(['Building', 'Row A']);
    const column = columnAt(shown, 3);
    expect(shown.bands.map(({ values }) => values[column])).toEqual([10, 16]);
    expect(shown.limits?.[column]).toBe(60);
    expect(highest(shown)).toMatchObject({ value: 26, limit: 60 });
  });

  it('says until when something is planned', () => {
    expect(picture().plannedUntilMs).toBe(NOW_MS + 8 * HOUR_MS);
    const shown = picture();
    expect(readingAt(shown, columnAt(shown, 12), english).sum).toBe('not planned yet');
  });

  it('shows a picked car by itself, and the rest dimmed', () => {
    const shown = picture({ picked: 's1' });
    expect(shown.bands.map(({ label, colour, isDimmed }) => [label, colour, isDimmed])).toEqual([
      ['Building', 'building', true],
      ['Bay 12', 'accent', false],
    ]);
  });

  it('counts power over all phases, and never makes kilowatts of a limit in amperes', () => {
    const shown = picture({ show: 'kW' });
    expect(shown.limits).toBeUndefined();
    const column = columnAt(shown, 3);
    expect(shown.bands.map(({ values }) => Math.round((values[column] ?? 0) * 100) / 100)).toEqual([7.13, 11.04]);
  });

  it('puts together what is too much to tell apart', () => {
    const site = siteWith({});
    const one = site.plan?.sessions[0];
    if (site.plan === undefined || one === undefined) throw new Error('there is no plan');
    const sessions = Array.from({ length: 20 }, (_, n) => ({
      ...one,
      sessionId: `s${n}`,
      currentA: one.currentA.map((a) => (a * n) / 20),
    }));
    const shown = picture({ by: 'car', plan: { ...site.plan, sessions } });
    expect(shown.bands).toHaveLength(7);
    expect(shown.bands.at(-1)?.label).toBe('Other cars');
  });

  it('begins with the phase that comes nearest to its limit', () => {
    expect(fullestPhase(SITE, siteWith({}).plan, NOW_MS, NOW_MS + 24 * HOUR_MS)).toBe('L2');
  });

  it('is read aloud column by column', () => {
    const shown = picture();
    expect(readingAt(shown, columnAt(shown, 3), english).text.replaceAll('\u00a0', ' ')).toBe(
      '17:20–18:00, L1 26 of 60 A, Row A 16 A, Building 10 A, 96 öre/kWh',
    );
  });
});

describe('prices', () => {
  it('are told apart by fifths of the time', () => {
    const day = pricesWithin(siteWith({}).prices, NOW_MS, NOW_MS + 24 * HOUR_MS);
    expect(new Set(day?.steps.map(({ fifth }) => fifth))).toEqual(new Set([1, 4]));
  });

  it('that are only assumed are not shown', () => {
    const { prices } = siteWith({});
    const assumed = prices?.import.map((price) => ({ ...price, source: 'fallback' as const })) ?? [];
    expect(pricesWithin({ currency: 'SEK', import: assumed }, NOW_MS, NOW_MS + HOUR_MS)).toBeUndefined();
  });
});
