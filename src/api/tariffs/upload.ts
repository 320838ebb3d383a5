import Type, { type Static } from 'typebox';
import type { ParseOptions, TariffFormat } from '../../../tariffs/index.js';
import type { TariffUpload } from '../../control/tariffs/tariffService.js';
import { Problem } from '../../site/problem.js';
import { HINT } from '../schemas.js';
import { csvQuery, givenOfCsv, readCsvQuery } from './csvQuery.js';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

const FORMATS = ['evenkeel', 'ocpi', 'entsoe', 'csv', 'openadr3'] as const;

/** What a document does not say by itself. */
export const UploadQuery = {
  format: Type.Optional(
    Type.Enum([...FORMATS], {
      description: 'Default: evenkeel for JSON, entsoe for XML, csv for CSV.',
      [HINT]: 'evenkeel, ocpi and openadr3 are JSON; entsoe is XML',
    }),
  ),
  timeZone: text('IANA. Needed where the document names none.'),
  currency: text('ISO 4217. Needed where the document names none.'),
  name: text('What a bill of several tariffs calls this one.'),
  vatPercent: Type.Optional(
    Type.Number({
      minimum: 0,
      maximum: 100,
      description: '25 means 25 %. Default 0: the prices are all there is to pay.',
    }),
  ),
  auction: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 99,
      description: 'Of entsoe: the classification position, where a zone has several auctions.',
    }),
  ),
  ...csvQuery,
};

const UploadQueryObject = Type.Object(UploadQuery);
export type UploadQueryValues = Static<typeof UploadQueryObject>;

/** The formats that a body of a media type may have; the first is taken where none is said, if it is the type's own. */
const FORMATS_OF_TYPE: Readonly<
  Record<string, { readonly own?: TariffFormat; readonly formats: readonly TariffFormat[] }>
> = {
  'application/json': { own: 'evenkeel', formats: ['evenkeel', 'ocpi', 'openadr3'] },
  'application/xml': { own: 'entsoe', formats: ['entsoe'] },
  'text/xml': { own: 'entsoe', formats: ['entsoe'] },
  'text/csv': { own: 'csv', formats: ['csv'] },
  'text/plain': { formats: FORMATS },
};

/** The upload that a request is. Throws Problem INVALID_REQUEST where its parameters do not fit each other or its body. */
export function readUpload(request: { mediaType: string; body: unknown; query: UploadQueryValues }): TariffUpload {
  const { mediaType, body, query } = request;
  const format = formatOf(mediaType, query.format);
  if (query.format === undefined) refuseForeignJson(body);
  refuseStrangers(format, query);
  const { timeZone, currency, name, vatPercent, auction } = query;
  const csv = format === 'csv' ? readCsvQuery(query) : undefined;
  const options: ParseOptions = {
    ...(timeZone !== undefined && { timeZone }),
    ...(currency !== undefined && { currency }),
    ...(name !== undefined && { name }),
    ...(vatPercent !== undefined && { vatPercent }),
    ...(auction !== undefined && { auction }),
    ...(csv !== undefined && { csv }),
  };
  return { format, content: body, options };
}

function formatOf(mediaType: string, given: TariffFormat | undefined): TariffFormat {
  const { own, formats } = FORMATS_OF_TYPE[mediaType] ?? { formats: FORMATS };
  const format = given ?? own;
  if (format === undefined)
    throw badParameter('format', `Say what the text is: ?format= one of ${formats.join(', ')}.`);
  if (formats.includes(format)) return format;
  const types = Object.entries(FORMATS_OF_TYPE).filter(([, of]) => of.formats.includes(format));
  throw badParameter(
    'format',
    `format=${format} can not be sent as ${mediaType}; send it as ${types.map(([type]) => type).join(' or ')}.`,
  );
}

/** A document of another format, sent as ours, would only be told that its members are not known. */
function refuseForeignJson(body: unknown): void {
  const one: unknown = Array.isArray(body) ? body[0] : body;
  if (typeof one !== 'object' || one === null || 'components' in one) return;
  const format =
    'elements' in one || 'party_id' in one ? 'ocpi' : 'intervals' in one || 'programID' in one ? 'openadr3' : undefined;
  if (format === undefined) return;
  const name = format === 'ocpi' ? 'an OCPI tariff' : 'an OpenADR 3 event';
  throw badParameter('format', `The body looks like ${name}: add ?format=${format} to the address.`);
}

/** A parameter that says nothing about the document would be dropped in silence. */
function refuseStrangers(format: TariffFormat, query: UploadQueryValues): void {
  const ofCsv = givenOfCsv(query);
  if (format !== 'csv' && ofCsv !== undefined)
    throw badParameter(ofCsv, `${ofCsv} goes with format=csv, not ${format}.`);
  if (format !== 'entsoe' && query.auction !== undefined) {
    throw badParameter('auction', `auction goes with entsoe, not ${format}.`);
  }
}

function badParameter(field: string, detail: string): Problem {
  return new Problem('INVALID_REQUEST', detail, { field });
}
