import Type, { type Static } from 'typebox';
import type { StationQuirkView } from '../../control/profiles/profileService.js';
import { STATION_QUIRKS } from '../../site/stationQuirk.js';
import { writeInstantOrNull } from '../instant.js';
import { Instant } from '../schemas.js';

export const StationQuirkDocument = Type.Object(
  {
    quirk: Type.Enum([
      ...STATION_QUIRKS,
      'clockUnknown',
      'clockOff',
      'disobeys',
      'compositeDiffers',
      'foreignProfiles',
    ]),
    sentence: Type.String({ description: 'What it means, and what is done about it. For people: it may be reworded.' }),
    learned: Type.Boolean({
      description:
        'Kept until it is forgotten, or another firmware comes. Otherwise it is gone as soon as it is no longer so.',
    }),
    learnedAt: Type.Union([Instant, Type.Null()], {
      description: 'When it was learned, or since when it is so. Null: not known.',
    }),
    seenOf: Type.String({
      description: 'The station it was seen of: this one, or one of the same model and firmware.',
    }),
    evidence: Type.String({ description: 'What was seen.' }),
  },
  { title: 'StationQuirk', description: 'What a station does otherwise than one would expect.' },
);

export function writeQuirk({ learnedMs, ...quirk }: StationQuirkView): Static<typeof StationQuirkDocument> {
  return { ...quirk, learnedAt: writeInstantOrNull(learnedMs) };
}
