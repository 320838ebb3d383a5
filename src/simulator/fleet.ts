import { Car, type CarOptions } from './car.js';
import { CircuitMeters } from './circuitMeters.js';
import { FLEET_COMMANDS_HELP, type FleetCommand, parseFault, parseFleetCommand } from './fleetCommands.js';
import {
  type FleetDescription,
  type FleetEvse,
  FleetFileError,
  type FleetSite,
  type FleetStation,
  type FleetVisit,
} from './fleetDescription.js';
import { type BuildingLoad, SimulatedSite } from './simulatedSite.js';
import type { StationEvent } from './stationEvents.js';
import type { EvseOptions } from './stationOptions.js';
import { realClock, type SimulatorClock, type SimulatorRandom, seededRandom, Ticker } from './time.js';
import { VirtualStation } from './virtualStation.js';

/** Stations connect over this long, not all in one instant. */
const START_SPREAD_MS_PER_STATION = 20;
const STOPS_AT_ONCE = 50;

export interface FleetOptions {
  readonly description: FleetDescription;
  /** Overrides the file's. */
  readonly url?: string;
  /** For stations that have none of their own. */
  readonly password?: string;
  readonly apiKey?: string;
  readonly clock?: SimulatorClock;
  readonly tickMs?: number;
  readonly onEvent?: (stationId: string, event: StationEvent) => void;
  readonly onError?: (detail: string) => void;
}

/** Many stations on one beat, their visitors, and the site around them. */
export class Fleet {
  readonly stations: ReadonlyMap<string, VirtualStation>;
  readonly site: SimulatedSite | undefined;
  readonly #description: FleetDescription;
  readonly #clock: SimulatorClock;
  readonly #random: SimulatorRandom;
  readonly #ticker: Ticker;
  readonly #meters: CircuitMeters | undefined;
  readonly #timers = new Set<() => void>();

  constructor(options: FleetOptions) {
    const { description } = options;
    this.#description = description;
    this.#clock = options.clock ?? realClock;
    this.#random = seededRandom(description.seed ?? Math.floor(this.#clock.nowMs() % 0x7fff_ffff));
    this.#ticker = new Ticker(this.#clock, options.tickMs ?? 1000);
    const url = options.url ?? description.url;
    if (url === undefined) throw new FleetFileError('url', 'is missing; put it in the file or on the command line');
    this.stations = new Map(
      description.stations.map((station) => [station.id, this.#newStation(station, url, options)]),
    );
    this.site = description.site === undefined ? undefined : this.#newSite(description.site);
    this.#meters = this.#newMeters(options);
  }

  start(): void {
    let delayMs = 0;
    for (const { id, evses, faults = [] } of this.#description.stations) {
      const station = this.#station(id);
      for (const fault of faults) station.setFault(parseFault(fault));
      this.#after(delayMs, () => station.start());
      delayMs += START_SPREAD_MS_PER_STATION;
      for (const evse of evses) {
        for (const visit of evse.visits ?? []) this.#expect(station, evse.id, visit);
      }
    }
    this.#after(0, () => this.site?.start());
    this.#meters?.start();
  }

  async stop(): Promise<void> {
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    this.site?.stop();
    await this.#meters?.stop();
    const waiting = [...this.stations.values()];
    while (waiting.length > 0) {
      await Promise.all(waiting.splice(0, STOPS_AT_ONCE).map((station) => station.stop()));
    }
  }

  /** Carries out a typed line; answers what to print. Throws an Error that says what was wrong with it. */
  command(line: string): string {
    const command = parseFleetCommand(line);
    if (command.type === 'help') return FLEET_COMMANDS_HELP;
    if (command.type === 'status') return this.#statusLines();
    this.#carryOut(command);
    return `done: ${line.trim()}`;
  }

  #carryOut(command: Exclude<FleetCommand, { type: 'help' | 'status' }>): void {
    switch (command.type) {
      case 'plug':
        this.#station(command.stationId).plugIn(command.evseId, new Car(someCar(this.#random)), {
          idToken: command.idToken,
        });
        return;
      case 'unplug':
        this.#station(command.stationId).unplug(command.evseId);
        return;
      case 'stop':
        this.#station(command.stationId).stopTransaction(command.evseId);
        return;
      case 'reboot':
        this.#station(command.stationId).reboot({
          downMs: command.downS * 1000,
          transactions: command.transactions,
        });
        return;
      case 'disconnect':
        this.#station(command.stationId).disconnect(command.durationS * 1000);
        return;
      case 'fault':
        this.#station(command.stationId).setFault(command.fault);
        return;
      case 'clear':
        this.#station(command.stationId).clearFault();
        return;
      case 'limit': {
        const { evseId, limitA } = command;
        const station = this.#station(command.stationId);
        if (limitA === 'none') station.clearExternalLimit('EMS', evseId);
        else station.setExternalLimit({ source: 'EMS', evseId, rateUnit: 'A', limit: limitA });
        return;
      }
      case 'load':
        this.#siteOrThrow().setBuildingLoad(command.circuitId, command.currentA);
        return;
      case 'meter':
        if (this.#meters === undefined) throw new Error('this fleet has no meters');
        if (command.on) this.#meters.unmute(command.circuitId);
        else this.#meters.mute(command.circuitId);
    }
  }

  #statusLines(): string {
    return [...this.stations.values()]
      .flatMap((station) =>
        station.evseIds.map((id) => {
          const currents = station.currentA(id).map((currentA) => currentA.toFixed(1));
          const soC = station.car(id)?.soC;
          const battery = soC === undefined ? '' : `, battery ${Math.round(soC * 100)} %`;
          const line = station.isOnline ? '' : ', offline';
          return `${station.stationId}/${id} ${station.status(id)}, offers ${station.offeredA(id).toFixed(1)} A, draws ${currents.join(' ')} A${battery}${line}`;
        }),
      )
      .join('\n');
  }

  #newStation(station: FleetStation, url: string, options: FleetOptions): VirtualStation {
    const password = station.password ?? options.password;
    const { energySpeed, meterIntervalS } = options.description;
    return new VirtualStation({
      stationId: station.id,
      url,
      ...(station.ocppVersion === undefined ? {} : { ocppVersion: station.ocppVersion }),
      ...(station.txStartPoint === undefined ? {} : { txStartPoint: station.txStartPoint }),
      ...(password === undefined ? {} : { password }),
      ...(energySpeed === undefined ? {} : { energySpeed }),
      ...(meterIntervalS === undefined ? {} : { meterIntervalS }),
      evses: station.evses.map(outletOf),
      clock: this.#clock,
      random: this.#random,
      ticker: this.#ticker,
      onEvent: (event) => options.onEvent?.(station.id, event),
    });
  }

  #newSite(site: FleetSite): SimulatedSite {
    const loads = (site.buildingLoads ?? []).map((load): [string, BuildingLoad] => {
      const { baseA, swingA = 0, periodS = 120 } = load;
      return [
        load.circuitId,
        (nowMs) => {
          const swing = swingA * Math.sin((2 * Math.PI * nowMs) / (periodS * 1000));
          const at = (base: number): number => Math.max(0, base + swing);
          return { L1: at(baseA.L1), L2: at(baseA.L2), L3: at(baseA.L3) };
        },
      ];
    });
    return new SimulatedSite({
      circuits: site.circuits,
      stations: this.#description.stations.map(({ id, circuitId = '', evses }) => ({
        station: this.#station(id),
        circuitId,
        evses,
      })),
      buildingLoadA: Object.fromEntries(loads),
      clock: this.#clock,
      ticker: this.#ticker,
    });
  }

  #newMeters(options: FleetOptions): CircuitMeters | undefined {
    const { site } = options.description;
    if (this.site === undefined || site?.meters === undefined) return undefined;
    if (options.apiKey === undefined) throw new Error('the meters of the site need a key: set EVENKEEL_ADMIN_KEY');
    return new CircuitMeters(this.site, {
      baseUrl: site.meters.baseUrl,
      siteId: site.siteId,
      apiKey: options.apiKey,
      circuitIds: site.meters.circuitIds,
      intervalMs: site.meters.intervalS * 1000,
      clock: this.#clock,
      ...(options.onError === undefined ? {} : { onError: options.onError }),
    });
  }

  /** Waits for a visitor, and for its going and its coming again. A taken outlet turns it away. */
  #expect(station: VirtualStation, evseId: number, visit: FleetVisit, delayMs = visit.afterS * 1000): void {
    this.#after(delayMs, () => {
      if (visit.everyS !== undefined) this.#expect(station, evseId, visit, visit.everyS * 1000);
      if (station.car(evseId) !== undefined) return;
      const departureMs = visit.staysS === undefined ? {} : { departureMs: this.#clock.nowMs() + visit.staysS * 1000 };
      station.plugIn(evseId, new Car({ ...visit.car, ...departureMs }), {
        idToken: visit.idToken ?? `TAG-${station.stationId}`.slice(0, 20),
      });
    });
  }

  #after(delayMs: number, run: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      run();
    });
    this.#timers.add(cancel);
  }

  #station(stationId: string): VirtualStation {
    const station = this.stations.get(stationId);
    if (station === undefined) throw new Error(`this fleet has no station ${stationId}`);
    return station;
  }

  #siteOrThrow(): SimulatedSite {
    if (this.site === undefined) throw new Error('this fleet has no site, so no circuits');
    return this.site;
  }
}

/** A car as one meets them: small and large, one-, two- and three-phase. */
export function someCar(random: SimulatorRandom): CarOptions {
  const kinds = [
    { batteryWh: 40_000, phases: 1, currentMaxA: 32 },
    { batteryWh: 52_000, phases: 3, currentMaxA: 32 },
    { batteryWh: 64_000, phases: 2, currentMaxA: 16 },
    { batteryWh: 77_000, phases: 3, currentMaxA: 16 },
    { batteryWh: 60_000, phases: 3, currentMaxA: 16 },
  ] as const;
  const kind = kinds[Math.floor(random.next() * kinds.length)] ?? kinds[0];
  return { ...kind, soC: 0.1 + random.next() * 0.6, reactionS: 1 + random.next() * 3 };
}

function outletOf(evse: FleetEvse): EvseOptions {
  const { id } = evse;
  const terminals = terminalsOf(evse.phases);
  if (evse.kind !== 'DC') return { id, terminals, currentMaxA: evse.currentMaxA };
  const { kind, powerMaxW, efficiency } = evse;
  return { id, terminals, kind, powerMaxW, ...(efficiency === undefined ? {} : { efficiency }) };
}

const terminalsOf = (phases: readonly unknown[]): 1 | 2 | 3 => (phases.length === 1 ? 1 : phases.length === 2 ? 2 : 3);
