import { isDate, isMonth, isYearlyDate, parseInstant, YEAR_MAX, YEAR_MIN } from './instants.js';
import { kindOf, type Place, refuse } from './place.js';
import { plain, type Shape } from './shapes.js';

interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** The least is not allowed itself. */
  readonly above?: boolean;
  readonly whole?: boolean;
  /** What to do where it is out of range. */
  readonly fix?: string;
}

export function number(range: NumberRange): Shape<number> {
  return plain((place) => numberAt(place, range));
}

function numberAt(place: Place, { min, max, above = false, whole = false, fix }: NumberRange): number | undefined {
  const { value } = place;
  if (typeof value !== 'number') {
    return refuse(place, { reason: `A number must stand here, not ${kindOf(value)}.`, fix: howToWrite(value) });
  }
  if (
    Number.isFinite(value) &&
    value >= min &&
    value <= max &&
    (value > min || !above) &&
    (!whole || Number.isInteger(value))
  ) {
    // There is no price of -0.
    return value + 0;
  }
  const bounds = above ? `above ${min} and at most ${max}` : `from ${min} to ${max}`;
  return refuse(place, {
    reason: `It must be ${whole ? 'a whole number' : 'a number'} ${bounds}.`,
    fix: fix ?? 'Correct it, or check its unit.',
  });
}

function howToWrite(value: unknown): string {
  if (value === null) return 'Write a number, or leave the member out.';
  return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))
    ? 'Write it without quotation marks.'
    : 'Write a number, with a point before its decimals.';
}

/** Text that people read: on one line, not empty. */
export function words(max: number): Shape<string> {
  return plain((place) => {
    const value = textAt(place);
    if (value === undefined) return undefined;
    if (value.trim() === '') return refuse(place, { reason: 'It is empty.', fix: 'Write something, or leave it out.' });
    if (value.length > max) {
      return refuse(place, { reason: `It has ${value.length} characters, more than ${max}.`, fix: 'Shorten it.' });
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    if (/[\u0000-\u001f\u007f\u2028\u2029]/.test(value)) {
      return refuse(place, { reason: 'It has control characters.', fix: 'Write it on one line.' });
    }
    return value;
  });
}

export function textAt(place: Place): string | undefined {
  const { value } = place;
  if (typeof value === 'string') return value;
  return refuse(place, {
    reason: `A text must stand here, not ${kindOf(value)}.`,
    fix: 'Write it in quotation marks.',
  });
}

/** A text of a certain form. `form` completes "This is no …". */
export function textOf(is: (text: string) => boolean, { form, fix }: { form: string; fix: string }): Shape<string> {
  return plain((place) => {
    const text = textAt(place);
    return text === undefined || is(text) ? text : refuse(place, { reason: `This is no ${form}.`, fix });
  });
}

const YEARS = `${YEAR_MIN} to ${YEAR_MAX}`;

export const localDate = textOf(isDate, {
  form: `day of ${YEARS}`,
  fix: 'Write it as YYYY-MM-DD, such as 2026-12-31.',
});
export const localMonth = textOf(isMonth, { form: `month of ${YEARS}`, fix: 'Write it as YYYY-MM, such as 2026-12.' });
export const yearlyDate = textOf(isYearlyDate, { form: 'day of a year', fix: 'Write it as MM-DD, such as 12-24.' });

export function isClock(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text);
}

export const clock = textOf(isClock, { form: 'time of day', fix: 'Write it as HH:MM from 00:00 to 23:59.' });
export const clockEnd = textOf((text) => isClock(text) || text === '24:00', {
  form: 'time of day',
  fix: 'Write it as HH:MM from 00:00 to 24:00.',
});

/** `withoutOffset`: what an instant without one is taken for. */
export function instantAt(place: Place, withoutOffset: 'refused' | 'UTC' = 'refused'): number | undefined {
  const text = textAt(place);
  if (text === undefined) return undefined;
  const ms = parseInstant(text, withoutOffset);
  if (ms !== undefined) return ms;
  return refuse(
    place,
    parseInstant(text, 'UTC') === undefined
      ? { reason: `This is no instant of ${YEARS}.`, fix: 'Write it as 2026-12-31T23:00:00+01:00.' }
      : { reason: 'This instant has no offset from UTC.', fix: 'Add one, such as +01:00 or Z.' },
  );
}

/** ISO 4217, as far as this engine knows it. */
export const currency = textOf((text) => Intl.supportedValuesOf('currency').includes(text), {
  form: 'currency',
  fix: 'Write three capital letters of ISO 4217, such as EUR.',
});

/** Of a name that people give. */
export const NAME_MAX = 200;

export const vatPercent = number({ min: 0, max: 100, fix: 'It is in per cent: 25 means 25 %.' });

/** IANA. */
export const timeZone = textOf(isTimeZone, { form: 'time zone', fix: 'Write one of IANA, such as Europe/Stockholm.' });

function isTimeZone(text: string): boolean {
  // Engines take "+01:00" too, which knows no summer time.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,59}$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}
