import { ExcessWatch } from './excessWatch.js';
import { type ExcessSpan, type GridPhase, LoadHistory, type LoadSample, type PerGridPhase } from './loadHistory.js';
import { realClock, type SimulatorClock, Ticker } from './time.js';
import type { VirtualStation } from './virtualStation.js';

export interface SimulatedCircuit {
  readonly id: string;
  /** Exactly one, the grid connection, has none. */
  readonly parentId?: string;
  readonly limitA: PerGridPhase;
  /** Of all that flows through it, where that is limited too: what a DC cabinet is fed with. */
  readonly powerLimitW?: number;
}

/** A time in which a circuit carried more power than it may. */
interface PowerExcessSpan {
  readonly circuitId: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly excessMaxW: number;
  readonly ongoing: boolean;
}

export interface SimulatedStationPlace {
  /** Only what it draws matters here. */
  readonly station: Pick<VirtualStation, 'currentA'>;
  readonly circuitId: string;
  /** Per outlet: phases[k] is the grid phase on terminal L(k+1). */
  readonly evses: readonly { readonly id: number; readonly phases: readonly GridPhase[] }[];
}

/** What a circuit carries beside the cars, A per grid phase; may change with time. */
export type BuildingLoad = PerGridPhase | ((nowMs: number) => PerGridPhase);

export interface SimulatedSiteOptions {
  readonly circuits: readonly SimulatedCircuit[];
  readonly stations: readonly SimulatedStationPlace[];
  readonly buildingLoadA?: Readonly<Record<string, BuildingLoad>>;
  readonly clock?: SimulatorClock;
  /** Share it with the stations; it must be given to them first, so that cars move before they are summed. */
  readonly ticker?: Ticker;
  /** How many samples are kept per circuit and phase; spans of excess are kept whatever their age. Default 7200. */
  readonly samplesMax?: number;
  /** Rounding is not an excess. Default 0.05. */
  readonly toleranceA?: number;
  /** Phase to neutral. Default 230. */
  readonly voltageV?: number;
}

/**
 * The physical truth: what really flows through each circuit on each phase, whatever anyone believes. It reads the cars, never a
 * message.
 */
export class SimulatedSite {
  readonly #clock: SimulatorClock;
  readonly #ticker: Ticker;
  readonly #circuits: Map<string, SimulatedCircuit>;
  readonly #stations: readonly SimulatedStationPlace[];
  readonly #buildingLoadA: Map<string, BuildingLoad>;
  readonly #history: LoadHistory;
  readonly #voltageV: number;
  readonly #powerExcess: ExcessWatch<string>;
  #leaveTicker: (() => void) | undefined;

  constructor(options: SimulatedSiteOptions) {
    this.#clock = options.clock ?? realClock;
    this.#ticker = options.ticker ?? new Ticker(this.#clock);
    this.#circuits = new Map(options.circuits.map((circuit) => [circuit.id, circuit]));
    this.#stations = options.stations;
    this.#buildingLoadA = new Map(Object.entries(options.buildingLoadA ?? {}));
    const toleranceA = options.toleranceA ?? 0.05;
    this.#history = new LoadHistory({ samplesMax: options.samplesMax ?? 7_200, toleranceA });
    this.#voltageV = options.voltageV ?? 230;
    this.#powerExcess = new ExcessWatch(toleranceA * this.#voltageV);
    for (const circuit of options.circuits) this.#pathFrom(circuit.id);
    for (const place of options.stations) this.#pathFrom(place.circuitId);
  }

  get circuitIds(): readonly string[] {
    return [...this.#circuits.keys()];
  }

  start(): void {
    this.#leaveTicker ??= this.#ticker.add(() => this.sample());
  }

  stop(): void {
    this.#leaveTicker?.();
    this.#leaveTicker = undefined;
  }

  /** What must hold from now on: the fuse itself, or an operator's limit while it is in force. */
  setLimit(circuitId: string, limitA: PerGridPhase): void {
    this.#circuits.set(circuitId, { ...this.#circuit(circuitId), limitA });
    this.sample();
  }

  setBuildingLoad(circuitId: string, load: BuildingLoad): void {
    this.#circuit(circuitId);
    this.#buildingLoadA.set(circuitId, load);
    this.sample();
  }

  limitA(circuitId: string): PerGridPhase {
    return this.#circuit(circuitId).limitA;
  }

  /** What flows through the circuit now, cars and building. */
  loadA(circuitId: string): PerGridPhase {
    this.#circuit(circuitId);
    return this.#loads().get(circuitId) ?? { L1: 0, L2: 0, L3: 0 };
  }

  /** The same as power, all phases together. */
  loadW(circuitId: string): number {
    return this.#watts(this.loadA(circuitId));
  }

  /** Records what flows now; also called by the beat. */
  sample(): void {
    const atMs = this.#clock.nowMs();
    const loads = this.#loads();
    for (const [circuitId, { limitA, powerLimitW }] of this.#circuits) {
      const loadA = loads.get(circuitId);
      if (loadA === undefined) continue;
      this.#history.record({ atMs, circuitId, loadA, limitA });
      if (powerLimitW === undefined) continue;
      this.#powerExcess.follow(circuitId, circuitId, { atMs, excess: this.#watts(loadA) - powerLimitW });
    }
  }

  history(circuitId: string, phase: GridPhase): readonly LoadSample[] {
    return this.#history.samples(circuitId, phase);
  }

  /** Every span in which a phase of a circuit was above its limit, longest first. */
  excessSpans(): readonly ExcessSpan[] {
    return this.#history.excessSpans();
  }

  /** The same for the power of circuits where that is limited. */
  powerExcessSpans(): readonly PowerExcessSpan[] {
    return this.#powerExcess.spans().map(({ of, startMs, durationMs, excessMax, ongoing }) => {
      return { circuitId: of, startMs, durationMs, excessMaxW: excessMax, ongoing };
    });
  }

  #watts({ L1, L2, L3 }: PerGridPhase): number {
    return (L1 + L2 + L3) * this.#voltageV;
  }

  #loads(): ReadonlyMap<string, PerGridPhase> {
    const sums = new Map([...this.#circuits.keys()].map((id) => [id, { L1: 0, L2: 0, L3: 0 }]));
    const add = (circuitId: string, phase: GridPhase, currentA: number): void => {
      for (const id of this.#pathFrom(circuitId)) {
        const sum = sums.get(id);
        if (sum !== undefined) sum[phase] += currentA;
      }
    };
    const nowMs = this.#clock.nowMs();
    for (const [circuitId, load] of this.#buildingLoadA) {
      const loadA = typeof load === 'function' ? load(nowMs) : load;
      for (const phase of ['L1', 'L2', 'L3'] as const) add(circuitId, phase, loadA[phase]);
    }
    for (const { station, circuitId, evses } of this.#stations) {
      for (const { id, phases } of evses) {
        const terminalA = station.currentA(id);
        phases.forEach((phase, k) => void add(circuitId, phase, terminalA[k] ?? 0));
      }
    }
    return sums;
  }

  /** The circuit and all above it, up to the grid connection. */
  #pathFrom(circuitId: string): readonly string[] {
    const path: string[] = [];
    for (let id: string | undefined = circuitId; id !== undefined; id = this.#circuit(id).parentId) {
      if (path.includes(id)) throw new Error(`the circuits above ${circuitId} form a cycle`);
      path.push(id);
    }
    return path;
  }

  #circuit(circuitId: string): SimulatedCircuit {
    const circuit = this.#circuits.get(circuitId);
    if (circuit === undefined) throw new Error(`the simulated site has no circuit ${circuitId}`);
    return circuit;
  }
}
