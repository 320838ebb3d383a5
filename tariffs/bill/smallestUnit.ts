/** What amounts of a currency are rounded to: 0.01 of SEK, 1 of JPY, 0.001 of KWD. Throws RangeError for what is no currency code. */
export function smallestUnit(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return 10 ** -(format.resolvedOptions().maximumFractionDigits ?? 2);
}
