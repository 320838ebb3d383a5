import Type, { type Static } from 'typebox';
import type {
  CandidateView,
  EvseControlView,
  ProfileSlotView,
  StationProfilesView,
} from '../../control/profiles/profileService.js';
import { writeInstant, writeInstantOrNull } from '../instant.js';
import { Instant, nullable, TransactionIdOnWire } from '../schemas.js';
import { StationQuirkDocument, writeQuirk } from './quirkDocument.js';

const Profile = Type.Object(
  {
    profileId: Type.Integer(),
    stackLevel: Type.Integer(),
    purpose: Type.Enum(['TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile']),
    kind: Type.Enum(['Absolute', 'Recurring', 'Relative']),
    recurrency: Type.Optional(Type.Enum(['Daily', 'Weekly'])),
    transactionId: Type.Optional(TransactionIdOnWire),
    validFrom: Type.Optional(Instant),
    validTo: Type.Optional(Instant),
    schedule: Type.Object({
      start: Type.Optional(Instant),
      durationS: Type.Optional(Type.Number({ description: 'Left out: without an end.' })),
      rateUnit: Type.Enum(['A', 'W'], { description: 'A: per phase. W: the total.' }),
      periods: Type.Array(
        Type.Object({
          startPeriodS: Type.Number({ description: 'From start.' }),
          limit: Type.Number(),
          numberPhases: Type.Optional(Type.Integer()),
        }),
      ),
    }),
  },
  {
    title: 'ChargingProfile',
    description:
      "As it went on the wire, in OCPP 2.0.1's words. Made again of the limits and the form, with the station's clock as it is known now.",
  },
);

const Candidate = Type.Object(
  {
    attemptId: Type.String(),
    status: Type.Enum(['sent', 'unknown', 'accepted', 'confirmed'], {
      description:
        'sent: no answer yet. unknown: it may have arrived or not. accepted: by its word. confirmed: seen in its composite schedule or its report, or by its record.',
    }),
    sentAt: Instant,
    answeredAt: nullable(Instant),
    goneAt: Type.Union([Instant, Type.Null()], {
      description: 'From here on it can no longer be in force: a later one was confirmed, and cars had time to follow.',
    }),
    checks: Type.Integer({
      description: "Fruitless looks at the station's composite schedule, or at what it reports that it holds.",
    }),
    lastCheckAt: nullable(Instant),
    mayBeInForce: Type.Boolean({ description: 'It counts: neither surely replaced nor surely over.' }),
    told: Type.Boolean({ description: 'The newest of its slot that the station took, while it lasts.' }),
    limits: Type.Array(Type.Object({ from: Instant, limitA: Type.Number() }), {
      description: 'A per phase on the grid side; the first holds before its start too.',
    }),
    until: Type.Union([Instant, Type.Null()], { description: 'Null: without an end.' }),
    repeats: Type.Union([Type.Enum(['daily', 'weekly']), Type.Null()], {
      description: 'limits are one round of what repeats, before the first of them too. Null: they do not repeat.',
    }),
    form: Type.Object(
      {
        kind: Type.Enum(['Absolute', 'Recurring', 'Relative']),
        rateUnit: Type.Enum(['A', 'W']),
        wholeAmperes: Type.Boolean({ description: 'Rounded down to whole amperes.' }),
        pauseA: Type.Union([Type.Number(), Type.Null()], { description: 'What a pause was written as. Null: as 0.' }),
      },
      { description: 'How the limits were written.' },
    ),
    steersUntil: Type.Union([Instant, Type.Null()], {
      description:
        'Of a station that is steered through its own profile: from here on it is what the station falls to by itself. Null: it steers nobody.',
    }),
    profile: Profile,
  },
  { title: 'ProfileCandidate' },
);

const Slot = Type.Object(
  {
    slot: Type.Enum(['failsafe', 'transaction']),
    purpose: Type.Enum(['TxProfile', 'TxDefaultProfile', 'ChargingStationMaxProfile'], {
      description: 'Of what was sent last; where nothing was, of what will be.',
    }),
    evseId: Type.Integer({ description: '0: the whole station.' }),
    transactionId: nullable(TransactionIdOnWire),
    sessionId: nullable(Type.String()),
    refusals: Type.Integer({ description: 'In a row.' }),
    lastRefusedAt: nullable(Instant),
    unanswered: Type.Integer({ description: 'In a row.' }),
    budget: Type.Object(
      {
        writes: Type.Integer(),
        writesMax: Type.Integer(),
        nextAt: Type.Union([Instant, Type.Null()], {
          description: 'When there is one more. Null: there is no more to come.',
        }),
      },
      { description: 'What may be written here before rises have to wait; what lowers never waits.' },
    ),
    missingUntil: Type.Union([Instant, Type.Literal('unknown'), Type.Null()], {
      description:
        'Until when the station may have no failsafe at all, so that its EVSEs count at what their hardware can. Null: it has one, or this is not the failsafe.',
    }),
    candidates: Type.Array(Candidate, { description: 'All that it may hold, oldest first.' }),
  },
  { title: 'ProfileSlot', description: 'One place for a profile: what is sent there replaces what was there.' },
);

const EvseControl = Type.Object(
  {
    evseId: Type.Integer(),
    transactionId: nullable(TransactionIdOnWire),
    sessionId: nullable(Type.String()),
    limitA: Type.Number({ description: 'What it is told to keep to now.' }),
    mayDrawA: Type.Number({
      description: 'The most that it may draw now, whatever messages may or may not have arrived.',
    }),
    mayDrawUntil: Type.Union([Instant, Type.Null()], {
      description: 'When that changes by itself, without another message. Null: not within two days.',
    }),
    obstacle: nullable(
      Type.Object({
        is: Type.Enum(['neverSeen', 'offline', 'notAccepted', 'disobeys', 'refuses', 'unauthorized', 'gone']),
        sentence: Type.String(),
      }),
    ),
    lingering: Type.Union([Type.Object({ currentA: Type.Number(), until: Instant }), Type.Null()], {
      description: 'What a car whose transaction is over may still draw while it follows.',
    }),
  },
  {
    title: 'EvseControl',
    description: 'Currents are A per phase on the grid side. obstacle: null where it can be steered.',
  },
);

export const StationProfilesDocument = Type.Object(
  {
    siteId: Type.String(),
    stationId: Type.String(),
    at: Instant,
    slots: Type.Array(Slot, { description: 'The failsafe first, then one for each EVSE with a transaction.' }),
    evses: Type.Array(EvseControl),
    quirks: Type.Array(StationQuirkDocument, { description: 'What was learned of it, and then what is so now.' }),
  },
  { title: 'StationProfiles' },
);
export type StationProfilesDocument = Static<typeof StationProfilesDocument>;

export function writeStationProfiles(view: StationProfilesView): StationProfilesDocument {
  const { atMs, slots, evses, quirks, ...rest } = view;
  return {
    ...rest,
    at: writeInstant(atMs),
    slots: slots.map(writeSlot),
    evses: evses.map(writeEvse),
    quirks: quirks.map(writeQuirk),
  };
}

function writeSlot(view: ProfileSlotView): Static<typeof Slot> {
  const { lastRefusedMs, missingUntilMs, candidates, budget, ...slot } = view;
  const { nextMs, ...left } = budget;
  return {
    ...slot,
    lastRefusedAt: writeInstantOrNull(lastRefusedMs),
    budget: { ...left, nextAt: writeInstantOrNull(nextMs) },
    missingUntil: missingUntilMs === 'unknown' ? missingUntilMs : writeInstantOrNull(missingUntilMs),
    candidates: candidates.map(writeCandidate),
  };
}

function writeCandidate(view: CandidateView): Static<typeof Candidate> {
  const { sentMs, answeredMs, goneMs, lastCheckMs, limits, untilMs, steersUntilMs, profile, ...candidate } = view;
  return {
    ...candidate,
    sentAt: writeInstant(sentMs),
    answeredAt: writeInstantOrNull(answeredMs),
    goneAt: writeInstantOrNull(goneMs),
    lastCheckAt: writeInstantOrNull(lastCheckMs),
    limits: limits.map(({ fromMs, limitA }) => ({ from: writeInstant(fromMs), limitA })),
    until: writeInstantOrNull(untilMs),
    steersUntil: writeInstantOrNull(steersUntilMs),
    profile: writeProfile(profile),
  };
}

function writeProfile({
  validFromMs,
  validToMs,
  schedule,
  ...profile
}: CandidateView['profile']): Static<typeof Profile> {
  const { startMs, periods, ...rest } = schedule;
  return {
    ...profile,
    ...(validFromMs === undefined ? {} : { validFrom: writeInstant(validFromMs) }),
    ...(validToMs === undefined ? {} : { validTo: writeInstant(validToMs) }),
    schedule: {
      ...rest,
      ...(startMs === undefined ? {} : { start: writeInstant(startMs) }),
      periods: periods.map((period) => ({ ...period })),
    },
  };
}

function writeEvse({ mayDrawUntilMs, lingering, ...evse }: EvseControlView): Static<typeof EvseControl> {
  return {
    ...evse,
    mayDrawUntil: writeInstantOrNull(mayDrawUntilMs),
    lingering: lingering === null ? null : { currentA: lingering.currentA, until: writeInstant(lingering.untilMs) },
  };
}
