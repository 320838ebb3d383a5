import type { Language } from '../words/words.js';
import { localeOf } from './siteTime.js';

const NO_BREAK_SPACE = '\u00a0';
const MISSING = '–';

export interface Numbers {
  /** Whole amperes, rounded. */
  amperes(currentA: number): string;
  /** One decimal, without its unit. */
  kilo(value: number): string;
  /** 11.0 kW. */
  kilowatts(powerKw: number): string;
  /** As many decimals as are there, at most one. */
  short(value: number): string;
  count(value: number): string;
  /** 96 öre/kWh and the like: the small unit where the currency has one that people use for energy. */
  price(pricePerKwh: number, currency: string): string;
  /** Of the same, the number alone. */
  priceNumber(pricePerKwh: number, currency: string): string;
  money(amount: number, currency: string): string;
}

/** What people call a hundredth of their money when they speak of energy. */
const SMALL_UNITS: Readonly<Record<string, string>> = {
  SEK: 'öre',
  NOK: 'øre',
  DKK: 'øre',
  EUR: 'ct',
  GBP: 'p',
  USD: '¢',
};

export function priceUnit(currency: string): { readonly name: string; readonly factor: number } {
  const small = SMALL_UNITS[currency];
  return small === undefined ? { name: currency, factor: 1 } : { name: small, factor: 100 };
}

export function numbers(language: Language): Numbers {
  const locale = localeOf(language);
  const format = (min: number, max: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: min, maximumFractionDigits: max });
  const [whole, tenths, upToTenths, hundredths] = [format(0, 0), format(1, 1), format(0, 1), format(2, 2)];
  // -0 is 0.
  const write = (with_: Intl.NumberFormat, value: number) =>
    Number.isFinite(value) ? with_.format(Math.round(value * 1_000) / 1_000 + 0) : MISSING;
  const priceNumber = (pricePerKwh: number, currency: string) => {
    const { factor } = priceUnit(currency);
    const value = pricePerKwh * factor;
    return write(factor === 1 ? hundredths : ['EUR', 'GBP', 'USD'].includes(currency) ? tenths : whole, value);
  };
  return {
    amperes: (currentA) => write(whole, Math.abs(currentA) < 0.5 ? 0 : currentA),
    kilo: (value) => write(tenths, value),
    kilowatts: (powerKw) => `${write(tenths, powerKw)}${NO_BREAK_SPACE}kW`,
    short: (value) => write(upToTenths, value),
    count: (value) => write(whole, value),
    priceNumber,
    price: (pricePerKwh, currency) =>
      `${priceNumber(pricePerKwh, currency)}${NO_BREAK_SPACE}${priceUnit(currency).name}/kWh`,
    money: (amount, currency) =>
      `${write(hundredths, amount)}${NO_BREAK_SPACE}${currency === 'SEK' || currency === 'NOK' || currency === 'DKK' ? 'kr' : currency}`,
  };
}
