// Answers are read leniently: members that are missing or unknown never break a display, so that it works with a newer service too.

export type Members = Readonly<Record<string, unknown>>;

export function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
export const records = (value: unknown): readonly Members[] => list(value).map(members);
export const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);
export const numbers = (value: unknown): readonly number[] => list(value).map(number);

/** For display: what stations and drivers call themselves must not steer the terminal. */
export function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}/gu, '\ufffd') : otherwise;
}

/** An instant as epoch milliseconds; undefined where there is none. */
export function instant(value: unknown): number | undefined {
  const atMs = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(atMs) ? undefined : atMs;
}
