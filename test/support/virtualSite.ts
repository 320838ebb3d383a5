import { ChargingService } from '../../src/control/chargingService.js';
import type { TransactionId } from '../../src/site/chargingProfile.js';
import type { Clock } from '../../src/site/clock.js';
import type { SessionNeeds, SiteModel } from '../../src/site/model.js';
import { PHASES, type Phase } from '../../src/site/phases.js';
import type { CommandOutcome, StationCaller, StationCommand, StationRequest } from '../../src/site/stationMessages.js';
import { MemoryStore } from './memoryStore.js';
import { PureStation } from './pureStation.js';
import type { SeededRandom } from './seededRandom.js';
import type { Ways } from './stationQuirks.js';
import { VirtualClock } from './virtualClock.js';
import { VirtualSolver } from './virtualSolver.js';

export interface Faults {
  /** Of each call to a station. */
  readonly requestLost: number;
  readonly answerLost: number;
  readonly refused: number;
  readonly slow: number;
}

type TransactionMessage = Extract<StationRequest, { type: 'transactionStarted' | 'transactionEnded' }>;

export const NO_FAULTS: Faults = { requestLost: 0, answerLost: 0, refused: 0, slow: 0 };

const CALL_TIMEOUT_MS = 15_000;
const START_MS = Date.UTC(2026, 2, 1, 12);
const SOLVER_SEED = 7;
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

/** The whole service core, a lossy network and stations that keep to the specification, save for their quirks, in virtual time, from a seed. */
export class VirtualSite {
  readonly clock = new VirtualClock(START_MS);
  readonly random: SeededRandom;
  readonly store = new MemoryStore();
  readonly solver = new VirtualSolver(this.clock, SOLVER_SEED);
  readonly stations = new Map<string, PureStation>();
  readonly timeline: string[] = [];
  readonly site: SiteModel;
  faults: Faults = NO_FAULTS;
  service: ChargingService;
  /** Building load per circuit and phase, A. */
  readonly buildingA = new Map<string, Record<Phase, number>>();
  private readonly online = new Map<string, string>();
  private readonly lines = new Map<string, Promise<unknown>>();
  private readonly outboxes = new Map<string, { localId: number | string; request: TransactionMessage }[]>();
  private readonly knownIds = new Map<number | string, number>();
  private readonly booted = new Set<string>();
  private connections = 0;
  /** Per station, the latest connection from which it has handled a message. */
  private readonly handledFrom = new Map<string, number>();
  private alive = { is: true };
  /** Tampers with what the service is told, to prove that the checks can fail. */
  tamper: ((outcome: CommandOutcome, command: StationCommand) => CommandOutcome) | undefined;
  /** Tampers too: profiles count as accepted and confirmed when they leave, whatever becomes of them. */
  confirmsUnheard = false;

  constructor(site: SiteModel, random: SeededRandom, waysOf: (stationId: string) => Ways = () => NO_QUIRKS) {
    this.site = site;
    this.random = random;
    for (const station of site.stations) {
      const [evse] = station.evses;
      if (evse === undefined || evse.kind !== 'AC') throw new Error('one AC EVSE each');
      const reactionMs = Math.floor(random.between(0, station.reactionS * 1000));
      const skewMs = Math.floor(random.between(-3_000, 3_000));
      this.stations.set(
        station.id,
        new PureStation({
          stationId: station.id,
          currentMaxA: evse.currentMaxA,
          phases: evse.phases.length,
          reactionMs,
          skewMs,
          ...waysOf(station.id),
        }),
      );
    }
    this.service = this.newService();
  }

  private newService(): ChargingService {
    const alive = { is: true };
    this.alive = alive;
    const clock: Clock = {
      nowMs: () => this.clock.nowMs(),
      after: (delayMs, run) => this.clock.after(delayMs, () => alive.is && run()),
    };
    const quiet = () => undefined;
    const caller: StationCaller = { call: (stationId, command) => this.call(stationId, command, alive) as never };
    return new ChargingService({
      store: this.store,
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
    this.note('service killed');
    this.alive.is = false;
    this.online.clear();
    this.lines.clear();
  }

  async restart(): Promise<void> {
    this.note('service started');
    this.service = this.newService();
    await this.service.load();
  }

  get isAlive(): boolean {
    return this.alive.is;
  }

  isOnline(stationId: string): boolean {
    return this.online.has(stationId);
  }

  async connect(stationId: string, boot: boolean): Promise<void> {
    if (!this.alive.is || this.online.has(stationId)) return;
    const connectionId = `c${++this.connections}`;
    this.online.set(stationId, connectionId);
    const station = this.station(stationId);
    const boots = boot && !(station.quirks.has('bootsOnce') && this.booted.has(stationId));
    if (boots) this.booted.add(stationId);
    station.reconnected();
    this.note(`${stationId} connects${boots ? ' and boots' : ''}`);
    this.service.stations.connected(stationId, { connectionId, ocppVersion: '1.6' });
    if (boots) await this.service.stations.request(stationId, { type: 'boot', vendor: 'V', model: 'M' });
    await this.deliverOutbox(stationId);
  }

  disconnect(stationId: string): void {
    const connectionId = this.online.get(stationId);
    if (connectionId === undefined) return;
    this.note(`${stationId} disconnects`);
    this.online.delete(stationId);
    this.lines.delete(stationId);
    if (this.alive.is) this.service.stations.disconnected(stationId, connectionId, 'closed');
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

  async plugIn(stationId: string, car: { phases: number; wantsA: number }): Promise<void> {
    const station = this.station(stationId);
    station.car = car;
    this.note(`${stationId} car plugs in, wants ${car.wantsA} A`);
    // Until it is told of, the car charges all the same, under a transaction that only the station knows.
    station.begin(`local-${stationId}-${this.clock.nowMs()}`, 'TAG', this.clock.nowMs());
    await this.tellStart(stationId);
  }

  /** A car comes, and nobody starts a transaction: it waits for a remote start. */
  park(stationId: string, car: { phases: number; wantsA: number }): void {
    this.station(stationId).car = car;
    this.note(`${stationId} car parks, wants ${car.wantsA} A`);
  }

  async unplug(stationId: string): Promise<void> {
    const station = this.station(stationId);
    if (station.car === undefined) return;
    this.note(`${stationId} car leaves`);
    const { transactionId } = station;
    station.car = undefined;
    station.end();
    if (transactionId !== undefined) await this.tellEnd(stationId, transactionId, 'Local');
  }

  private async tellStart(stationId: string): Promise<void> {
    const station = this.station(stationId);
    const { transaction } = station;
    if (transaction === undefined) return;
    const request = {
      type: 'transactionStarted',
      evseId: 1,
      idToken: transaction.idToken,
      meterStartWh: Math.round(station.energyWh),
      timestampMs: transaction.startedMs,
    } as const;
    this.outbox(stationId).push({ localId: transaction.id, request });
    await this.deliverOutbox(stationId);
  }

  private async tellEnd(stationId: string, transactionId: TransactionId, reason: string): Promise<void> {
    const station = this.station(stationId);
    const request = {
      type: 'transactionEnded',
      transactionId,
      meterStopWh: Math.round(station.energyWh),
      timestampMs: this.clock.nowMs() + station.skewMs,
      reason,
      samples: [],
    } as const;
    this.outbox(stationId).push({ localId: transactionId, request });
    await this.deliverOutbox(stationId);
  }

  /** Transaction messages are kept by the station until they are answered, and sent in order. */
  private outbox(stationId: string): { localId: number | string; request: TransactionMessage }[] {
    const waiting = this.outboxes.get(stationId) ?? [];
    this.outboxes.set(stationId, waiting);
    return waiting;
  }

  private async deliverOutbox(stationId: string): Promise<void> {
    const waiting = this.outbox(stationId);
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const { localId, request } = next;
      const known = this.knownIds.get(localId) ?? localId;
      const sent = request.type === 'transactionEnded' ? { ...request, transactionId: known } : request;
      const answer = await this.ask(stationId, sent);
      if (answer === undefined) return;
      waiting.shift();
      if (request.type !== 'transactionStarted') continue;
      const { transactionId } = answer as { transactionId: number };
      this.knownIds.set(localId, transactionId);
      this.station(stationId).rename(localId, transactionId);
    }
  }

  /** Tells the service what the driver at a station needs, if it knows of a session there. */
  async stateNeeds(stationId: string, needs: SessionNeeds): Promise<void> {
    if (!this.alive.is) return;
    const { sites } = this.service;
    const transaction = sites.evse(stationId, 1).evseState.transaction;
    if (transaction === null) return;
    this.note(`${stationId} needs ${JSON.stringify(needs)}`);
    await this.service.putNeeds(this.site.siteId, transaction.sessionId, needs);
  }

  meter(stationId: string): void {
    const station = this.station(stationId);
    // Before its start is answered a station sends no meter values for it.
    if (typeof station.transactionId !== 'number') return;
    const seen = station.quirks.has('phantomZeros') ? 1 : 3;
    const terminals = [0, 1, 2].map((terminal) =>
      station.car !== undefined && terminal < Math.min(seen, station.car.phases) ? station.drawnA : 0,
    );
    void this.ask(stationId, {
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

  meterCircuit(circuitId: string): void {
    if (!this.alive.is) return;
    const load = this.loadA().get(circuitId);
    if (load === undefined) return;
    void this.service.putCircuitReading(this.site.siteId, {
      circuitId,
      timestampMs: this.clock.nowMs(),
      currentA: { ...load },
    });
  }

  private async ask(
    stationId: string,
    request: Parameters<ChargingService['stations']['request']>[1],
  ): Promise<unknown> {
    if (!this.alive.is || !this.online.has(stationId) || !this.service.stations.isAccepted(stationId)) return undefined;
    return this.service.stations.request(stationId, request);
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

  /** One call at a time to each station, in order, over a network that loses, delays and refuses. */
  private call(stationId: string, command: StationCommand, alive: { readonly is: boolean }): Promise<CommandOutcome> {
    const before = this.lines.get(stationId) ?? Promise.resolve();
    const outcome = before.then(() => this.deliver(stationId, command, alive));
    this.lines.set(stationId, outcome);
    if (this.confirmsUnheard && command.type === 'setChargingProfile') return Promise.resolve(ACCEPTED);
    if (this.confirmsUnheard && command.type === 'getCompositeSchedule') return Promise.resolve(NOTHING_MORE);
    return outcome.then((result) => (this.tamper === undefined ? result : this.tamper(result, command)));
  }

  private async deliver(
    stationId: string,
    command: StationCommand,
    alive: { readonly is: boolean },
  ): Promise<CommandOutcome> {
    const connectionId = this.online.get(stationId);
    if (!alive.is || connectionId === undefined) return { outcome: 'notSent', reason: 'offline' };
    const sameConnection = () => alive.is && this.online.get(stationId) === connectionId;
    const { random, faults } = this;
    const describe =
      command.type === 'setChargingProfile'
        ? `${command.profile.purpose} ${JSON.stringify(command.profile.schedule.periods)}`
        : command.type;
    if (random.chance(faults.requestLost)) {
      this.note(`→ ${stationId} ${describe} LOST`);
      await this.sleep(CALL_TIMEOUT_MS);
      return { outcome: 'unknown', reason: sameConnection() ? 'timeout' : 'connectionLost' };
    }
    await this.sleep(random.chance(faults.slow) ? random.between(1_000, 14_000) : random.between(5, 200));
    if (!sameConnection() && random.chance(0.5)) return { outcome: 'unknown', reason: 'connectionLost' };
    if (random.chance(faults.refused)) {
      this.note(`→ ${stationId} ${describe} REFUSED`);
      return { outcome: 'error', code: 'InternalError', description: 'no' };
    }
    if (!this.handlesFrom(stationId, connectionId)) return { outcome: 'unknown', reason: 'connectionLost' };
    const answer = this.handle(stationId, command);
    const answerLost = random.chance(faults.answerLost) || answer === 'silence';
    if (command.type === 'setChargingProfile')
      this.note(`→ ${stationId} ${describe} ${wordOf(answer)}${answerLost ? ', answer LOST' : ''}`);
    if (answerLost) {
      await this.sleep(CALL_TIMEOUT_MS);
      return { outcome: 'unknown', reason: sameConnection() ? 'timeout' : 'connectionLost' };
    }
    await this.sleep(random.between(5, 200));
    return sameConnection() ? answer : { outcome: 'unknown', reason: 'connectionLost' };
  }

  /** What the station does with a message; a transaction that begins or ends with it is told of. */
  private handle(stationId: string, command: StationCommand): CommandOutcome | 'silence' {
    const station = this.station(stationId);
    const before = station.transactionId;
    const answer = station.answer(command, this.clock.nowMs());
    if (station.transactionId === before) return answer;
    if (before === undefined) void this.tellStart(stationId);
    else void this.tellEnd(stationId, before, 'Remote');
    return answer;
  }

  /**
   * What was on its way when a connection broke may still be handled, even once there is a new one; but not after a message of the
   * new one was: a station handles messages in the order in which it receives them.
   */
  private handlesFrom(stationId: string, connectionId: string): boolean {
    const number = Number(connectionId.slice(1));
    if (number < (this.handledFrom.get(stationId) ?? 0)) return false;
    this.handledFrom.set(stationId, number);
    return true;
  }

  private sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.clock.after(delayMs, resolve));
  }
}

function wordOf(answer: CommandOutcome | 'silence'): string {
  if (answer === 'silence' || answer.outcome !== 'answered') return 'not answered';
  return 'status' in answer.response ? answer.response.status : '';
}
