import { IANAZone } from 'luxon';
import Type, { type Static } from 'typebox';
import type { Circuit, Evse, SiteDefaults, SiteModel, Station } from '../../site/model.js';
import { perPhase } from '../../site/phases.js';
import { Problem } from '../../site/problem.js';
import {
  CircuitId,
  EvseId,
  HINT,
  LimitPerPhase,
  PhaseName,
  PowerLimit,
  SiteId,
  StationId,
  TariffId,
} from '../schemas.js';
import { DelegationDocument } from './delegation.js';
import { FailsafeHoursDocument, readHours, writeHours } from './failsafeHours.js';

// The site as its owner writes it. It is read into a SiteModel with every default filled in, and written back the same way,
// so that what GET answers can be PUT again. Whether it makes sense as a whole (tree, failsafes) is the service's to say.

const VOLTAGE_V = 230;
const METER_STALE_S = 30;
const FAILSAFE_A = 0;
const CURRENT_MIN_A = 6;
const REACTION_S = 5;
const METER_INTERVAL_S = 10;
const ROTATION_S = 900;

const CIRCUITS_MAX = 1_000;
const STATIONS_MAX = 5_000;
const EVSES_MAX = 64;
const ID_TOKENS_MAX = 20_000;
const FAILSAFE_HOURS_MAX = 28;

const Phases = Type.Array(PhaseName, {
  minItems: 1,
  maxItems: 3,
  uniqueItems: true,
  description: "The grid phases on the station's terminals, in the terminals' order.",
  [HINT]: 'name one to three of "L1", "L2", "L3", each once',
});

const AcEvseDocument = Type.Object(
  {
    id: EvseId,
    kind: Type.Literal('AC'),
    phases: Phases,
    currentMinA: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 1_000,
        default: CURRENT_MIN_A,
        description: 'The least it can offer besides 0.',
      }),
    ),
    currentMaxA: Type.Number({ minimum: 1, maximum: 1_000, description: 'What its hardware can draw, per phase.' }),
    trustLearnedPhases: Type.Optional(
      Type.Boolean({ default: false, description: 'Phases that a car was seen not to use may be given to others.' }),
    ),
    wattsPerAmpere: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 10_000,
        description:
          'For supplies that are not phase to neutral (IT grids, 208 V): W that 1 A on every phase stands for.',
      }),
    ),
  },
  { additionalProperties: false },
);

const DcEvseDocument = Type.Object(
  {
    id: EvseId,
    kind: Type.Literal('DC'),
    phases: Phases,
    powerMaxW: Type.Number({ minimum: 1, maximum: 10_000_000, description: 'At the outlet.' }),
    efficiency: Type.Number({
      minimum: 0.1,
      maximum: 1,
      description: 'Power at the outlet over power from the grid.',
      [HINT]: 'write outlet power over grid power, such as 0.94',
    }),
  },
  { additionalProperties: false },
);

const Name = Type.String({ minLength: 1, maxLength: 100, description: 'What people call it; left out, its id.' });

export const StationDocument = Type.Object(
  {
    id: StationId,
    name: Type.Optional(Name),
    circuitId: CircuitId,
    failsafeA: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 1_000,
        default: FAILSAFE_A,
        description: 'What each EVSE falls to by itself, per phase: 0, or at least its currentMinA.',
      }),
    ),
    failsafeHours: Type.Optional(
      Type.Array(FailsafeHoursDocument, {
        maxItems: FAILSAFE_HOURS_MAX,
        description:
          "Hours of the site's local clock in which it falls to something else, such as the cheap ones of a night: by itself, also while this service is away. Over midnight where `to` is no later than `from`; they may not overlap.",
      }),
    ),
    reactionS: Type.Optional(
      Type.Number({ minimum: 0, maximum: 300, default: REACTION_S, description: 'How long a car may take to follow.' }),
    ),
    delegated: Type.Optional(DelegationDocument),
    evses: Type.Array(Type.Union([AcEvseDocument, DcEvseDocument]), { minItems: 1, maxItems: EVSES_MAX }),
  },
  { additionalProperties: false },
);

const BaseLoad = Type.Object(
  {
    L1: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    L2: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
    L3: Type.Optional(Type.Number({ minimum: 0, maximum: 100_000 })),
  },
  {
    additionalProperties: false,
    default: { L1: 0, L2: 0, L3: 0 },
    description: 'What else than cars may flow here at worst, A; counts while the meter of the circuit is silent.',
  },
);

const DefaultsDocument = Type.Object(
  {
    departure: Type.Optional(
      Type.String({
        pattern: '^(learned|([01][0-9]|2[0-3]):[0-5][0-9])$',
        description:
          'When a car leaves: "learned" from the stays of earlier ones, or the next such time of the local clock, HH:MM. Left out, a car of whose departure nothing is known charges at once.',
        examples: ['learned', '07:00'],
        [HINT]: 'write "learned", or a time from 00:00 to 23:59',
      }),
    ),
    energyWh: Type.Optional(
      Type.Union(
        [
          Type.Literal('learned', { [HINT]: 'or give a number of Wh' }),
          Type.Number({ minimum: 1, maximum: 10_000_000 }),
        ],
        { description: 'What a car wants: "learned" from what earlier ones took, or so much.' },
      ),
    ),
    priority: Type.Optional(Type.Number({ minimum: 0, maximum: 10, default: 5 })),
  },
  {
    additionalProperties: false,
    description:
      'What is taken of a driver who did not say. It may let a car wait for a better time, but never ends a charge; what a driver states comes first, member by member.',
  },
);

const CircuitDocument = Type.Object(
  {
    id: CircuitId,
    name: Type.Optional(Name),
    parentId: Type.Optional(
      Type.Union([CircuitId, Type.Null()], { description: 'Left out, or null, on the grid connection only.' }),
    ),
    limitA: LimitPerPhase,
    powerLimitW: Type.Optional(PowerLimit),
    baseLoadMaxA: Type.Optional(BaseLoad),
    meterStaleS: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 86_400,
        default: METER_STALE_S,
        description: 'A meter reading older than this is no reading.',
      }),
    ),
  },
  { additionalProperties: false },
);

export const SiteDocument = Type.Object(
  {
    siteId: Type.Optional(SiteId),
    name: Type.String({ minLength: 1, maxLength: 200 }),
    timeZone: Type.String({ minLength: 1, maxLength: 64, description: 'IANA name.' }),
    voltageV: Type.Optional(
      Type.Number({ minimum: 50, maximum: 1_000, default: VOLTAGE_V, description: 'Phase to neutral.' }),
    ),
    tariffIds: Type.Optional(Type.Array(TariffId, { maxItems: 100, default: [] })),
    circuits: Type.Array(CircuitDocument, {
      minItems: 1,
      maxItems: CIRCUITS_MAX,
      description: 'A tree with one root.',
    }),
    stations: Type.Array(StationDocument, { maxItems: STATIONS_MAX }),
    idTokens: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 255 }), {
        maxItems: ID_TOKENS_MAX,
        description: 'When given, only these may start a transaction.',
      }),
    ),
    meterIntervalS: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3_600,
        default: METER_INTERVAL_S,
        description: 'How often stations are asked to send meter values.',
      }),
    ),
    rotationS: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 86_400,
        default: ROTATION_S,
        description: 'When not everyone can have the minimum current, a car is kept on, or off, at least this long.',
      }),
    ),
    peakMayOutweighDeparture: Type.Optional(
      Type.Boolean({
        default: false,
        description:
          'A car may come short of what its driver needs where the peak it would take is billed at more than the energy is worth.',
      }),
    ),
    defaults: Type.Optional(DefaultsDocument),
  },
  {
    title: 'Site',
    additionalProperties: false,
    examples: [
      {
        name: 'Depot Nord',
        timeZone: 'Europe/Stockholm',
        voltageV: 230,
        tariffIds: [],
        circuits: [
          { id: 'grid', limitA: { L1: 63, L2: 63, L3: 63 } },
          {
            id: 'row-a',
            parentId: 'grid',
            limitA: { L1: 32, L2: 32, L3: 32 },
            powerLimitW: 20_000,
            baseLoadMaxA: { L1: 0, L2: 0, L3: 0 },
            meterStaleS: 30,
          },
        ],
        stations: [
          {
            id: 'CP001',
            circuitId: 'row-a',
            failsafeA: 6,
            evses: [{ id: 1, kind: 'AC', phases: ['L1', 'L2', 'L3'], currentMinA: 6, currentMaxA: 16 }],
          },
          {
            id: 'DC1',
            circuitId: 'grid',
            evses: [{ id: 1, kind: 'DC', phases: ['L1', 'L2', 'L3'], powerMaxW: 20_000, efficiency: 0.94 }],
          },
        ],
      },
    ],
  },
);
export type SiteDocument = Static<typeof SiteDocument>;
type StationDocument = Static<typeof StationDocument>;
type CircuitDocument = Static<typeof CircuitDocument>;
type DefaultsDocument = Static<typeof DefaultsDocument>;
type EvseDocument = StationDocument['evses'][number];

export const SiteList = Type.Object({ sites: Type.Array(SiteDocument) }, { title: 'SiteList' });

/** Throws Problem: SITE_ID_MISMATCH, INVALID_TIME_ZONE. */
export function readSite(siteId: string, document: SiteDocument): SiteModel {
  if (document.siteId !== undefined && document.siteId !== siteId) {
    throw new Problem('SITE_ID_MISMATCH', `The body names "${document.siteId}", the address "${siteId}".`, {
      field: '/siteId',
    });
  }
  // Intl also knows "+02:00" and the like; only names follow daylight saving time.
  if (!/^[A-Za-z]/.test(document.timeZone) || !IANAZone.isValidZone(document.timeZone)) {
    throw new Problem('INVALID_TIME_ZONE', `"${document.timeZone}" is not the name of a time zone.`, {
      field: '/timeZone',
    });
  }
  return {
    siteId,
    name: document.name,
    timeZone: document.timeZone,
    voltageV: document.voltageV ?? VOLTAGE_V,
    tariffIds: document.tariffIds ?? [],
    circuits: document.circuits.map(readCircuit),
    stations: document.stations.map(readStation),
    ...(document.idTokens === undefined ? {} : { idTokens: document.idTokens }),
    meterIntervalS: document.meterIntervalS ?? METER_INTERVAL_S,
    rotationS: document.rotationS ?? ROTATION_S,
    peakMayOutweighDeparture: document.peakMayOutweighDeparture ?? false,
    ...(document.defaults === undefined ? {} : { defaults: readDefaults(document.defaults) }),
  };
}

function readDefaults({ departure, ...rest }: DefaultsDocument): SiteDefaults {
  // The schema has seen to its form.
  return departure === undefined ? rest : { ...rest, departure: departure as NonNullable<SiteDefaults['departure']> };
}

function readCircuit(circuit: CircuitDocument): Circuit {
  return {
    id: circuit.id,
    ...(circuit.name === undefined ? {} : { name: circuit.name }),
    parentId: circuit.parentId ?? null,
    limitA: circuit.limitA,
    ...(circuit.powerLimitW === undefined ? {} : { powerLimitW: circuit.powerLimitW }),
    baseLoadMaxA: perPhase((phase) => circuit.baseLoadMaxA?.[phase] ?? 0),
    meterStaleS: circuit.meterStaleS ?? METER_STALE_S,
  };
}

export function readStation(station: StationDocument): Station {
  return {
    id: station.id,
    ...(station.name === undefined ? {} : { name: station.name }),
    circuitId: station.circuitId,
    failsafeA: station.failsafeA ?? FAILSAFE_A,
    ...(station.failsafeHours === undefined ? {} : { failsafeHours: station.failsafeHours.map(readHours) }),
    reactionS: station.reactionS ?? REACTION_S,
    ...(station.delegated === undefined ? {} : { delegated: station.delegated }),
    evses: station.evses.map(readEvse),
  };
}

function readEvse(evse: EvseDocument): Evse {
  if (evse.kind === 'DC') return evse;
  return {
    ...evse,
    currentMinA: evse.currentMinA ?? CURRENT_MIN_A,
    trustLearnedPhases: evse.trustLearnedPhases ?? false,
  };
}

/** Every default is written out. */
export function writeSite(site: SiteModel): SiteDocument {
  return {
    siteId: site.siteId,
    name: site.name,
    timeZone: site.timeZone,
    voltageV: site.voltageV,
    tariffIds: [...site.tariffIds],
    circuits: site.circuits.map((circuit) => ({ ...circuit })),
    stations: site.stations.map(writeStation),
    ...(site.idTokens === undefined ? {} : { idTokens: [...site.idTokens] }),
    meterIntervalS: site.meterIntervalS,
    rotationS: site.rotationS,
    peakMayOutweighDeparture: site.peakMayOutweighDeparture ?? false,
    ...(site.defaults === undefined ? {} : { defaults: { ...site.defaults } }),
  };
}

function writeStation({ failsafeHours, evses, ...station }: Station): StationDocument {
  return {
    ...station,
    ...(failsafeHours === undefined ? {} : { failsafeHours: failsafeHours.map(writeHours) }),
    evses: evses.map((evse) => ({ ...evse, phases: [...evse.phases] })),
  };
}
