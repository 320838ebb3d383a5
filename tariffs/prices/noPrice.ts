/** Prices are asked for a time that has none. */
export class NoPrice extends Error {
  override readonly name = 'NoPrice';
  readonly code = 'NO_PRICE';
  /** The first interval asked for that is not wholly priced. */
  readonly startMs: number;
  readonly endMs: number;

  constructor(startMs: number, endMs: number) {
    super(
      `no price for ${new Date(startMs).toISOString()} to ${new Date(endMs).toISOString()}: load prices for that time first`,
    );
    this.startMs = startMs;
    this.endMs = endMs;
  }
}
