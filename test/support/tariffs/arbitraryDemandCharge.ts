import fc from 'fast-check';
import type { DemandChargeComponent, DemandMemory, DemandPrice } from '../../../tariffs/types.js';
import { arbitraryCalendar, arbitraryMonths, choices } from './arbitraryCalendar.js';
import { decimal, members, price } from './arbitraryValues.js';

const powerKw = fc.oneof(fc.integer({ min: 0, max: 500 }), decimal(0, 1000));
const months = fc.integer({ min: 1, max: 24 });

type PerKwRate = Extract<DemandPrice, { kind: 'perKw' }>['rates'][number];
type Weight = NonNullable<DemandChargeComponent['weights']>[number];

const demandPrice: fc.Arbitrary<DemandPrice> = fc.oneof(
  members<Extract<DemandPrice, { kind: 'perKw' }>, object>(
    {
      kind: fc.constant('perKw'),
      per: fc.constantFrom('month', 'year'),
      rates: choices<PerKwRate, 'months'>(members<{ pricePerKw: number }, object>({ pricePerKw: price }, {}), {
        name: 'months',
        condition: arbitraryMonths,
        last: 'always',
      }),
    },
    {},
  ),
  members<Extract<DemandPrice, { kind: 'steps' }>, object>(
    {
      kind: fc.constant('steps'),
      steps: fc
        .tuple(fc.uniqueArray(decimal(0.1, 500), { maxLength: 5 }), fc.array(price, { minLength: 6, maxLength: 6 }))
        .map(([bounds, prices]) =>
          [0, ...bounds.sort((a, b) => a - b)].map((fromKw, step) => ({ fromKw, pricePerMonth: prices[step] ?? 0 })),
        ),
    },
    {},
  ),
);

const memory: fc.Arbitrary<DemandMemory> = fc.oneof(
  members<Extract<DemandMemory, { kind: 'rollingMean' }>, object>({ kind: fc.constant('rollingMean'), months }, {}),
  members<Extract<DemandMemory, { kind: 'ratchet' }>, object>(
    { kind: fc.constant('ratchet'), share: decimal(0.01, 1), months },
    {},
  ),
  fc.constant<DemandMemory>({ kind: 'previousMonth' }),
);

const history = fc
  .uniqueArray(fc.integer({ min: 0, max: 36 }), { maxLength: 13 })
  .chain((all) => fc.tuple(fc.constant(all), fc.array(powerKw, { minLength: all.length, maxLength: all.length })))
  .map(([all, peaks]) =>
    all.map((index, position) => ({
      month: `${2024 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`,
      peakKw: peaks[position] ?? 0,
    })),
  );

export function arbitraryDemandCharge(): fc.Arbitrary<DemandChargeComponent> {
  return members<
    Pick<DemandChargeComponent, 'kind' | 'id' | 'sampleMinutes' | 'peaks' | 'distinct' | 'price'>,
    Required<
      Omit<
        DemandChargeComponent,
        'kind' | 'id' | 'sampleMinutes' | 'peaks' | 'distinct' | 'price' | 'validity' | 'vatPercent'
      >
    >
  >(
    {
      kind: fc.constant('demandCharge'),
      id: fc.constant('peak'),
      sampleMinutes: fc.constantFrom(15, 30, 60),
      peaks: fc.integer({ min: 1, max: 6 }),
      distinct: fc.constantFrom('none', 'day', 'week', 'month'),
      price: demandPrice,
    },
    {
      when: arbitraryCalendar,
      weights: choices<Weight, 'when'>(members<{ weight: number }, object>({ weight: decimal(0, 2) }, {}), {
        name: 'when',
        condition: arbitraryCalendar,
        last: 'perhaps',
      }),
      overMonths: fc.integer({ min: 1, max: 13 }),
      floorKw: powerKw,
      thresholdKw: powerKw,
      roundToKw: fc.constantFrom(0.01, 0.1, 1, 5),
      memory,
      history,
    },
  );
}
