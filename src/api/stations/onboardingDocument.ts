import Type, { type Static } from 'typebox';
import type { OnboardingView } from '../../control/onboardingDesk.js';
import { writeInstant } from '../instant.js';
import { HINT, Instant, nullable, SiteId, StationId } from '../schemas.js';
import { StationDocument } from '../sites/document.js';

const MINUTES_DEFAULT = 15;
const MINUTES_MAX = 240;

export const OpeningDocument = Type.Object(
  {
    minutes: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MINUTES_MAX,
        default: MINUTES_DEFAULT,
        description: 'For so long, from now on.',
        [HINT]: `use 1 to ${MINUTES_MAX}`,
      }),
    ),
  },
  { title: 'OnboardingOpening', additionalProperties: false, examples: [{ minutes: MINUTES_DEFAULT }] },
);

const WaitingStation = Type.Object(
  {
    stationId: StationId,
    vendor: nullable(Type.String({ description: 'As it says itself, as all that follows up to its firmware.' })),
    model: nullable(Type.String()),
    serialNumber: nullable(Type.String()),
    firmwareVersion: nullable(Type.String()),
    address: Type.String({ description: 'Where it connects from.' }),
    ocppVersion: Type.String(),
    securityProfile: Type.Integer(),
    since: Instant,
    hasCredentials: Type.Boolean({ description: 'It has shown who it is, and only lacks a site.' }),
    contested: Type.Boolean({
      description: 'Several claim to be it, with different passwords: it can not be taken in.',
    }),
  },
  { title: 'WaitingStation' },
);

export const OnboardingDocument = Type.Object(
  {
    openUntil: Type.Union([Instant, Type.Null()], { description: 'Null: stations that nobody knows are refused.' }),
    stations: Type.Array(WaitingStation),
  },
  { title: 'Onboarding' },
);

const { id: _id, ...stationMembers } = StationDocument.properties;

export const AdoptionDocument = Type.Object(
  { siteId: SiteId, ...stationMembers },
  {
    title: 'Adoption',
    additionalProperties: false,
    description: 'The station as the site is to have it; its id is that of the address.',
    examples: [
      {
        siteId: 'depot',
        circuitId: 'row-a',
        failsafeA: 6,
        evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 16 }],
      },
    ],
  },
);

export function durationOf({ minutes }: Static<typeof OpeningDocument>): number {
  return (minutes ?? MINUTES_DEFAULT) * 60_000;
}

export function writeOnboarding({ openUntilMs, stations }: OnboardingView): Static<typeof OnboardingDocument> {
  return {
    openUntil: openUntilMs === null ? null : writeInstant(openUntilMs),
    stations: stations.map(({ sinceMs, ...station }) => ({ ...station, since: writeInstant(sinceMs) })),
  };
}
