import Type, { type Static } from 'typebox';
import type { CsvOptions } from '../../../tariffs/index.js';
import { Problem } from '../../site/problem.js';

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 200, description }));

/** How a table is to be read, in parameters of the address. Whether they are all that is needed is the reader's to say. */
export const csvQuery = {
  delimiter: Type.Optional(
    Type.Enum([',', ';', '\t', 'comma', 'semicolon', 'tab'], {
      description:
        'Of csv, as all up to estimatedValue: between columns. A table with the header start,end,price_per_kwh needs none of them.',
    }),
  ),
  decimalMark: Type.Optional(Type.Enum(['.', ',', 'point', 'comma'])),
  unit: Type.Optional(
    Type.Enum(['perKwh', 'perMwh', 'minorPerKwh'], {
      description: 'minorPerKwh: hundredths of the currency (cents, öre, pence) per kWh.',
    }),
  ),
  resolutionMinutes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1440, description: 'How long a row holds; 1440: a local day.' }),
  ),
  stamped: Type.Optional(
    Type.Enum(['start', 'end'], { description: "Whether a row's time is its interval's start or its end." }),
  ),
  timestampColumn: text('As the header names it.'),
  timeColumn: text('Where the time of day has a column of its own.'),
  priceColumn: text('As the header names it.'),
  timestampFormat: text('"iso", "epochSeconds", "epochMilliseconds", or a format such as "dd-MM-yyyy HH:mm".'),
  preambleLines: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1000, default: 0, description: 'So many lines stand before the header.' }),
  ),
  onlyColumn: text('Only rows with onlyValue in this column are read.'),
  onlyValue: text('Goes with onlyColumn.'),
  estimatedColumn: text('Rows with estimatedValue in this column are estimates, which is said.'),
  estimatedValue: text('Goes with estimatedColumn.'),
};

const CsvQuery = Type.Object(csvQuery);
type CsvQueryValues = Static<typeof CsvQuery>;

const NAMES = Object.keys(csvQuery) as readonly (keyof CsvQueryValues)[];

const DELIMITERS = { ',': ',', ';': ';', '\t': '\t', comma: ',', semicolon: ';', tab: '\t' } as const;
const DECIMAL_MARKS = { '.': '.', ',': ',', point: '.', comma: ',' } as const;

/** The first that is given. */
export function givenOfCsv(query: CsvQueryValues): string | undefined {
  return NAMES.find((name) => query[name] !== undefined);
}

/** Undefined where none is given: the table then has the plain header. */
export function readCsvQuery(query: CsvQueryValues): Partial<CsvOptions> | undefined {
  if (givenOfCsv(query) === undefined) return undefined;
  const { delimiter, decimalMark, onlyColumn, onlyValue, estimatedColumn, estimatedValue, ...named } = query;
  const only = pair('only', onlyColumn, onlyValue);
  const estimated = pair('estimated', estimatedColumn, estimatedValue);
  return {
    ...given(named),
    ...(delimiter !== undefined && { delimiter: DELIMITERS[delimiter] }),
    ...(decimalMark !== undefined && { decimalMark: DECIMAL_MARKS[decimalMark] }),
    ...(only !== undefined && { only }),
    ...(estimated !== undefined && { estimated }),
  };
}

type Named = Omit<
  CsvQueryValues,
  'delimiter' | 'decimalMark' | 'onlyColumn' | 'onlyValue' | 'estimatedColumn' | 'estimatedValue'
>;

/** The query has other parameters too. */
function given(named: Named): Partial<CsvOptions> {
  const { unit, resolutionMinutes, stamped, timestampColumn, timeColumn, priceColumn, timestampFormat, preambleLines } =
    named;
  return {
    ...(unit !== undefined && { unit }),
    ...(resolutionMinutes !== undefined && { resolutionMinutes }),
    ...(stamped !== undefined && { stamped }),
    ...(timestampColumn !== undefined && { timestampColumn }),
    ...(timeColumn !== undefined && { timeColumn }),
    ...(priceColumn !== undefined && { priceColumn }),
    ...(timestampFormat !== undefined && { timestampFormat }),
    ...(preambleLines !== undefined && { preambleLines }),
  };
}

function pair(
  name: 'only' | 'estimated',
  column: string | undefined,
  value: string | undefined,
): { column: string; value: string } | undefined {
  if (column !== undefined && value !== undefined) return { column, value };
  if (column === undefined && value === undefined) return undefined;
  const missing = column === undefined ? `${name}Column` : `${name}Value`;
  throw new Problem('INVALID_REQUEST', `${name}Column and ${name}Value go together; ${missing} is missing.`, {
    field: missing,
  });
}
