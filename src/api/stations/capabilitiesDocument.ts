import Type, { type Static } from 'typebox';
import type { StationCapabilitiesView } from '../../control/profiles/profileService.js';
import { nullable } from '../schemas.js';
import { StationQuirkDocument, writeQuirk } from './quirkDocument.js';

const count = (description: string) => nullable(Type.Integer({ description }));

export const CapabilitiesDocument = Type.Object(
  {
    siteId: Type.String(),
    stationId: Type.String(),
    ocppVersion: nullable(Type.Enum(['1.6', '2.0.1', '2.1'], { description: 'Null: it was never connected.' })),
    rateUnits: nullable(Type.Array(Type.Enum(['A', 'W']))),
    maxPeriods: count('In one schedule.'),
    maxStackLevel: count('The highest that it takes.'),
    maxProfilesInstalled: count('At one time.'),
    compositeSchedule: nullable(Type.Boolean({ description: 'It tells what follows from the profiles that it has.' })),
    reportsProfiles: nullable(Type.Boolean({ description: 'It tells which profiles it has. Never in OCPP 1.6.' })),
    purposes: Type.Array(Type.String(), { description: 'Of the profiles by which this service steers it.' }),
    phaseSwitching: Type.Literal('notUsed', {
      description: 'This service never asks a station to charge on fewer phases than its car uses.',
    }),
    trusted: Type.Boolean({ description: 'It was seen to do what it accepted: from then on its word is enough.' }),
    clock: Type.Object({
      known: Type.Boolean({ description: 'Something that it wrote told how its clock stands.' }),
      offMs: Type.Number({ description: 'How far it was last seen to be off, either way.' }),
    }),
    offline: Type.Object(
      {
        fallsTo: Type.Enum(['failsafe', 'hardware'], {
          description: 'hardware: it may have no failsafe, and then draws what its hardware can.',
        }),
        confirmed: Type.Boolean({ description: 'That was proven, not only said.' }),
      },
      { description: 'What it does by itself once it hears nothing.' },
    ),
    quirks: Type.Array(StationQuirkDocument),
  },
  {
    title: 'KnownCapabilities',
    description: 'Null: not known; the most modest is used then.',
  },
);

export function writeCapabilities({
  rateUnits,
  purposes,
  quirks,
  ...view
}: StationCapabilitiesView): Static<typeof CapabilitiesDocument> {
  return {
    ...view,
    rateUnits: rateUnits === null ? null : [...rateUnits],
    purposes: [...purposes],
    quirks: quirks.map(writeQuirk),
  };
}
