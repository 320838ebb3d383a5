/** How a car follows what it is offered: upwards at once, downwards within its reaction time. */
export class Follower {
  drawnA = 0;
  private fallsAtMs: number | undefined;

  /** car: undefined where none is charging. */
  follow(
    car: { readonly wantsA: number } | undefined,
    offeredA: number,
    { nowMs, reactionMs, isGone }: { readonly nowMs: number; readonly reactionMs: number; readonly isGone: boolean },
  ): void {
    const targetA = car === undefined || offeredA < 6 ? 0 : Math.min(offeredA, car.wantsA);
    if (targetA >= this.drawnA || isGone) {
      this.drawnA = targetA;
      this.fallsAtMs = undefined;
    } else if (this.fallsAtMs === undefined) this.fallsAtMs = nowMs + reactionMs;
    else if (nowMs >= this.fallsAtMs) {
      this.drawnA = targetA;
      this.fallsAtMs = undefined;
    }
  }
}
