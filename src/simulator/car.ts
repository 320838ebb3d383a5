import { type Supply, wattsPerAmpere } from './supply.js';

const HOUR_MS = 3_600_000;
/** Below this an AC pilot offers nothing (IEC 61851-1). */
export const PILOT_CURRENT_MIN_A = 6;
/** A step is cut into pieces of this length, so that ramps and tapers come out right whatever the beat. */
const SUBSTEP_MS = 500;
const SUBSTEPS_MAX = 240;
/** A car that is nearly full still takes a trickle until its target. */
const TAPER_FACTOR_MIN = 0.05;

export interface CarOptions {
  readonly batteryWh: number;
  /** State of charge on arrival, 0 to 1. */
  readonly soC: number;
  /** How many phases its charger uses; a supply with fewer gives fewer. */
  readonly phases: 1 | 2 | 3;
  readonly currentMaxA: number;
  /** Where it stops. Default 1. */
  readonly targetSoC?: number;
  /** Above this it takes ever less. Default 0.8. */
  readonly taperFromSoC?: number;
  /** How long it takes to follow the pilot. A lower pilot is followed at the end of it, wholly: the worst a lawful car does. Default 3. */
  readonly reactionS?: number;
  /** How fast it rises once it follows a higher pilot. Default 4. */
  readonly rampUpAPerS?: number;
  /** It draws nothing when offered less. Default 6. */
  readonly currentMinA?: number;
  /** What it takes at a DC outlet at most; phases and amperes are those of its AC charger. Default 100 kW. */
  readonly directPowerMaxW?: number;
  /** When it leaves: the station then unplugs it. */
  readonly departureMs?: number;
}

export interface CarSupply extends Pick<Supply, 'terminals' | 'voltageV'> {
  /** How many times faster the battery fills than real time. Currents and the pilot keep real time. */
  readonly energySpeed: number;
}

/** A car at a cable: it follows the pilot late, rises gradually, tapers when nearly full. Time moves only by `step`. */
export class Car {
  readonly options: Readonly<Required<Omit<CarOptions, 'departureMs'>>> & Pick<CarOptions, 'departureMs'>;
  #soC: number;
  #pilotA = 0;
  /** What the pilot said, waiting for the car to notice. */
  #noticed: { readonly dueMs: number; readonly pilotA: number }[] = [];
  #targetA = 0;
  #followA = 0;
  #lastMs: number | undefined;
  /** At a DC outlet: its watts for an ampere on each of its terminals. */
  #directWattsPerAmpere: number | undefined;

  constructor(options: CarOptions) {
    this.options = {
      targetSoC: 1,
      taperFromSoC: 0.8,
      reactionS: 3,
      rampUpAPerS: 4,
      currentMinA: PILOT_CURRENT_MIN_A,
      directPowerMaxW: 100_000,
      ...options,
    };
    this.#soC = options.soC;
  }

  get soC(): number {
    return this.#soC;
  }

  get isFull(): boolean {
    return this.#soC >= this.options.targetSoC;
  }

  /** Another outlet. */
  connect(supply: Supply): void {
    this.#directWattsPerAmpere = supply.direct === undefined ? undefined : wattsPerAmpere(supply);
  }

  /** A per phase that it draws now: of the grid. */
  get drawA(): number {
    if (this.#followA < this.#leastA()) return 0;
    return Math.min(this.#followA, this.#acceptA());
  }

  /** A per phase that it would settle at under this pilot, with its battery as it is. */
  wantsA(pilotA: number): number {
    return pilotA < this.#leastA() ? 0 : Math.min(pilotA, this.#acceptA());
  }

  /** How many of the supply's terminals it loads: the first ones. */
  terminalsUsed(terminals: number): number {
    return this.#directWattsPerAmpere === undefined ? Math.min(terminals, this.options.phases) : terminals;
  }

  /** The pilot says something new; the car notices reactionS later. */
  setPilot(nowMs: number, pilotA: number): void {
    if (pilotA === this.#pilotA) return;
    this.#pilotA = pilotA;
    this.#noticed.push({ dueMs: nowMs + this.options.reactionS * 1000, pilotA });
  }

  /** The contactor opens: nothing flows from this instant on. */
  cutPower(): void {
    this.#pilotA = 0;
    this.#noticed = [];
    this.#targetA = 0;
    this.#followA = 0;
  }

  /** Lives on to nowMs; answers the energy it took since the last step, in Wh. */
  step(nowMs: number, supply: CarSupply): number {
    const fromMs = this.#lastMs ?? nowMs;
    this.#lastMs = nowMs;
    const spanMs = nowMs - fromMs;
    if (spanMs <= 0) {
      this.#notice(nowMs);
      return 0;
    }
    const pieces = Math.min(SUBSTEPS_MAX, Math.ceil(spanMs / SUBSTEP_MS));
    const pieceMs = spanMs / pieces;
    let energyWh = 0;
    for (let k = 1; k <= pieces; k++) {
      energyWh += this.#take(pieceMs, supply);
      this.#ramp(pieceMs);
      this.#notice(fromMs + k * pieceMs);
    }
    return energyWh;
  }

  #take(spanMs: number, { terminals, voltageV, energySpeed }: CarSupply): number {
    const powerW = this.drawA * (this.#directWattsPerAmpere ?? this.terminalsUsed(terminals) * voltageV);
    const roomWh = Math.max(0, (this.options.targetSoC - this.#soC) * this.options.batteryWh);
    if (roomWh === 0) return 0;
    const energyWh = Math.min(roomWh, (powerW * spanMs * energySpeed) / HOUR_MS);
    // The last piece fills it exactly: rounding must not leave a car that is never full.
    this.#soC = energyWh === roomWh ? this.options.targetSoC : this.#soC + energyWh / this.options.batteryWh;
    return energyWh;
  }

  #notice(nowMs: number): void {
    for (let next = this.#noticed[0]; next !== undefined && next.dueMs <= nowMs + 1e-6; next = this.#noticed[0]) {
      this.#noticed.shift();
      this.#targetA = next.pilotA;
      this.#followA = Math.min(this.#followA, this.#targetA);
      const leastA = this.#leastA();
      if (this.#followA < leastA && this.#targetA >= leastA) this.#followA = leastA;
    }
  }

  #ramp(spanMs: number): void {
    if (this.#followA >= this.#targetA) return;
    this.#followA = Math.min(this.#targetA, this.#followA + (this.options.rampUpAPerS * spanMs) / 1000);
  }

  /** The pilot's least current is one of AC. */
  #leastA(): number {
    return this.#directWattsPerAmpere === undefined ? this.options.currentMinA : 0;
  }

  #acceptA(): number {
    const { targetSoC, taperFromSoC, directPowerMaxW } = this.options;
    const wattsPer = this.#directWattsPerAmpere;
    const currentMaxA = wattsPer === undefined ? this.options.currentMaxA : directPowerMaxW / wattsPer;
    if (this.#soC >= targetSoC) return 0;
    if (this.#soC <= taperFromSoC) return currentMaxA;
    return currentMaxA * Math.max(TAPER_FACTOR_MIN, (1 - this.#soC) / (1 - taperFromSoC));
  }
}
