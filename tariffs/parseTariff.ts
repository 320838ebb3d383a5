import { readCsv } from './csv/readCsv.js';
import { readEntsoe } from './entsoe/readEntsoe.js';
import { readNative } from './native/readNative.js';
import { readOcpi } from './ocpi/readOcpi.js';
import { readOpenAdr3 } from './openadr3/readOpenAdr3.js';
import type { ParseOptions, ReadTariff } from './parseOptions.js';
import type { Tariff } from './types.js';

/** 'evenkeel': the JSON document of tariffs/native. */
export type TariffFormat = 'evenkeel' | 'ocpi' | 'entsoe' | 'csv' | 'openadr3';

type Reader = (input: unknown, options: ParseOptions) => ReadTariff;

const READERS: Readonly<Record<TariffFormat, Reader>> = {
  csv: readCsv,
  entsoe: readEntsoe,
  evenkeel: readNative,
  openadr3: readOpenAdr3,
  ocpi: readOcpi,
};

/**
 * A published document as a tariff, with what a person should know about it.
 * `input`: text; of the JSON formats (evenkeel, ocpi, openadr3) the parsed value too.
 * Throws InvalidTariff where it can't be read, contradicts itself or says what can't be expressed, and RangeError for an unknown format.
 */
export function readTariff(input: unknown, format: TariffFormat, options: ParseOptions = {}): ReadTariff {
  const read = Object.hasOwn(READERS, format) ? READERS[format] : undefined;
  if (read === undefined) {
    throw new RangeError(`unknown tariff format "${format}": known are ${Object.keys(READERS).join(', ')}`);
  }
  return read(input, options);
}

/** The tariff of readTariff. */
export function parseTariff(input: unknown, format: TariffFormat, options: ParseOptions = {}): Tariff {
  return readTariff(input, format, options).tariff;
}
