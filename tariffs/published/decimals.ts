// Prices are read as decimals: 30.10 per MWh is 0.0301 per kWh to the last bit, where a division may miss by one.

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const DECIMAL_WITH_EXPONENT = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
/** The longest that printDecimal writes has some 330. */
const LENGTH_MAX = 400;

/** The decimal times 10^places; undefined where the text is none, or too great for a number. An exponent is only taken if told so. */
export function parseDecimal(text: string, places = 0, exponent: 'exponent' | 'plain' = 'plain'): number | undefined {
  const form = exponent === 'exponent' ? DECIMAL_WITH_EXPONENT : DECIMAL;
  if (text.length > LENGTH_MAX || !form.test(text)) return undefined;
  const value = shifted(text, places);
  return Number.isFinite(value) ? value : undefined;
}

/** The number times 10^places, as the decimal that it is written as: 16.1 kW are 16100 W, not 16100.000000000002. */
export function shiftDecimal(value: number, places: number): number {
  return shifted(String(value), places);
}

/** The number times 10^places as a decimal without an exponent; parseDecimal with -places gives the number back. */
export function printDecimal(value: number, places = 0): string {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(value)).split('e');
  const [whole = '0', fraction = ''] = mantissa.split('.');
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(exponent) + places;
  const padded = point < 1 ? `${'0'.repeat(1 - point)}${digits}` : digits.padEnd(point, '0');
  const split = Math.max(point, 1);
  const integer = padded.slice(0, split).replace(/^0+(?=\d)/, '');
  const decimals = padded.slice(split).replace(/0+$/, '');
  return `${value < 0 ? '-' : ''}${integer}${decimals === '' ? '' : `.${decimals}`}`;
}

function shifted(text: string, places: number): number {
  const [mantissa, exponent = '0'] = text.toLowerCase().split('e');
  // Adding 0 turns -0 into 0: "-0.00" is no price of its own.
  return Number(`${mantissa}e${Number(exponent) + places}`) + 0;
}
