export { type BillOptions, bill } from './bill/bill.js';
export { type PrintedPrices, printCsv } from './csv/printCsv.js';
export { demandOutlook, type OutlookCharge } from './demand/outlook.js';
export { type PrintedPublication, printEntsoe } from './entsoe/printEntsoe.js';
export { InvalidTariff, type InvalidTariffCode, type TariffIssue } from './invalidTariff.js';
export type { NativeTariff } from './native/nativeTariff.js';
export { printTariff } from './native/printTariff.js';
export type { OcpiTariff } from './ocpi/ocpiTariff.js';
export { type OcpiIdentity, printOcpi } from './ocpi/printOcpi.js';
export {
  type CapacityEvents,
  type CapacityKind,
  type CapacityLimit,
  readCapacityEvents,
} from './openadr3/capacityEvents.js';
export { capacityInForce } from './openadr3/capacityInForce.js';
export { type EventIntervalTime, eventIntervals } from './openadr3/eventIntervals.js';
export { type Pinning, pinnedEvent } from './openadr3/pinnedEvent.js';
export type { CsvOptions, ParseOptions, ReadTariff } from './parseOptions.js';
export { parseTariff, readTariff, type TariffFormat } from './parseTariff.js';
export { mergePrices } from './prices/mergePrices.js';
export { NoPrice } from './prices/noPrice.js';
export { priceSeries } from './prices/priceSeries.js';
export { exportPricesAt, pricesAt } from './prices/pricesAt.js';
export type {
  Bill,
  BilledPeak,
  BillLine,
  MeteredInterval,
  MonthPeak,
  PriceInterval,
  PriceSeries,
  Tariff,
  TariffComponent,
} from './types.js';
