import type { BenchStation, GridPhase } from './benchStation.js';
import { meterValues } from './messages.js';
import { startService } from './service.js';
import {
  type BenchSite,
  benchSite,
  CURRENT_MAX_A,
  inBatches,
  openSite,
  PHASES,
  readingDocument,
  SITE_ID,
} from './site.js';
import { seededRandom } from './statistics.js';

/** What followed from one meter value. */
export interface Reaction {
  /** From sending the meter value until the first charging profile arrived at a station's socket. */
  readonly firstMs: number;
  /** Until the last one of the same burst did. */
  readonly lastMs: number;
  readonly profiles: number;
}

interface StateDocument {
  readonly circuits: readonly { readonly id: string; readonly baseLoadA: Readonly<Record<GridPhase, number>> }[];
}

type Service = Awaited<ReturnType<typeof startService>>;

/** Each jump takes this much from every car: what one decimal on the wire shows surely, however shares were rounded before. */
const JUMP_PER_CAR_A = 0.2;
/** A pause this long ends a burst of profiles. */
const BURST_GAP_MS = 50;
/** Nothing more came for so long: the service has said what it had to say. */
const QUIET_MS = 200;
const GIVE_UP_MS = 60_000;
const STATE_SHOWN = 3_000;
const LOOK_EVERY_MS = 5;
const METER_INTERVAL_MS = 10_000;
/** What rounding to one decimal may leave unused by each car. */
const ROUNDING_A = 0.1;
/** Of each EVSE, by the service. */
const SAMPLES_REMEMBERED = 8;
/** Samples within its limit after which a station that did not obey is believed again. */
const OBEDIENT_SAMPLES = 3;

/** A running service, its stations, and what is done to them. */
export class ReplanScene {
  readonly #service: Service;
  readonly #site: BenchSite;
  readonly #random: () => number;
  #baseA: number;
  #arrivalsMs: number[] = [];
  #energyWh = 0;
  #nextOverdrawn = 0;
  /** What it says is not mixed with ordinary samples. */
  #overdrawn: BenchStation | undefined;
  #trickle: NodeJS.Timeout | undefined;

  /** Every car charges under a confirmed profile, and together with the building they fill the grid connection. */
  static async open(stations: number, seed: number): Promise<ReplanScene> {
    const service = await startService();
    const site = benchSite(stations, 'mixed');
    const scene = new ReplanScene(service, site, seededRandom(seed));
    await openSite(service, site);
    scene.#meterInTurn();
    await scene.#until('every car has its share', async () => {
      await scene.#settle();
      return scene.#isSteady();
    });
    // Until nothing that was metered on the way here is remembered: it would be counted as what a car may have come down to.
    for (let sample = 0; sample < SAMPLES_REMEMBERED; sample++) await scene.#settle();
    return scene;
  }

  private constructor(service: Service, site: BenchSite, random: () => number) {
    this.#service = service;
    this.#site = site;
    this.#random = random;
    this.#baseA = site.leastBaseA;
    for (const station of site.stations) station.onProfile = (arrivedMs) => this.#arrivalsMs.push(arrivedMs);
  }

  /** In the file system that the service writes to. */
  get directory(): string {
    return this.#service.directory;
  }

  /** The grid connection's meter says that the building takes more. */
  async buildingJump(): Promise<Reaction> {
    await this.#settle();
    await this.#pauseAtRandom();
    this.#baseA += Math.ceil(JUMP_PER_CAR_A * this.#site.carsPerPhase);
    return this.#reactionTo(() => this.#postReading());
  }

  /** A station's own meter says, for the second time, that its car takes all that the cable carries. Each time another's. */
  async overdraw(): Promise<Reaction> {
    const station = this.#site.stations[this.#nextOverdrawn++ % this.#site.stations.length];
    if (station === undefined) throw new Error('the site has no station');
    await this.#settle();
    await this.#pauseAtRandom();
    this.#overdrawn = station;
    await this.#meter(station, CURRENT_MAX_A);
    const reaction = await this.#reactionTo(() => this.#meter(station, CURRENT_MAX_A));
    this.#overdrawn = undefined;
    for (let sample = 0; sample < OBEDIENT_SAMPLES; sample++) await this.#meter(station);
    return reaction;
  }

  async close(): Promise<void> {
    clearInterval(this.#trickle);
    await inBatches(this.#site.stations, (station) => station.socket.close());
    await this.#service.stop();
  }

  async #reactionTo(send: () => Promise<unknown>): Promise<Reaction> {
    this.#arrivalsMs = [];
    const sentMs = performance.now();
    await send();
    await this.#until('a charging profile follows', () => this.#arrivalsMs.length > 0);
    await this.#until('the burst is over', () => performance.now() - this.#lastArrivalMs() > BURST_GAP_MS);
    const arrivals = this.#arrivalsMs.map((ms) => ms - sentMs);
    const end = arrivals.findIndex(
      (ms, index) => (arrivals[index + 1] ?? Number.POSITIVE_INFINITY) - ms > BURST_GAP_MS,
    );
    return { firstMs: arrivals[0] ?? Number.NaN, lastMs: arrivals[end] ?? Number.NaN, profiles: end + 1 };
  }

  /** The grid connection is full, and the service knows the building's part of it: while cars are raised it counts more. */
  async #isSteady(): Promise<boolean> {
    const { circuits } = JSON.parse(await this.#service.send('GET', `/v1/sites/${SITE_ID}/state`)) as StateDocument;
    const baseLoadA = circuits.find(({ id }) => id === 'grid')?.baseLoadA;
    const fullA = this.#site.limitA - ROUNDING_A * this.#site.carsPerPhase;
    return PHASES.every((phase) => this.#flowsA(phase) >= fullA && (baseLoadA?.[phase] ?? 0) - this.#baseA < 1);
  }

  /** Every car draws what it may, every meter says so, and nothing is left to be told. */
  async #settle(): Promise<void> {
    await this.#quiet();
    await inBatches(this.#site.stations, (station) => this.#meter(station));
    await this.#postReading();
    await this.#quiet();
  }

  async #quiet(): Promise<void> {
    const sinceMs = performance.now();
    await this.#until(
      'the service has no more to say',
      () => performance.now() - Math.max(sinceMs, this.#lastArrivalMs()) > QUIET_MS,
    );
  }

  /** So that nothing falls in step with the service's own timers. */
  #pauseAtRandom(): Promise<void> {
    return delay(100 * this.#random());
  }

  async #until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
    const endMs = performance.now() + GIVE_UP_MS;
    while (!(await isTrue())) {
      if (performance.now() > endMs) {
        const state = await this.#service.send('GET', `/v1/sites/${SITE_ID}/state`);
        throw new Error(`it did not come about in ${GIVE_UP_MS} ms that ${what}: ${state.slice(0, STATE_SHOWN)} …`);
      }
      await delay(LOOK_EVERY_MS);
    }
  }

  #lastArrivalMs(): number {
    return this.#arrivalsMs.at(-1) ?? Number.NEGATIVE_INFINITY;
  }

  #postReading(): Promise<unknown> {
    const reading = readingDocument((phase) => this.#flowsA(phase));
    return this.#service.send('POST', `/v1/sites/${SITE_ID}/meter-values`, reading);
  }

  #flowsA(phase: GridPhase): number {
    const nowMs = Date.now();
    const cars = this.#site.stations.filter(({ phases }) => phases.includes(phase));
    return cars.reduce((sum, station) => sum + station.limitA(nowMs), this.#baseA);
  }

  async #meter(station: BenchStation, drawnA = station.limitA(Date.now())): Promise<void> {
    this.#energyWh += 1;
    const reading = {
      transactionId: station.transactionId,
      atMs: Date.now(),
      terminalA: station.phases.map(() => drawnA),
      energyWh: this.#energyWh,
      offeredA: station.limitA(Date.now()),
    };
    await station.call('MeterValues', meterValues(reading));
  }

  /** All through the run, one station after the other, so that each is heard once per interval, whatever else happens. */
  #meterInTurn(): void {
    let next = 0;
    const { stations } = this.#site;
    this.#trickle = setInterval(() => {
      const station = stations[next++ % stations.length];
      if (station !== undefined && station !== this.#overdrawn) void this.#meter(station);
    }, METER_INTERVAL_MS / stations.length);
  }
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
