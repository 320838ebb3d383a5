/** What sums of floating-point numbers are off by at most, in units that are rounded to. */
const NOISE = 1e-6;
const NOISE_RELATIVE = 1e-11;
const NOISE_MAX = 0.01;
/** A double holds 15 digits; the last few of a product are noise. */
const DIGITS = 13;

/** To a multiple of step (> 0), halves towards plus infinity. 317.77499999999998, which is meant as 317.775, is rounded as that. */
export function roundHalfUp(value: number, step: number): number {
  const units = value / step;
  const noise = Math.min(NOISE_MAX, NOISE + NOISE_RELATIVE * Math.abs(units));
  const rounded = Math.floor(units + 0.5 + noise) * step;
  return rounded === 0 ? 0 : Number(rounded.toPrecision(DIGITS));
}
