export { InvalidTariff, type InvalidTariffCode, type TariffIssue } from './invalidTariff.js';
export type { CsvOptions, ParseOptions, ReadTariff } from './parseOptions.js';
export { parseTariff, readTariff, type TariffFormat } from './parseTariff.js';
export { NoPrice, type PriceInterval, type PriceSeries, pricesAt } from './priceSeries.js';
export type { Tariff } from './types.js';
