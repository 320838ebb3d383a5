import Type, { type Static } from 'typebox';
import type { VenConfig, VenView } from '../../openadr/venService.js';
import { writeInstantOrNull } from '../instant.js';
import { Url } from '../oscp/document.js';
import { CircuitId, HINT, Instant, nullable, SiteId, TariffId } from '../schemas.js';

const VEN_ID_MAX = 36;
const POLL_DEFAULT_S = 45;
const SIMPLE_DEFAULT_PERCENT = [75, 50, 25] as const;

export const VenId = Type.String({
  minLength: 1,
  maxLength: VEN_ID_MAX,
  pattern: '^[A-Za-z0-9_-]+$',
  description: 'The VEN, as its owner calls it. Its limits belong to the grid event openadr.{venId}.',
  [HINT]: `use 1 to ${VEN_ID_MAX} of A-Z a-z 0-9 _ -`,
});

const name = (description: string) => Type.String({ minLength: 1, maxLength: 128, description });
const percent = Type.Number({ minimum: 0, maximum: 100 });

const configured = {
  siteId: SiteId,
  circuitId: Type.Optional({ ...CircuitId, description: 'What the events limit. Default: the grid connection.' }),
  vtnUrl: { ...Url, description: 'Base URL of the VTN, such as https://vtn.example/openadr3/3.1.0.' },
  clientId: Type.String({ minLength: 1, maxLength: 4_096 }),
};
const optional = {
  venName: name('Unique at the VTN; also the clientName of reports and subscriptions. Default: the id.'),
  resourceName: name('What reports are of. Default: the id of the site.'),
  programs: Type.Array(name('A program, by its name or its id.'), { maxItems: 50, description: 'None: all.' }),
  targets: Type.Array(name('A target.'), {
    maxItems: 50,
    description: 'Asked for beside those that the VTN has granted to the VEN and its resource.',
  }),
  version: Type.Enum(['3.0', '3.1', 'auto'], { description: 'auto: as the VTN has it.' }),
  pollS: Type.Integer({ minimum: 5, maximum: 3_600, description: 'How often the VTN is asked, about.' }),
  simplePercent: Type.Array(percent, {
    minItems: 3,
    maxItems: 3,
    description: "What the cars may take of the circuit's power at the levels 1, 2 and 3 of SIMPLE.",
  }),
  webhook: Type.Boolean({ description: 'The VTN is asked to call this service when something changes.' }),
  publicUrl: { ...Url, description: 'Where the VTN reaches this service. Default: EVENKEEL_PUBLIC_URL.' },
};

export const VenDocument = Type.Object(
  {
    ...configured,
    clientSecret: Type.Optional(
      Type.String({ minLength: 1, maxLength: 4_096, description: 'Never shown. Absent: the one before is kept.' }),
    ),
    tariffId: Type.Optional({
      ...TariffId,
      description: 'Laid over with the prices of PRICE and EXPORT_PRICE events.',
    }),
    venName: Type.Optional(optional.venName),
    resourceName: Type.Optional(optional.resourceName),
    programs: Type.Optional(optional.programs),
    targets: Type.Optional(optional.targets),
    version: Type.Optional({ ...optional.version, default: 'auto' }),
    pollS: Type.Optional({ ...optional.pollS, default: POLL_DEFAULT_S }),
    simplePercent: Type.Optional({ ...optional.simplePercent, default: [...SIMPLE_DEFAULT_PERCENT] }),
    webhook: Type.Optional({ ...optional.webhook, default: false }),
    publicUrl: Type.Optional(optional.publicUrl),
  },
  {
    title: 'OpenAdrVen',
    additionalProperties: false,
    description: 'A VEN of OpenADR 3.0 or 3.1: a VTN, and the circuit that its events limit.',
    examples: [
      {
        siteId: 'depot',
        vtnUrl: 'https://vtn.example/openadr3/3.1.0',
        clientId: 'ven-client-99',
        clientSecret: 'as the energy provider gave it',
        programs: ['capacity'],
      },
    ],
  },
);
export type VenDocument = Static<typeof VenDocument>;

const VenEvent = Type.Object({
  id: Type.String(),
  programId: Type.String(),
  name: nullable(Type.String()),
  problem: nullable(Type.String({ description: 'Why it can not be read; what was known of it before holds.' })),
  notes: Type.Array(Type.String()),
});

export const StoredVenDocument = Type.Object(
  {
    venId: VenId,
    organisationId: Type.String(),
    ...configured,
    tariffId: Type.Optional(TariffId),
    ...optional,
    connection: Type.Enum(['connecting', 'connected', 'lost'], { description: 'lost: what was known holds.' }),
    spokenVersion: nullable(Type.Enum(['3.0', '3.1'])),
    listedAt: nullable({ ...Instant, description: 'When all events were listed last.' }),
    eventId: Type.String({ description: 'The grid event of the site that its limits belong to.' }),
    events: Type.Array(VenEvent),
    notes: Type.Array(Type.String(), { description: 'What a person should know, the newest last.' }),
  },
  { title: 'StoredOpenAdrVen', additionalProperties: false },
);
export type StoredVenDocument = Static<typeof StoredVenDocument>;

export const VenList = Type.Object({ vens: Type.Array(StoredVenDocument) }, { title: 'OpenAdrVenList' });

export function readVen(venId: string, document: VenDocument, origin: string): VenConfig {
  const { clientSecret: _secret, simplePercent, ...rest } = document;
  const [moderate, high, special] = simplePercent ?? SIMPLE_DEFAULT_PERCENT;
  return {
    venName: venId,
    resourceName: document.siteId,
    programs: [],
    targets: [],
    version: 'auto',
    pollS: POLL_DEFAULT_S,
    webhook: false,
    publicUrl: origin,
    ...rest,
    simplePercent: [moderate ?? 0, high ?? 0, special ?? 0],
  };
}

export function writeVen({
  listedAtMs,
  programs,
  targets,
  simplePercent,
  events,
  notes,
  ...ven
}: VenView): StoredVenDocument {
  return {
    ...ven,
    programs: [...programs],
    targets: [...targets],
    simplePercent: [...simplePercent],
    listedAt: writeInstantOrNull(listedAtMs),
    events: events.map((event) => ({ ...event, notes: [...event.notes] })),
    notes: [...notes],
  };
}
