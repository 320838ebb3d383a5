/** As one would say it: 10 A, 9.6 A. */
export function amperes(currentA: number): string {
  return `${currentA.toFixed(1).replace(/\.0$/, '')} A`;
}
