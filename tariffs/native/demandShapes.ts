import { type Place, placeIn, refuse } from '../reading/place.js';
import { localMonth, number } from '../reading/scalars.js';
import {
  checked,
  choice,
  list,
  optional,
  record,
  required,
  type Shape,
  union,
  withDefault,
} from '../reading/shapes.js';
import type { DemandChargeComponent, DemandMemory, DemandPrice, MonthPeak } from '../types.js';
import {
  calendar,
  months,
  PRICE_MAX,
  RATES_MAX,
  refuseRepeated,
  refuseUnlessLastHolds,
  refuseUnreachable,
} from './calendarShapes.js';
import { componentBase } from './componentBase.js';
import type { NativeDemandCharge } from './nativeTariff.js';

/** Larger than any grid connection. */
const POWER_MAX_KW = 1_000_000;
/** Five years: no memory is longer. */
const MONTHS_MAX = 60;

const powerKw = number({ min: 0, max: POWER_MAX_KW, fix: 'It is in kW.' });
const monthCount = number({ min: 1, max: MONTHS_MAX, whole: true });

type Weight = NonNullable<DemandChargeComponent['weights']>[number];

const weights = checked(
  list(
    record<Weight>({
      when: optional(calendar),
      weight: required(number({ min: 0, max: 100, fix: 'It is a factor: 0.5 means half.' })),
    }),
    { max: RATES_MAX, what: 'weights' },
  ),
  (choices, place) => refuseUnreachable(choices, place, 'when'),
);

type Memory<Kind extends DemandMemory['kind']> = Extract<DemandMemory, { kind: Kind }>;

const memory = union<DemandMemory, DemandMemory>({
  rollingMean: record<Memory<'rollingMean'>>({ kind: required(choice('rollingMean')), months: required(monthCount) }),
  ratchet: record<Memory<'ratchet'>>({
    kind: required(choice('ratchet')),
    share: required(number({ min: 0, max: 1, above: true, fix: 'It is a share: 0.8 means 80 %.' })),
    months: required(monthCount),
  }),
  previousMonth: record<Memory<'previousMonth'>>({ kind: required(choice('previousMonth')) }),
});

type PerKw = Extract<DemandPrice, { kind: 'perKw' }>;
type Steps = Extract<DemandPrice, { kind: 'steps' }>;

const demandPrice = number({ min: -PRICE_MAX, max: PRICE_MAX, fix: 'It is in the main unit of the currency.' });

const price = union<DemandPrice, DemandPrice>({
  perKw: record<PerKw>({
    kind: required(choice('perKw')),
    per: required(choice('month', 'year')),
    rates: required(
      checked(
        list(record<PerKw['rates'][number]>({ months: optional(months), pricePerKw: required(demandPrice) }), {
          min: 1,
          max: RATES_MAX,
          what: 'rates',
        }),
        (choices, place) => refuseUnlessLastHolds(choices, place, 'months'),
      ),
    ),
  }),
  steps: record<Steps>({
    kind: required(choice('steps')),
    steps: required(
      checked(
        list(
          record<Steps['steps'][number]>({
            fromKw: required(powerKw),
            pricePerMonth: required(number({ min: -10_000_000, max: 10_000_000 })),
          }),
          { min: 1, max: RATES_MAX, what: 'steps' },
        ),
        refuseUnorderedSteps,
      ),
    ),
  }),
});

function refuseUnorderedSteps(steps: Steps['steps'], place: Place): void {
  if (steps[0]?.fromKw !== 0) {
    refuse(placeIn(placeIn(place, 0, undefined), 'fromKw', steps[0]?.fromKw), {
      reason: 'The first step must be from 0 kW.',
      fix: 'Add the step that small peaks are in, "fromKw": 0.',
    });
  }
  const wrong = steps.findIndex((step, index) => index > 0 && step.fromKw <= (steps[index - 1]?.fromKw ?? 0));
  if (wrong === -1) return;
  refuse(placeIn(placeIn(place, wrong, undefined), 'fromKw', steps[wrong]?.fromKw), {
    reason: 'Each step must be from more kW than the one before.',
    fix: 'List them from the lowest to the highest.',
  });
}

const history = checked(
  list(record<MonthPeak>({ month: required(localMonth), peakKw: required(powerKw) }), { max: 600, what: 'months' }),
  (peaks, place) =>
    refuseRepeated(
      peaks.map(({ month }) => month),
      place,
    ),
);

export const demandCharge: Shape<DemandChargeComponent, NativeDemandCharge> = record<
  DemandChargeComponent,
  NativeDemandCharge
>({
  kind: required(choice('demandCharge')),
  ...componentBase,
  sampleMinutes: required(choice(15, 30, 60)),
  when: optional(calendar),
  weights: optional(weights),
  peaks: withDefault(number({ min: 1, max: 100, whole: true }), 1),
  distinct: withDefault(choice('none', 'day', 'week', 'month'), 'none'),
  overMonths: optional(monthCount),
  floorKw: optional(powerKw),
  thresholdKw: optional(powerKw),
  roundToKw: optional(number({ min: 0, max: 1000, above: true, fix: 'It is in kW.' })),
  memory: optional(memory),
  price: required(price),
  history: optional(history),
});
