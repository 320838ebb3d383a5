// Months as YYYY-MM, the way bills and histories name them.

/** `count` months later; earlier where it is negative. */
export function monthAfter(month: string, count: number): string {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(months / 12)).padStart(4, '0')}-${String((months % 12) + 1).padStart(2, '0')}`;
}

/** `count` months, ascending, `month` the last. */
export function monthsUpTo(month: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => monthAfter(month, index + 1 - count));
}

/** 1..12. */
export function monthOfYear(month: string): number {
  return Number(month.slice(5, 7));
}
