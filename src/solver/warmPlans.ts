import type { ChargingPlan } from '../../optimizer/index.js';

export interface WarmPlanBounds {
  readonly plansMax: number;
  /** Session-slots of all of them together. */
  readonly cellsMax: number;
}

/** The last plan of each key, the very object that the optimizer returned. The keys that were not used for longest are forgotten. */
export class WarmPlans {
  readonly #bounds: WarmPlanBounds;
  /** The one used last comes last. */
  readonly #plans = new Map<string, ChargingPlan>();
  #cells = 0;

  constructor(bounds: WarmPlanBounds) {
    this.#bounds = bounds;
  }

  get(key: string): ChargingPlan | undefined {
    return this.#plans.get(key);
  }

  put(key: string, plan: ChargingPlan): void {
    this.delete(key);
    this.#plans.set(key, plan);
    this.#cells += cellsOf(plan);
    for (const oldest of this.#plans.keys()) {
      if (this.#plans.size <= this.#bounds.plansMax && this.#cells <= this.#bounds.cellsMax) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const plan = this.#plans.get(key);
    if (plan === undefined) return;
    this.#plans.delete(key);
    this.#cells -= cellsOf(plan);
  }
}

/** At least 1, so that empty plans count too. */
function cellsOf(plan: ChargingPlan): number {
  return Math.max(1, plan.currentA.length * (plan.currentA[0]?.length ?? 0));
}
