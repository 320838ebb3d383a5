import Type, { type Static } from 'typebox';
import type { InstalledProfile, InstalledProfilesView, WantedProfiles } from '../../control/stationReports.js';
import { Problem } from '../../site/problem.js';
import { REPORTABLE_PURPOSES, type ReportedSchedule } from '../../site/stationMessages.js';
import { writeInstant } from '../instant.js';
import { ExternalSource, HINT, Instant } from '../schemas.js';

const PROFILE_ID_MAX = 2_147_483_647;
const PROFILE_IDS_MAX = 100;

export const ProfileId = Type.Integer({
  minimum: 0,
  maximum: PROFILE_ID_MAX,
  description: 'As the station reports it.',
});

export const InstalledQuery = Type.Object(
  {
    evseId: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 999,
        description: '0: those for the whole station. Left out: all, those of each EVSE and of the station.',
      }),
    ),
    profileIds: Type.Optional(
      Type.String({
        pattern: '^\\d{1,10}(,\\d{1,10})*$',
        maxLength: 1_000,
        description: 'Only these, with commas between them.',
        examples: ['1,101'],
        [HINT]: 'write whole numbers with commas between them, such as 1,101',
      }),
    ),
    purpose: Type.Optional(Type.Enum([...REPORTABLE_PURPOSES])),
    stackLevel: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })),
    source: Type.Optional(ExternalSource),
  },
  { additionalProperties: false },
);

export function wantedProfiles({
  profileIds,
  source,
  evseId,
  purpose,
  stackLevel,
}: Static<typeof InstalledQuery>): WantedProfiles {
  return {
    ...(evseId === undefined ? {} : { evseId }),
    ...(profileIds === undefined ? {} : { profileIds: readIds(profileIds) }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
    ...(source === undefined ? {} : { sources: [source] }),
  };
}

function readIds(list: string): readonly number[] {
  const ids = list.split(',').map(Number);
  if (ids.length <= PROFILE_IDS_MAX && ids.every((id) => id <= PROFILE_ID_MAX)) return ids;
  const detail = `profileIds must be at most ${PROFILE_IDS_MAX} numbers, none above ${PROFILE_ID_MAX}.`;
  throw new Problem('INVALID_REQUEST', detail, { field: 'profileIds' });
}

const InstalledSchedule = Type.Object(
  {
    start: Type.Optional(Instant),
    durationS: Type.Optional(Type.Number()),
    rateUnit: Type.Enum(['A', 'W'], { description: 'A: per phase. W: the total.' }),
    periods: Type.Array(
      Type.Object({
        startPeriodS: Type.Number({ description: 'From the start.' }),
        limit: Type.Optional(Type.Number({ description: 'Left out: it has a setpoint instead (OCPP 2.1).' })),
        numberPhases: Type.Optional(Type.Integer()),
      }),
    ),
  },
  { title: 'InstalledSchedule' },
);

const InstalledProfileDocument = Type.Object(
  {
    evseId: Type.Integer({ description: '0: the whole station.' }),
    source: ExternalSource,
    profileId: Type.Integer(),
    stackLevel: Type.Integer(),
    purpose: Type.String(),
    kind: Type.String(),
    recurrency: Type.Optional(Type.String()),
    transactionId: Type.Optional(Type.String()),
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Instant),
    schedules: Type.Array(InstalledSchedule),
  },
  { title: 'InstalledProfile', description: 'As the station reports it, whoever installed it.' },
);

export const InstalledProfilesDocument = Type.Object(
  {
    stationId: Type.String(),
    complete: Type.Boolean({ description: 'False: the station fell silent before it said that this is all.' }),
    profiles: Type.Array(InstalledProfileDocument),
  },
  { title: 'InstalledProfiles' },
);

export function writeInstalledProfiles({
  stationId,
  isComplete,
  profiles,
}: InstalledProfilesView): Static<typeof InstalledProfilesDocument> {
  return { stationId, complete: isComplete, profiles: profiles.map(writeInstalled) };
}

function writeInstalled({
  validFromMs,
  validToMs,
  schedules,
  ...profile
}: InstalledProfile): Static<typeof InstalledProfileDocument> {
  return {
    ...profile,
    ...(validFromMs === undefined ? {} : { validFrom: writeInstant(validFromMs) }),
    ...(validToMs === undefined ? {} : { validTo: writeInstant(validToMs) }),
    schedules: schedules.map(writeSchedule),
  };
}

function writeSchedule({ startMs, periods, ...schedule }: ReportedSchedule): Static<typeof InstalledSchedule> {
  return {
    ...schedule,
    ...(startMs === undefined ? {} : { start: writeInstant(startMs) }),
    periods: periods.map((period) => ({ ...period })),
  };
}
