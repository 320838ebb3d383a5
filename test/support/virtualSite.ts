import { ChargingService } from '../../src/control/chargingService.js';
import type { TransactionId } from '../../src/site/chargingProfile.js';
import type { Clock } from '../../src/site/clock.js';
import type { SessionNeeds, SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import { Problem } from '../../src/site/problem.js';
import type { CommandOutcome, StationCaller, StationCommand, StationRequest } from '../../src/site/stationMessages.js';
import { MemoryStore } from './memoryStore.js';
import type { ProfilesRequest } from './pureProfiles.js';
import { PureStation } from './pureStation.js';
import type { SeededRandom } from './seededRandom.js';
import { StationOutbox } from './stationOutbox.js';
import type { Ways } from './stationQuirks.js';
import { VirtualClock } from './virtualClock.js';
import { DiskPace, NEVER, VirtualDisk } from './virtualDisk.js';
import { type CallOptions, type Faults, NO_FAULTS, type VirtualConnection, VirtualNetwork } from './virtualNetwork.js';
import { VirtualSolver } from './virtualSolver.js';

export { type Faults, NO_FAULTS } from './virtualNetwork.js';

const START_MS = Date.UTC(2026, 2, 1, 12);
const SOLVER_SEED = 7;
const DISK_SEED = 8;
/** Meter values and what is doubled come this much later. */
const REQUEST_LATE_MS = 5_000;
const REQUEST_COPY_MS = 10_000;
const REPORT_PART_MS = 50;
/** More than anybody listens to. */
const ENDLESS = 300;
const ACCEPTED: CommandOutcome = { outcome: 'answered', response: { status: 'Accepted' } };
/** A composite schedule that exceeds nothing that can have been sent. */
const NOTHING_MORE: CommandOutcome = {
  outcome: 'answered',
  response: {
    status: 'Accepted',
    schedule: { rateUnit: 'A', durationS: 600, periods: [{ startPeriodS: 0, limit: 0 }] },
  },
};
const NO_QUIRKS: Ways = { quirks: new Set() };

/** One process of the service: dead from one moment to the next, it neither writes nor sends any more. */
interface Life {
  is: boolean;
  isLoaded: boolean;
  readonly disk: VirtualDisk;
}

type Car = { readonly phases: number; readonly wantsA: number };

/** The whole service core, a lossy network and stations that keep to the specification, save for their quirks, in virtual time, from a seed. */
export class VirtualSite {
  readonly clock = new VirtualClock(START_MS);
  readonly random: SeededRandom;
  readonly store = new MemoryStore();
  readonly diskPace = new DiskPace(DISK_SEED);
  readonly solver = new VirtualSolver(this.clock, SOLVER_SEED);
  readonly network: VirtualNetwork;
  readonly stations = new Map<string, PureStation>();
  readonly timeline: string[] = [];
  readonly site: SiteModel;
  faults: Faults = NO_FAULTS;
  service: ChargingService;
  /** Building load per circuit and phase, A. */
  readonly buildingA = new Map<string, Record<Phase, number>>();
  private readonly outboxes = new Map<string, StationOutbox>();
  private readonly booted = new Set<string>();
  private life: Life;
  /** The next of these is the process's last. */
  /** False: what was to kill the service comes too late. */
  isMortal = true;
  private diesAt: { readonly what: 'write' | 'message'; readonly turns: number } | undefined;
  /** Tampers with what the service is told, to prove that the checks can fail. */
  tamper: ((outcome: CommandOutcome, command: StationCommand) => CommandOutcome) | undefined;
  /** Tampers too: no circuit's meter is heard. */
  isDeaf = false;
  /** Tampers too: profiles count as accepted and confirmed when they leave, whatever becomes of them. */
  confirmsUnheard = false;

  constructor(site: SiteModel, random: SeededRandom, waysOf: (stationId: string) => Ways = () => NO_QUIRKS) {
    this.site = site;
    this.random = random;
    this.network = new VirtualNetwork({
      clock: this.clock,
      random,
      faults: () => this.faults,
      note: (line) => this.note(line),
      handle: (stationId, command) => this.handle(stationId, command),
    });
    for (const station of site.stations) {
      const [evse] = station.evses;
      if (evse === undefined || evse.kind !== 'AC') throw new Error('one AC EVSE each');
      const reactionMs = Math.floor(random.between(0, station.reactionS * 1000));
      const skewMs = Math.floor(random.between(-3_000, 3_000));
      const pure = new PureStation({
        stationId: station.id,
        currentMaxA: evse.currentMaxA,
        phases: evse.phases.length,
        reactionMs,
        skewMs,
        ...waysOf(station.id),
      });
      this.stations.set(station.id, pure);
      this.outboxes.set(station.id, this.newOutbox(pure));
    }
    this.life = this.newLife();
    // The first one has nothing to read.
    this.life.isLoaded = true;
    this.service = this.newService(this.life);
  }

  private newOutbox(station: PureStation): StationOutbox {
    return new StationOutbox(station, {
      clock: this.clock,
      random: this.random,
      network: this.network,
      note: (line) => this.note(line),
      ask: (stationId, request) => this.ask(stationId, request),
    });
  }

  private newLife(): Life {
    const onWrite = () => this.perhapsDies('write');
    return {
      is: true,
      isLoaded: false,
      disk: new VirtualDisk(this.store, this.clock, { pace: this.diskPace, onWrite }),
    };
  }

  private newService(life: Life): ChargingService {
    const clock: Clock = {
      // Whole milliseconds, as of any clock.
      nowMs: () => Math.floor(this.clock.nowMs()),
      after: (delayMs, run) => this.clock.after(delayMs, () => life.is && run()),
    };
    const quiet = () => undefined;
    const caller: StationCaller = { call: (...call) => this.call(life, ...call) as never };
    return new ChargingService({
      store: life.disk,
      clock,
      random: this.random,
      log: {
        info: quiet,
        warn: quiet,
        error: (fields, message) => this.note(`ERROR ${message} ${JSON.stringify(fields)}`),
      },
      metrics: { planned: quiet, profileSent: quiet, profileAnswered: quiet },
      allowUnauthenticated: true,
      caller: () => caller,
      solver: this.solver,
    });
  }

  note(line: string): void {
    this.timeline.push(`${((this.clock.nowMs() - START_MS) / 1000).toFixed(2)} ${line}`);
  }

  async start(): Promise<void> {
    await this.service.load();
    await this.service.putSite(this.site);
  }

  /** The process is gone from one moment to the next; what was not on disk is lost. A new one starts later. */
  crash(): void {
    if (!this.life.is) return;
    this.note('service killed');
    this.life.is = false;
    this.diesAt = undefined;
    void this.life.disk.kill();
    this.network.serviceDied();
  }

  /** It dies within so long: between two events, or at a write or a message and in the midst of what that sets going. */
  crashWithin(ms: number): void {
    const { random, life } = this;
    const what = random.pick(['now', 'write', 'message'] as const);
    const turns = random.integer(0, 12);
    this.clock.after(random.between(0, ms), () => {
      if (!life.is || !this.isMortal) return;
      if (what === 'now') this.crash();
      else this.diesAt = { what, turns };
    });
  }

  private perhapsDies(at: 'write' | 'message'): void {
    if (this.diesAt?.what !== at) return;
    const { life } = this;
    let { turns } = this.diesAt;
    this.diesAt = undefined;
    const turn = () => {
      if (turns-- > 0) queueMicrotask(turn);
      else if (life === this.life && this.isMortal) this.crash();
    };
    turn();
  }

  /** Nothing is to happen to it any more. */
  spare(): void {
    this.diesAt = undefined;
  }

  async restart(): Promise<void> {
    if (this.life.is) return;
    this.note('service started');
    const life = this.newLife();
    this.life = life;
    this.service = this.newService(life);
    await this.service.load();
    life.isLoaded = true;
  }

  /** It is there and has read what is on disk: from then on stations are received. */
  get isAlive(): boolean {
    return this.life.is && this.life.isLoaded;
  }

  isOnline(stationId: string): boolean {
    return this.network.connectionOf(stationId)?.isLive ?? false;
  }

  async connect(stationId: string, boot: boolean): Promise<void> {
    if (!this.isAlive || this.isOnline(stationId)) return;
    const connection = this.network.connect(stationId);
    const station = this.station(stationId);
    const boots = boot && !(station.quirks.has('bootsOnce') && this.booted.has(stationId));
    if (boots) this.booted.add(stationId);
    station.reconnected();
    this.note(`${stationId} connects${boots ? ' and boots' : ''}`);
    this.service.stations.connected(stationId, {
      connectionId: connection.id,
      ocppVersion: station.ocppVersion,
      securityProfile: 1,
      address: 'virtual',
      network: 'virtual',
    });
    if (boots) await this.boot(stationId, connection);
    await this.outbox(stationId).deliver();
  }

  private async boot(stationId: string, connection: VirtualConnection): Promise<void> {
    const { stations } = this.service;
    const request = () => stations.request(stationId, { type: 'boot', vendor: 'V', model: this.modelOf(stationId) });
    if (this.network.happens(this.faults.doubled))
      this.clock.after(this.random.between(0, REQUEST_COPY_MS), () => {
        if (connection.isLive) void request();
      });
    await request();
  }

  /** Stations of a model are alike: what is learned of one is taken for granted of the others. */
  private modelOf(stationId: string): string {
    return ['M', ...[...this.station(stationId).quirks].sort()].join(' ');
  }

  disconnect(stationId: string): void {
    const connection = this.network.connectionOf(stationId);
    if (connection === undefined) return;
    this.note(`${stationId} disconnects`);
    this.network.disconnect(stationId);
    this.service.stations.disconnected(stationId, connection.id, 'closed');
  }

  /** They lose contact all at once, and the service is told of it later, if they are not back before. */
  partition(stationIds: readonly string[], toldAfterMs: number): void {
    this.note(`${stationIds.join(', ')} lose contact, told in ${(toldAfterMs / 1000).toFixed(1)} s`);
    for (const stationId of stationIds) {
      const connection = this.network.connectionOf(stationId);
      if (connection === undefined) continue;
      connection.isCut = true;
      this.clock.after(toldAfterMs, () => {
        if (this.network.connectionOf(stationId) === connection) this.disconnect(stationId);
      });
    }
  }

  reboot(stationId: string): void {
    this.note(`${stationId} reboots`);
    this.station(stationId).reboot();
    this.disconnect(stationId);
  }

  /** It charges already, in a transaction that began with another back end: nobody tells this service of its start. */
  chargeUnder(stationId: string, transactionId: number, car: { phases: number; wantsA: number }): void {
    const station = this.station(stationId);
    station.car = car;
    station.begin(transactionId, 'TAG', this.clock.nowMs());
    this.note(`${stationId} charges under a foreign id ${transactionId}, wants ${car.wantsA} A`);
  }

  async plugIn(stationId: string, car: Car): Promise<void> {
    const station = this.station(stationId);
    station.car = car;
    this.note(`${stationId} car plugs in, wants ${car.wantsA} A`);
    // Until it is told of, the car charges all the same, under a transaction that only the station knows.
    station.begin(`local-${stationId}-${this.clock.nowMs()}`, 'TAG', this.clock.nowMs());
    await this.outbox(stationId).tellStart();
  }

  /** A car comes, and nobody starts a transaction: it waits for a remote start, or for its driver. */
  park(stationId: string, car: Car): void {
    this.station(stationId).car = car;
    this.note(`${stationId} car parks, wants ${car.wantsA} A`);
  }

  /** The driver of a car that is there starts a transaction. */
  async startParked(stationId: string): Promise<void> {
    const station = this.station(stationId);
    if (station.car !== undefined && station.transaction === undefined) await this.plugIn(stationId, station.car);
  }

  async unplug(stationId: string): Promise<void> {
    const station = this.station(stationId);
    if (station.car === undefined) return;
    this.note(`${stationId} car leaves`);
    const { transactionId } = station;
    station.car = undefined;
    station.end();
    if (transactionId !== undefined) await this.outbox(stationId).tellEnd(transactionId, 'Local');
  }

  /** Somebody has the service start the car that waits there. What becomes of it, they don't wait for. */
  remotelyStart(stationId: string): void {
    if (!this.isAlive) return;
    this.note(`${stationId} remote start`);
    void this.asked(stationId, this.service.remoteStart(stationId, 1, 'TAG'));
  }

  /** Or end its transaction, as far as the service knows it. */
  remotelyStop(stationId: string): void {
    if (!this.isAlive) return;
    const { transaction } = this.service.sites.evse(stationId, 1).evseState;
    if (transaction === null) return;
    this.note(`${stationId} remote stop`);
    void this.asked(stationId, this.service.remoteStop(stationId, String(transaction.transactionId)));
  }

  /** A transaction may end, or a station be gone, before it is done: that is told to who asked. */
  private async asked(stationId: string, outcome: Promise<unknown>): Promise<void> {
    await outcome.catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      this.note(`${stationId} ${error.code}`);
    });
  }

  private outbox(stationId: string): StationOutbox {
    const outbox = this.outboxes.get(stationId);
    if (outbox === undefined) throw new Error(`no station ${stationId}`);
    return outbox;
  }

  /** Tells the service what the driver at a station needs, if it knows of a session there. */
  async stateNeeds(stationId: string, needs: SessionNeeds): Promise<void> {
    if (!this.isAlive) return;
    const { sites } = this.service;
    const transaction = sites.evse(stationId, 1).evseState.transaction;
    if (transaction === null) return;
    this.note(`${stationId} needs ${JSON.stringify(needs)}`);
    await this.asked(stationId, this.service.putNeeds(this.site.siteId, transaction.sessionId, needs));
  }

  meter(stationId: string): void {
    const station = this.station(stationId);
    // Before its start is answered a station sends no meter values for it.
    if (typeof station.transactionId !== 'number') return;
    const seen = station.quirks.has('phantomZeros') ? 1 : 3;
    const terminals = [0, 1, 2].map((terminal) =>
      station.car !== undefined && terminal < Math.min(seen, station.car.phases) ? station.drawnA : 0,
    );
    this.tell(stationId, {
      type: 'meterValues',
      evseId: 1,
      transactionId: station.transactionId,
      samples: [
        {
          timestampMs: this.clock.nowMs() + station.skewMs,
          terminalCurrentA: terminals,
          energyWh: station.energyWh,
        },
      ],
      quarantined: 0,
    });
  }

  /** Without waiting for an answer; on its way it may be overtaken or doubled. */
  private tell(stationId: string, request: StationRequest): void {
    const connection = this.network.connectionOf(stationId);
    const arrives = () => {
      if (connection?.isLive === true) void this.ask(stationId, request);
    };
    const { doubled, late } = this.faults;
    if (this.network.happens(late)) this.clock.after(this.random.between(0, REQUEST_LATE_MS), arrives);
    else arrives();
    if (this.network.happens(doubled)) this.clock.after(this.random.between(0, REQUEST_COPY_MS), arrives);
  }

  meterCircuit(circuitId: string): void {
    if (!this.isAlive || this.isDeaf) return;
    const load = this.loadA().get(circuitId);
    if (load === undefined) return;
    void this.service.putCircuitReading(this.site.siteId, {
      circuitId,
      timestampMs: this.clock.nowMs(),
      currentA: { ...load },
    });
  }

  private async ask(stationId: string, request: StationRequest): Promise<unknown> {
    const isHeard = this.isAlive && this.isOnline(stationId) && this.service.stations.isAccepted(stationId);
    return isHeard ? this.service.stations.request(stationId, request) : undefined;
  }

  station(stationId: string): PureStation {
    const station = this.stations.get(stationId);
    if (station === undefined) throw new Error(`no station ${stationId}`);
    return station;
  }

  /** What really flows, per circuit and phase; or what would, if each car drew so much. */
  loadA(drawnA: (station: PureStation) => number = (station) => station.drawnA): Map<string, Record<Phase, number>> {
    const loads = new Map<string, Record<Phase, number>>();
    for (const circuit of this.site.circuits) loads.set(circuit.id, { L1: 0, L2: 0, L3: 0 });
    const parentOf = new Map(this.site.circuits.map((circuit) => [circuit.id, circuit.parentId]));
    const add = (from: string, phase: Phase, currentA: number) => {
      for (let id: string | null | undefined = from; id !== null && id !== undefined; id = parentOf.get(id)) {
        const load = loads.get(id);
        if (load !== undefined) load[phase] += currentA;
      }
    };
    for (const [circuitId, load] of this.buildingA) for (const phase of PHASES) add(circuitId, phase, load[phase]);
    for (const station of this.site.stations) {
      const pure = this.station(station.id);
      station.evses[0]?.phases.forEach((phase, terminal) => {
        if (pure.car !== undefined && terminal < pure.car.phases) add(station.circuitId, phase, drawnA(pure));
      });
    }
    return loads;
  }

  follow(elapsedMs: number): void {
    for (const station of this.stations.values()) {
      station.follow(this.clock.nowMs());
      station.energyWh += (station.drawnA * 230 * (station.car?.phases ?? 0) * elapsedMs) / 3_600_000;
    }
  }

  private call(life: Life, stationId: string, command: StationCommand, options?: CallOptions): Promise<CommandOutcome> {
    this.perhapsDies('message');
    if (!life.is) return NEVER;
    const connection = this.network.connectionOf(stationId);
    const outcome =
      connection === undefined
        ? Promise.resolve({ outcome: 'notSent', reason: 'offline' } as const)
        : connection.call(command, options);
    if (this.confirmsUnheard && command.type === 'setChargingProfile') return Promise.resolve(ACCEPTED);
    if (this.confirmsUnheard && command.type === 'getCompositeSchedule') return Promise.resolve(NOTHING_MORE);
    return outcome.then((result) => (this.tamper === undefined ? result : this.tamper(result, command)));
  }

  /** What the station does with a message; a transaction that begins or ends with it is told of. */
  private handle(stationId: string, command: StationCommand): CommandOutcome | 'silence' {
    const station = this.station(stationId);
    const before: TransactionId | undefined = station.transactionId;
    const answer = station.answer(command, this.clock.nowMs());
    if (command.type === 'requestProfiles') void this.report(stationId, command);
    if (station.transactionId === before) return answer;
    if (before === undefined) void this.outbox(stationId).tellStart();
    else void this.outbox(stationId).tellEnd(before, 'Remote');
    return answer;
  }

  /** One message after the other, each once that before it was answered; what is lost is not told again. */
  private async report(stationId: string, command: ProfilesRequest): Promise<void> {
    const connection = this.network.connectionOf(stationId);
    const station = this.station(stationId);
    const isEndless = station.quirks.has('reportsEndlessly');
    const parts = station.reportOf(command);
    const count = isEndless && parts.length > 0 ? ENDLESS : parts.length;
    for (let k = 0; k < count; k++) {
      const part = parts[k % parts.length];
      await new Promise<void>((resolve) => void this.clock.after(REPORT_PART_MS, resolve));
      if (part === undefined || connection?.isLive !== true || this.network.happens(this.faults.requestLost)) return;
      const { evseId, profile } = part;
      const isLast = !isEndless && k === count - 1;
      const { requestId = 0 } = command;
      const report = {
        type: 'profilesReported',
        requestId,
        isLast,
        evseId,
        source: 'CSO',
        profiles: [profile],
      } as const;
      await this.ask(stationId, report);
    }
  }
}
