import { randomBytes } from 'node:crypto';
import {
  Car,
  CircuitMeters,
  type ExcessSpan,
  type GridPhase,
  type PerGridPhase,
  realClock,
  SimulatedSite,
  seededRandom,
  Ticker,
  VirtualStation,
} from '../../../src/simulator/index.js';
import type { ScenarioDeath, ScenarioDeployment } from './scenarioDeployment.js';
import {
  all,
  BUILDING,
  CIRCUITS,
  carFor,
  METER_INTERVAL_S,
  METERED,
  outletOf,
  PANEL,
  REACTION_S,
  type ScenarioStation,
  SITE_ID,
  STATIONS,
  siteDocument,
} from './scenarioSite.js';
import { ADMIN_KEY } from './serviceProcess.js';
import { Timeline } from './timeline.js';
import { until } from './until.js';

export const TICK_MS = 250;
const CIRCUIT_METER_INTERVAL_MS = 2_000;
/** Batteries and registers run faster, so that a minute moves real energy; currents and pilots keep real time. */
export const ENERGY_SPEED = 10;
const SEED = 20_260_114;
export const PHASES: readonly GridPhase[] = ['L1', 'L2', 'L3'];
/** How long until a lowering that leaves now shows: the message, the slowest car, and the beat that sees it. */
export const ROUND_TRIP_MS = 1_000;
export const EXCESS_AT_MOST_MS = ROUND_TRIP_MS + REACTION_S * 1_000 + TICK_MS;

/** A span in which this very process was not run, so that neither cars nor stations could do anything. */
interface Stall {
  readonly endMs: number;
  readonly lateMs: number;
}

/** From a death until the site was served again, and every station online. */
interface Outage {
  readonly what: string;
  readonly fromMs: number;
  readonly servedMs: number;
  readonly toMs: number;
}

/** The service in its processes; the stations, the cars, the meters and the physical truth in this one. */
export class ScenarioRig {
  readonly stations: ReadonlyMap<string, VirtualStation>;
  readonly site: SimulatedSite;
  readonly timeline: Timeline;
  readonly deployment: ScenarioDeployment;
  readonly outages: Outage[] = [];
  readonly #meters: CircuitMeters;
  readonly #stalls: Stall[] = [];
  #stopStalls: () => void;

  /** The deployment is the rig's from now on: it ends with it, also when this fails. */
  static async start(deployment: ScenarioDeployment): Promise<ScenarioRig> {
    const { api } = deployment;
    try {
      await api.put(`/v1/sites/${SITE_ID}`, siteDocument(deployment.held?.isHeld));
      const passwords = new Map(STATIONS.map(({ id }) => [id, randomBytes(12).toString('base64url')]));
      await Promise.all(
        [...passwords].map(([id, password]) => api.put(`/v1/stations/${id}/credentials`, { password })),
      );
      return new ScenarioRig(deployment, passwords);
    } catch (error) {
      await deployment.end();
      throw error;
    }
  }

  private constructor(deployment: ScenarioDeployment, passwords: ReadonlyMap<string, string>) {
    this.deployment = deployment;
    this.timeline = new Timeline(Date.now());
    const ticker = new Ticker(realClock, TICK_MS);
    this.#stopStalls = this.#watchStalls(ticker);
    const random = seededRandom(SEED);
    this.stations = new Map(
      STATIONS.map((place, k): [string, VirtualStation] => [
        place.id,
        new VirtualStation({
          stationId: place.id,
          url: deployment.held?.isHeld(place.id) === true ? deployment.held.stationsUrl : deployment.stationsUrl,
          password: passwords.get(place.id) ?? '',
          ocppVersion: place.ocppVersion,
          txStartPoint: place.txStartPoint,
          evses: [outletOf(place)],
          meterIntervalS: METER_INTERVAL_S,
          energySpeed: ENERGY_SPEED,
          // A fourth boot anew, of every version, whenever they connect, as some stations do.
          bootOnReconnect: k % 4 === 0,
          backOffMinMs: 200,
          backOffMaxMs: 1_000,
          random,
          ticker,
          onEvent: (event) => this.timeline.heard(place.id, event),
        }),
      ]),
    );
    this.site = new SimulatedSite({
      circuits: CIRCUITS,
      stations: STATIONS.map(({ id, circuitId, phases }) => ({
        station: this.station(id),
        circuitId,
        evses: [{ id: 1, phases }],
      })),
      buildingLoadA: { grid: all(BUILDING.calmA), 'row-b': all(PANEL.calmA) },
      ticker,
    });
    this.#meters = new CircuitMeters(this.site, {
      baseUrl: deployment.apiUrl,
      siteId: SITE_ID,
      apiKey: ADMIN_KEY,
      circuitIds: METERED,
      intervalMs: CIRCUIT_METER_INTERVAL_MS,
      onError: (detail) => this.timeline.add('meters', detail),
    });
  }

  station(id: string): VirtualStation {
    const station = this.stations.get(id);
    if (station === undefined) throw new Error(`the scenario has no station ${id}`);
    return station;
  }

  async connect(): Promise<void> {
    for (const station of this.stations.values()) station.start();
    this.site.start();
    this.#meters.start();
    await this.untilOnline();
  }

  async untilOnline(): Promise<void> {
    const offline = () => [...this.stations.values()].filter((station) => !station.isOnline);
    await until(() => offline().length === 0, 'every station is online', {
      atMostMs: 20_000,
      otherwise: () =>
        `${offline()
          .map(({ stationId }) => stationId)
          .join(', ')} are not`,
    });
  }

  plugIn(stationId: string, idToken = `TAG-${stationId}`): void {
    this.station(stationId).plugIn(1, new Car(carFor(placeOf(stationId))), { idToken });
  }

  /** The load changes, and its meter says so at once, as one that reports on change does. */
  async load(circuitId: string, currentA: number): Promise<void> {
    this.timeline.add('site', `beside cars, ${circuitId} now carries ${currentA} A on each phase`);
    this.site.setBuildingLoad(circuitId, all(currentA));
    // A reading that was under way may have been taken before.
    await this.#meters.postNow();
    await this.#meters.postNow();
  }

  /** A temporary limit, told to the service now and true in the world when it holds. Answers its end, epoch ms. */
  async limit(
    circuitId: string,
    currentA: number,
    when: { readonly inMs: number; readonly forMs: number },
  ): Promise<number> {
    const fromMs = Date.now() + when.inMs;
    const toMs = fromMs + when.forMs;
    const rating = CIRCUITS.find(({ id }) => id === circuitId)?.limitA ?? all(0);
    this.timeline.add('site', `${circuitId} is to have ${currentA} A in ${when.inMs} ms for ${when.forMs} ms`);
    const hold = (limitA: PerGridPhase): void => {
      this.timeline.add('site', `${circuitId} has ${limitA.L1} A`);
      this.site.setLimit(circuitId, limitA);
    };
    realClock.after(Math.max(0, fromMs - Date.now()), () => hold(all(currentA)));
    realClock.after(Math.max(0, toMs - Date.now()), () => hold(rating));
    await this.deployment.api.put(`/v1/sites/${SITE_ID}/limits/${circuitId}-${fromMs}`, {
      circuitId,
      limitA: all(currentA),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      source: 'grid-operator',
    });
    return toMs;
  }

  /** It is killed; `meanwhile` happens; it is served again. */
  async dies(death: ScenarioDeath, meanwhile: () => Promise<void>): Promise<void> {
    const { what } = death;
    const fromMs = Date.now();
    this.timeline.add('service', `${what} is killed with SIGKILL`);
    await death.kill();
    const hasHappened = meanwhile();
    if (death.servedAgainWithinMs === 'once started') await hasHappened;
    await death.untilServed();
    const servedMs = Date.now();
    this.timeline.add('service', 'serves again');
    await hasHappened;
    await this.untilOnline();
    this.outages.push({ what, fromMs, servedMs, toMs: Date.now() });
  }

  /** How long nobody may have been there to bring cars down, for a span in the time of a death. */
  unservedMs({ startMs, endMs }: ExcessSpan): number {
    const overlaps = this.outages.filter(({ fromMs, toMs }) => endMs >= fromMs && startMs <= toMs);
    return overlaps.length * this.deployment.unservedAtMostMs;
  }

  /** How long this process itself was held up between two instants: nothing in it could react then. */
  stalledMs(fromMs: number, toMs: number): number {
    return this.#stalls
      .filter(({ endMs, lateMs }) => endMs >= fromMs && endMs - lateMs <= toMs)
      .reduce((sum, { lateMs }) => sum + lateMs, 0);
  }

  /** The span, what flowed, and all that was said around it. */
  explain(span: ExcessSpan): string {
    const { circuitId, phase, startMs, endMs } = span;
    const loads = this.site
      .history(circuitId, phase)
      .filter(({ atMs }) => atMs >= startMs - 2_000 && atMs <= endMs + 2_000)
      .map(({ atMs, loadA, limitA }) => `${this.timeline.seconds(atMs)}: ${loadA.toFixed(1)} of ${limitA} A`);
    return [
      `${circuitId} ${phase} was above its limit for ${span.durationMs} ms, by up to ${span.excessMaxA.toFixed(1)} A`,
      ...loads,
      this.timeline.lines(startMs - 8_000, endMs + 3_000),
    ].join('\n');
  }

  async stop(): Promise<void> {
    this.#stopStalls();
    this.site.stop();
    await this.#meters.stop();
    await Promise.all([...this.stations.values()].map((station) => station.stop()));
    await this.deployment.end();
  }

  #watchStalls(ticker: Ticker): () => void {
    let lastMs = Date.now();
    return ticker.add(() => {
      const nowMs = Date.now();
      const lateMs = nowMs - lastMs - TICK_MS;
      if (lateMs > TICK_MS / 2) {
        this.#stalls.push({ endMs: nowMs, lateMs });
        this.timeline.add('test', `was held up for ${lateMs} ms`);
      }
      lastMs = nowMs;
    });
  }
}

export function placeOf(stationId: string): ScenarioStation {
  const place = STATIONS.find(({ id }) => id === stationId);
  if (place === undefined) throw new Error(`the scenario has no station ${stationId}`);
  return place;
}
