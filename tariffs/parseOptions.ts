import type { Tariff } from './types.js';

/** What a document does not say by itself. What it does say must agree, or it is refused. */
export interface ParseOptions {
  /** IANA. Of 'ocpi' required: there it stands in the Location. */
  readonly timeZone?: string;
  /** ISO 4217. */
  readonly currency?: string;
  /** What a bill of several tariffs calls this one. A name in the document goes first. */
  readonly name?: string;
  /** 25 means 25 %. Default 0: the prices are taken to be all there is to pay. */
  readonly vatPercent?: number;
  /** Of 'csv', which says nothing of itself. What is missing is refused, with what the file looks like. Absent: it has the plain header. */
  readonly csv?: Partial<CsvOptions>;
  /** Of 'entsoe': the classification position to take, where a zone has several auctions (DE-LU, AT: 1 is SDAC, 2 is EXAA's). */
  readonly auction?: number;
  /** Of 'openadr3': the time that an event which begins "now" begins at. Epoch milliseconds. */
  readonly nowMs?: number;
}

/** How a CSV file is to be read. Nothing is guessed: "1.234" is a thousand in one country and little more than one in another. */
export interface CsvOptions {
  readonly delimiter: ',' | ';' | '\t';
  readonly decimalMark: '.' | ',';
  /** 'minorPerKwh': hundredths of the currency (cents, öre, pence) per kWh. */
  readonly unit: 'perKwh' | 'perMwh' | 'minorPerKwh';
  /** How long a row holds: what divides an hour, or 1440, which is a day of the local calendar. */
  readonly resolutionMinutes: number;
  /** Whether a row's time is its interval's start or its end. */
  readonly stamped: 'start' | 'end';
  /** As the header names it. */
  readonly timestampColumn: string;
  /** Where the time of day has a column of its own: it is put behind the other with a space between. */
  readonly timeColumn?: string;
  readonly priceColumn: string;
  /**
   * 'iso': ISO 8601, local time of options.timeZone where it has no offset. 'epochSeconds', 'epochMilliseconds'. Else a format of luxon with
   * year, month and day, such as 'dd-MM-yyyy HH:mm'.
   */
  readonly timestampFormat: string;
  /** So many lines stand before the header. Default 0. */
  readonly preambleLines?: number;
  /** Only rows with this value in this column are read: of one area, register or product. */
  readonly only?: { readonly column: string; readonly value: string };
  /** Rows with this value in this column are estimates, which is said. */
  readonly estimated?: { readonly column: string; readonly value: string };
}

/** What was read, and what a person should know about it. */
export interface ReadTariff {
  readonly tariff: Tariff;
  readonly warnings: readonly string[];
}
