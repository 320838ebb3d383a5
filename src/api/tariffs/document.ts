import Type, { type Static } from 'typebox';
import type { Tariff } from '../../../tariffs/index.js';
import type { TariffSummary, TariffView } from '../../control/tariffs/tariffService.js';
import { Problem } from '../../site/problem.js';
import { writeInstant } from '../instant.js';
import { Instant, nullable, SiteId, TariffId } from '../schemas.js';
import { inWordsOfTheAddress } from './addressWords.js';
import { nativeMembers } from './nativeDocument.js';

/** What the service adds to a native tariff. Sent back with it, it is no fault. */
const OURS = ['tariffId', 'updatedAt', 'warnings'] as const;

const EXAMPLE = {
  tariffId: 'grid-company',
  updatedAt: '2026-01-14T13:20:00.000Z',
  warnings: [],
  name: 'Grid company, business 63 A',
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  vatPercent: 25,
  components: [
    { kind: 'energyFee', id: 'transfer', pricePerKwh: 0.07 },
    { kind: 'tax', id: 'energy tax', pricePerKwh: 0.428 },
    {
      kind: 'demandCharge',
      id: 'power',
      sampleMinutes: 60,
      peaks: 3,
      distinct: 'day',
      price: { kind: 'perKw', per: 'month', rates: [{ pricePerKw: 29 }] },
    },
  ],
};

export const TariffDocument = Type.Object(
  {
    tariffId: TariffId,
    updatedAt: Type.String({
      format: 'date-time',
      description: 'Since when it is as it is; the same content again does not change it.',
    }),
    warnings: Type.Array(Type.String(), {
      description: 'What a person should know about the document it was read from.',
    }),
    ...nativeMembers,
  },
  { title: 'Tariff', additionalProperties: false, examples: [EXAMPLE] },
);

const Summary = Type.Object(
  {
    tariffId: TariffId,
    name: nullable(Type.String()),
    currency: Type.String(),
    timeZone: Type.String(),
    updatedAt: Instant,
    components: Type.Array(Type.Object({ id: Type.String(), kind: Type.String() })),
    pricesFrom: nullable(Instant),
    pricesTo: nullable(
      Type.String({
        format: 'date-time',
        description: 'Up to here prices are published; null: it has none to be published.',
      }),
    ),
    siteIds: Type.Array(SiteId, { description: 'The sites that name it.' }),
  },
  { title: 'TariffSummary' },
);

export const TariffList = Type.Object({ tariffs: Type.Array(Summary) }, { title: 'TariffList' });

export function writeTariff({ tariffId, document, warnings, updatedMs }: TariffView): Static<typeof TariffDocument> {
  const ours = { tariffId, updatedAt: writeInstant(updatedMs), warnings: warnings.map(inWordsOfTheAddress) };
  // The schema's lists are not readonly; nobody writes to them.
  return { ...ours, ...document } as unknown as Static<typeof TariffDocument>;
}

export function writeSummary({ tariffId, tariff, updatedMs, siteIds }: TariffSummary): Static<typeof Summary> {
  const { name, currency, timeZone, components } = tariff;
  const published = publishedSpan(tariff);
  return {
    tariffId,
    name: name ?? null,
    currency,
    timeZone,
    updatedAt: writeInstant(updatedMs),
    components: components.map(({ id, kind }) => ({ id, kind })),
    pricesFrom: published === undefined ? null : writeInstant(published.fromMs),
    pricesTo: published === undefined ? null : writeInstant(published.toMs),
    siteIds: [...siteIds],
  };
}

function publishedSpan({ components }: Tariff): { fromMs: number; toMs: number } | undefined {
  const runs = components.flatMap((component) => (component.kind === 'priceSeries' ? component.prices : []));
  if (runs.length === 0) return undefined;
  return runs.reduce(
    (span, { startMs, stepMs, pricesPerKwh }) => ({
      fromMs: Math.min(span.fromMs, startMs),
      toMs: Math.max(span.toMs, startMs + stepMs * pricesPerKwh.length),
    }),
    { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY },
  );
}

/** A native document without what the service has added, so that what GET answers can be PUT again; the very same where it has nothing of that. */
export function withoutOurs(body: unknown, tariffId: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const named: unknown = 'tariffId' in body ? body.tariffId : tariffId;
  if (named !== tariffId) {
    throw new Problem('INVALID_REQUEST', 'The tariffId in the body is not the one in the address; leave it out.', {
      field: '/tariffId',
    });
  }
  if (!OURS.some((ours) => Object.hasOwn(body, ours))) return body;
  return Object.fromEntries(Object.entries(body).filter(([name]) => !OURS.some((ours) => ours === name)));
}
