import type { BenchStation, GridPhase } from './benchStation.js';
import { meterValues } from './messages.js';
import { type RunningService, startService } from './service.js';
import { type BenchSite, benchSite, inBatches, openSite, PHASES, readingDocument, SITE_ID } from './site.js';
import { seededRandom } from './statistics.js';

/** What followed from one meter value, in ms since it was sent. */
export interface Reaction {
  readonly firstMs: number;
  /** When the last of the profiles arrived that belong to it. */
  readonly lastMs: number;
  /** How many did. */
  readonly profiles: number;
  readonly answeredMs: number;
  readonly arrivals?: unknown;
}

/** Each jump takes this much from every car: what one decimal on the wire shows surely, however shares were rounded before. */
const JUMP_PER_CAR_A = 0.2;
/** Nothing more came for so long: it is over. */
const QUIET_MS = 300;
const QUIET_WITHIN_MS = 30_000;
/** As often as stations are asked to send meter values. */
const METER_INTERVAL_MS = 10_000;

export class ReplanScene {
  readonly #service: RunningService;
  readonly #site: BenchSite;
  readonly #random: () => number;
  #baseA: number;
  #arrivals: number[] = [];
  #lastArrivalMs = performance.now();
  #energyWh = 0;
  #trickle: NodeJS.Timeout | undefined;

  static async open(stations: number, seed: number): Promise<ReplanScene> {
    const service = await startService();
    const site = benchSite(stations, 'mixed');
    const scene = new ReplanScene(service, site, seededRandom(seed));
    await openSite(service, site);
    await scene.#settle();
    scene.#meterInTurn();
    return scene;
  }

  private constructor(service: RunningService, site: BenchSite, random: () => number) {
    this.#service = service;
    this.#site = site;
    this.#random = random;
    this.#baseA = site.leastBaseA;
    for (const station of site.stations) {
      station.onProfile = (arrivedMs) => {
        this.#arrivals.push(arrivedMs);
        this.#lastArrivalMs = arrivedMs;
      };
    }
  }

  async buildingJump(): Promise<Reaction> {
    await this.#settle();
    await delay(100 * this.#random());
    this.#baseA += Math.ceil(JUMP_PER_CAR_A * this.#site.carsPerPhase);
    this.#arrivals = [];
    const sentMs = performance.now();
    const answered = this.#postReading().then(() => performance.now() - sentMs);
    await this.#quiet();
    return this.#reaction(sentMs, await answered);
  }

  async close(): Promise<void> {
    clearInterval(this.#trickle);
    await inBatches(this.#site.stations, (station) => station.socket.close());
    await this.#service.stop();
  }

  #reaction(sentMs: number, answeredMs: number): Reaction {
    const arrivals = this.#arrivals.map((ms) => ms - sentMs);
    return {
      firstMs: Math.min(...arrivals),
      lastMs: Math.max(...arrivals),
      profiles: arrivals.length,
      answeredMs,
      arrivals: [0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1].map((q) => Math.round(arrivals[Math.ceil(q * arrivals.length) - 1] ?? 0)),
    };
  }

  /** Every car draws what it may, every meter says so, and nothing is left to be told. */
  async #settle(): Promise<void> {
    await this.#quiet();
    await inBatches(this.#site.stations, (station) => this.#meter(station));
    await this.#postReading();
    await this.#quiet();
  }

  async #quiet(): Promise<void> {
    const endMs = performance.now() + QUIET_WITHIN_MS;
    this.#lastArrivalMs = performance.now();
    while (performance.now() - this.#lastArrivalMs < QUIET_MS) {
      if (performance.now() > endMs) throw new Error('the service does not stop sending charging profiles');
      await delay(10);
    }
  }

  #postReading(): Promise<unknown> {
    return this.#service.send('POST', `/v1/sites/${SITE_ID}/meter-values`, readingDocument((phase) => this.#flowsA(phase)));
  }

  #flowsA(phase: GridPhase): number {
    const nowMs = Date.now();
    const cars = this.#site.stations.filter(({ phases }) => phases.includes(phase));
    return cars.reduce((sum, station) => sum + station.limitA(nowMs), this.#baseA);
  }

  async #meter(station: BenchStation): Promise<void> {
    const limitA = station.limitA(Date.now());
    this.#energyWh += 1;
    const terminalA = station.phases.map(() => limitA);
    const reading = { transactionId: station.transactionId, atMs: Date.now(), terminalA, energyWh: this.#energyWh };
    await station.call('MeterValues', meterValues({ ...reading, offeredA: limitA }));
  }

  /** All through the run, one station after the other, so that each is heard once per interval. */
  #meterInTurn(): void {
    let next = 0;
    const { stations } = this.#site;
    this.#trickle = setInterval(() => {
      const station = stations[next++ % stations.length];
      if (station !== undefined) void this.#meter(station);
    }, METER_INTERVAL_MS / stations.length);
  }
}

void PHASES;

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
