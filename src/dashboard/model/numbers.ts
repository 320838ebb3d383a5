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
  // Made when first needed, since making one takes long.
  const format = (min: number, max: number) => {
    let made: Intl.NumberFormat | undefined;
    return (value: number) => {
      if (!Number.isFinite(value)) return MISSING;
      made ??= new Intl.NumberFormat(locale, { minimumFractionDigits: min, maximumFractionDigits: max });
      // -0 is 0.
      return made.format(Math.round(value * 1_000) / 1_000 + 0);
    };
  };
  const [whole, tenths, upToTenths, hundredths] = [format(0, 0), format(1, 1), format(0, 1), format(2, 2)];
  const priceNumber = (pricePerKwh: number, currency: string) => {
    const { factor } = priceUnit(currency);
    const value = pricePerKwh * factor;
    const write = factor === 1 ? hundredths : ['EUR', 'GBP', 'USD'].includes(currency) ? tenths : whole;
    return write(value);
  };
  return {
    amperes: (currentA) => whole(Math.abs(currentA) < 0.5 ? 0 : currentA),
    kilo: (value) => tenths(value),
    kilowatts: (powerKw) => `${tenths(powerKw)}${NO_BREAK_SPACE}kW`,
    short: (value) => upToTenths(value),
    count: (value) => whole(value),
    priceNumber,
    price: (pricePerKwh, currency) =>
      `${priceNumber(pricePerKwh, currency)}${NO_BREAK_SPACE}${priceUnit(currency).name}/kWh`,
    money: (amount, currency) =>
      `${hundredths(amount)}${NO_BREAK_SPACE}${currency === 'SEK' || currency === 'NOK' || currency === 'DKK' ? 'kr' : currency}`,
  };
}
