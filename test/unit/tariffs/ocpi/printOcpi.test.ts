import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printOcpi } from '../../../../tariffs/ocpi/printOcpi.js';
import { readOcpi } from '../../../../tariffs/ocpi/readOcpi.js';
import type { SessionPriceComponent, Tariff, TariffComponent } from '../../../../tariffs/types.js';
import { arbitraryOcpiTariff } from '../../../support/tariffs/arbitraryOcpiTariff.js';
import { fault } from '../fault.js';

const identity = { country_code: 'SE', party_id: 'EVK', last_updated: '2026-01-01T00:00:00Z' };

function withoutVat(component: TariffComponent): TariffComponent {
  if (component.kind !== 'sessionPrice') return component;
  const elements = component.elements.map((element) => ({
    ...element,
    prices: element.prices.map(({ vatPercent: _vatPercent, ...price }) => price),
  }));
  return { ...component, elements };
}

describe('a tariff printed for OCPI', () => {
  it.each(['2.2.1', '2.3'] as const)('is read back as it was, in %s', (version) => {
    fc.assert(
      fc.property(arbitraryOcpiTariff(), (tariff) => {
        const { timeZone, vatPercent } = tariff;
        const text = JSON.stringify(printOcpi(tariff, identity, version));
        expect(readOcpi(text, { timeZone, vatPercent }).tariff).toStrictEqual(tariff);
      }),
    );
  });

  it('is printed alike after it was read, also where VAT is inherited', () => {
    const options = fc.record({ vatPercent: fc.constantFrom(0, 20), own: fc.constantFrom(undefined, 0, 6) });
    fc.assert(
      fc.property(arbitraryOcpiTariff(), options, (tariff, { vatPercent, own }) => {
        const components = tariff.components.map((component) => ({
          ...withoutVat(component),
          ...(own === undefined ? {} : { vatPercent: own }),
        }));
        const printed = printOcpi({ ...tariff, vatPercent, components }, identity, '2.3');
        const { tariff: read } = readOcpi(printed, { timeZone: tariff.timeZone, vatPercent });
        expect(printOcpi(read, identity, '2.3')).toEqual(printed);
        expect(printed[0]?.elements[0]?.price_components[0]?.vat).toBe(
          own ?? (vatPercent === 0 ? undefined : vatPercent),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('says VAT with each price, wherever it stood', () => {
    const [printed] = printOcpi({ ...simple, vatPercent: 20 }, identity, '2.3');
    expect(printed).toEqual({
      ...identity,
      id: 'session',
      currency: 'EUR',
      tax_included: 'NO',
      elements: [{ price_components: [{ type: 'ENERGY', price: 0.4, vat: 20, step_size: 1 }] }],
    });
  });

  it('is valid while both the tariff and the version are', () => {
    const validity = { fromMs: Date.UTC(2026, 0, 1), toMs: Date.UTC(2027, 0, 1) };
    const component = { ...session, validity: { fromMs: Date.UTC(2026, 5, 1), toMs: 'open' } as const };
    expect(printOcpi({ ...simple, validity, components: [component] }, identity, '2.2.1')).toMatchObject([
      { start_date_time: '2026-06-01T00:00:00Z', end_date_time: '2027-01-01T00:00:00Z' },
    ]);
  });
});

const session: SessionPriceComponent = {
  kind: 'sessionPrice',
  id: 'session',
  elements: [{ prices: [{ dimension: 'energy', price: 0.4, stepSize: 1 }] }],
};

const simple: Tariff = {
  currency: 'EUR',
  timeZone: 'Europe/Berlin',
  validity: { fromMs: 'open', toMs: 'open' },
  vatPercent: 0,
  holidays: { dates: [], yearly: [], easter: [] },
  components: [session],
};

describe('what OCPI has no words for', () => {
  function withWhen(when: object, tariff: Tariff = simple): Tariff {
    return {
      ...tariff,
      components: [
        { ...session, elements: session.elements.map((element) => ({ ...element, restrictions: { when } })) },
      ],
    };
  }

  it.each([
    [
      'another component',
      { ...simple, components: [...simple.components, { kind: 'tax', id: 'tax', pricePerKwh: 1 }] },
      '/components/1/kind',
    ],
    ['another id', { ...simple, components: [session, { ...session, id: 'other' }] }, '/components/1/id'],
    ['an id that is no ASCII', { ...simple, components: [{ ...session, id: 'avgång' }] }, '/components/0/id'],
    ['months', withWhen({ months: [1] }), '/components/0/elements/0/restrictions/when/months'],
    ['holidays', withWhen({ days: ['SU', 'HO'] }), '/components/0/elements/0/restrictions/when/days'],
    [
      'weekdays that are none on holidays',
      withWhen({ days: ['SU'] }, { ...simple, holidays: { dates: [], yearly: ['12-25'], easter: [] } }),
      '/components/0/elements/0/restrictions/when/days',
    ],
    [
      'two spans of hours',
      withWhen({
        hours: [
          { from: '06:00', to: '09:00' },
          { from: '17:00', to: '20:00' },
        ],
      }),
      '/components/0/elements/0/restrictions/when/hours',
    ],
    [
      'a version outside of the tariff',
      {
        ...simple,
        validity: { fromMs: 0, toMs: 5 },
        components: [{ ...session, validity: { fromMs: 9, toMs: 'open' } }],
      },
      '/components/0/validity',
    ],
  ] as readonly [string, Tariff, string][])('%s is refused', (_, tariff, path) => {
    const { code, issues } = fault(() => printOcpi(tariff, identity, '2.3'));
    expect(code).toBe('TARIFF_NOT_EXPRESSIBLE');
    expect(issues.map((issue) => issue.path)).toContain(path);
  });
});
