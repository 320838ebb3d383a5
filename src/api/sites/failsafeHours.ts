import Type, { type Static } from 'typebox';
import type { FailsafeHours } from '../../site/model.js';
import { HINT } from '../schemas.js';

const WeekdayName = Type.Enum(['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'], {
  [HINT]: 'write "MO", "TU", "WE", "TH", "FR", "SA" or "SU"',
});

const FailsafeTime = Type.String({
  pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$',
  examples: ['22:00'],
  [HINT]: 'write a time of the local clock from 00:00 to 23:59',
});

export const FailsafeHoursDocument = Type.Object(
  {
    from: FailsafeTime,
    to: FailsafeTime,
    days: Type.Optional(
      Type.Array(WeekdayName, {
        minItems: 1,
        maxItems: 7,
        uniqueItems: true,
        description: 'On which they begin. Left out: every day.',
      }),
    ),
    limitA: Type.Number({
      minimum: 0,
      maximum: 1_000,
      description: 'Instead of failsafeA: 0, or at least the currentMinA of each EVSE.',
    }),
  },
  { additionalProperties: false },
);

export type FailsafeHoursDocument = Static<typeof FailsafeHoursDocument>;

export function readHours({ from, to, days, limitA }: FailsafeHoursDocument): FailsafeHours {
  // The schema has seen to the form of both times.
  const times = { from, to } as Pick<FailsafeHours, 'from' | 'to'>;
  return { ...times, ...(days === undefined ? {} : { days }), limitA };
}

export function writeHours({ days, ...hours }: FailsafeHours): FailsafeHoursDocument {
  return days === undefined ? hours : { ...hours, days: [...days] };
}
