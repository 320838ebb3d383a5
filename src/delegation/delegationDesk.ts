import type {
  Batch,
  ClosedCommand,
  CommandPage,
  CommandResult,
  CommandsAsked,
  ConnectionTold,
  ConnectionView,
  DelegatedCommand,
  DelegatedMessage,
  DelegatedReading,
  DelegatedTransaction,
  DelegatedTransactionView,
  DelegationService,
  MessagesTaken,
  MeterValuesTaken,
} from '../control/delegation/delegation.js';
import type { StationWay } from '../control/delegation/stationWays.js';
import type { SiteOwner } from '../control/siteOwner.js';
import type { SiteRegistry } from '../control/siteRegistry.js';
import type { StationDesk } from '../control/stationDesk.js';
import type { Dialect } from '../ocpp/dialect.js';
import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { StationCapabilities } from '../site/state.js';
import {
  type CallOptions,
  type CommandOutcome,
  NOT_SAYABLE,
  type OcppVersion,
  type StationCommand,
} from '../site/stationMessages.js';
import { describeCommand } from './commandEntry.js';
import { CommandQueue } from './commandQueue.js';
import { HeldStations } from './heldStations.js';
import { readMessage } from './messageInflow.js';
import { MessageOrder } from './messageOrder.js';
import { MeterInflow } from './meterInflow.js';
import { Polls } from './polls.js';
import { fingerprint, isSame } from './sameness.js';
import { TransactionDesk } from './transactionDesk.js';

export interface DelegationDeskOptions {
  readonly sites: Pick<SiteRegistry, 'ownerOfStation'>;
  readonly stations: Pick<StationDesk, 'connected' | 'disconnected' | 'request' | 'isAccepted'>;
  readonly dialects: readonly Dialect[];
  readonly clock: Clock;
  /** Of this process's life; unguessable. */
  readonly epoch: string;
  /** Tells those of a command who did not ask for it. True: somebody may have heard of it. Absent: nobody is told. */
  readonly tell?: (command: DelegatedCommand) => Promise<boolean>;
  /** Whether this process may still raise what a site's stations draw: with its lease run out, another may do so already. */
  readonly isOwned: (siteId: string) => boolean;
}

const UNSAID = { vendor: 'unknown', model: 'unknown' } as const;

/**
 * Stations whose socket is HTTP: a CSMS keeps them, tells what they say, and hands on what they are told. To the rest of the service
 * they are stations like others, with the same hand-out and the same rules.
 */
export class DelegationDesk implements StationWay, DelegationService {
  private readonly options: DelegationDeskOptions;
  private readonly dialects: ReadonlyMap<OcppVersion, Dialect>;
  private readonly queue: CommandQueue;
  private readonly polls: Polls;
  private readonly held: HeldStations;
  private readonly meters = new MeterInflow();
  private readonly messages = new MessageOrder();
  private readonly transactions: TransactionDesk;
  private commandCount = 0;

  constructor(options: DelegationDeskOptions) {
    this.options = options;
    const { clock, epoch, stations } = options;
    this.transactions = new TransactionDesk({ stations, clock });
    this.dialects = new Map(options.dialects.map((dialect) => [dialect.version, dialect]));
    this.queue = new CommandQueue({
      clock,
      epoch,
      onAvailable: (command) => this.polls.wake(command),
      tell: options.tell,
      isOwned: options.isOwned,
    });
    this.polls = new Polls({ clock, page: ({ after, isVisible }) => this.queue.page(after, isVisible) });
    this.held = new HeldStations({
      clock,
      epoch,
      desk: stations,
      versionOf: (stationId) => this.versionOf(stationId),
      onLost: (stationId) => this.queue.lost(stationId),
    });
  }

  // What the service says to stations

  holds(stationId: string): boolean {
    return this.versionOf(stationId) !== 'none';
  }

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options: CallOptions = {},
  ): Promise<CommandOutcome<C['type']>> {
    // The answer is read by this very command's own decoder.
    return this.callOne(stationId, command, options) as Promise<CommandOutcome<C['type']>>;
  }

  private async callOne(stationId: string, command: StationCommand, options: CallOptions): Promise<CommandOutcome> {
    const owner = this.options.sites.ownerOfStation(stationId);
    const held = this.held.find(stationId);
    const dialect = held === undefined ? undefined : this.dialects.get(held.ocppVersion);
    if (owner === undefined || held === undefined || held.isLapsed || dialect === undefined)
      return { outcome: 'notSent', reason: 'offline' };
    const { clock, epoch } = this.options;
    this.commandCount += 1;
    const id = `${owner.state.site.siteId}:${epoch}:${this.commandCount.toString(36)}`;
    const told = describeCommand(command, dialect, {
      id,
      state: owner.state,
      stationId,
      nowMs: clock.nowMs(),
      options,
    });
    if ('unsayable' in told) return { outcome: 'error', code: NOT_SAYABLE, description: told.unsayable };
    return new Promise((settle) => this.queue.add({ command, dialect, told, settle }, options.priority ?? 'normal'));
  }

  // What a CSMS tells

  async tellConnection(stationId: string, told: ConnectionTold): Promise<ConnectionView> {
    const { owner, version } = this.require(stationId);
    if (told.status === 'offline') {
      this.held.offline(stationId, told.reason ?? 'its CSMS says so');
      return this.connection(stationId);
    }
    const before = this.held.find(stationId)?.connectionId;
    const { connectionId } = this.held.online(stationId, version, told);
    const { stations } = this.options;
    const known = owner.state.stations.get(stationId);
    const isNew = before !== connectionId;
    const identity = told.identity ?? (known?.accepted === true ? undefined : UNSAID);
    if (identity !== undefined && (isNew || !isSame(known?.identity ?? null, identity)))
      await stations.request(stationId, { type: 'boot', ...identity });
    const { clockOffMs } = told;
    if (clockOffMs !== undefined && (known?.clockIsKnown !== true || known.clockOffMs !== clockOffMs))
      owner.dispatch({ type: 'clockSeen', stationId, clockOffMs });
    for (const { evseId, status } of told.evses) await stations.request(stationId, { type: 'status', evseId, status });
    return this.connection(stationId);
  }

  connection(stationId: string): ConnectionView {
    const { version } = this.require(stationId);
    const held = this.held.find(stationId);
    const isOnline = held !== undefined && !held.isLapsed;
    return {
      stationId,
      status: isOnline ? 'online' : 'offline',
      connectionId: held?.csmsConnectionId ?? null,
      ocppVersion: version,
      isAccepted: this.options.stations.isAccepted(stationId),
      leaseEndsMs: isOnline ? held.lastSignMs + held.leaseMs : null,
      commandsWaiting: this.queue.waiting(stationId),
    };
  }

  async tellCapabilities(stationId: string, told: Partial<StationCapabilities>): Promise<StationCapabilities> {
    const { owner } = this.require(stationId);
    const before = owner.state.stations.get(stationId)?.capabilities;
    if (Object.entries(told).some(([name, value]) => !isSame(before?.[name as keyof StationCapabilities], value))) {
      owner.dispatch({ type: 'capabilitiesRead', stationId, capabilities: told });
      await owner.durable();
    }
    const known = owner.state.stations.get(stationId)?.capabilities;
    if (known === undefined) throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
    return known;
  }

  async tellTransaction(
    stationId: string,
    transactionId: string,
    told: DelegatedTransaction,
  ): Promise<DelegatedTransactionView> {
    const { owner, version } = this.requireOnline(stationId);
    this.requireEvse(owner, stationId, told.evseId);
    return this.transactions.tell({ owner, stationId, transactionId, version }, told);
  }

  async takeMeterValues(stationId: string, batch: Batch<DelegatedReading>): Promise<MeterValuesTaken> {
    const { owner } = this.requireOnline(stationId);
    for (const { evseId } of batch.items) this.requireEvse(owner, stationId, evseId);
    const nowMs = this.options.clock.nowMs();
    return this.meters.take(stationId, batch, {
      fingerprint,
      deliver: async ({ evseId, sample }) => {
        await this.options.stations.request(stationId, {
          type: 'meterValues',
          evseId,
          // Nothing was measured in times to come.
          samples: [{ ...sample, timestampMs: Math.min(sample.timestampMs, nowMs) }],
          quarantined: 0,
          isRelayed: true,
        });
      },
    });
  }

  async takeMessages(stationId: string, batch: Batch<DelegatedMessage>): Promise<MessagesTaken> {
    const { version } = this.requireOnline(stationId);
    const dialect = this.dialects.get(version);
    if (dialect === undefined) throw new Problem('INTERNAL', `OCPP ${version} is not spoken here.`);
    return this.messages.take(stationId, batch, async (message) => {
      const read = readMessage(message, dialect);
      if ('refused' in read) return read.refused;
      if (read.request !== 'nothing') await this.options.stations.request(stationId, read.request);
      return 'taken';
    });
  }

  // What a CSMS asks

  commands(asked: CommandsAsked): Promise<CommandPage> {
    this.held.signOf((stationId) => {
      const siteId = this.options.sites.ownerOfStation(stationId)?.state.site.siteId;
      return siteId !== undefined && asked.isVisible(siteId);
    });
    return this.polls.answer(asked);
  }

  get isClosing(): boolean {
    return this.polls.isClosed;
  }

  async takeResult(commandId: string, result: CommandResult): Promise<ClosedCommand> {
    return this.queue.result(commandId, result);
  }

  close(): void {
    this.held.close();
    this.polls.close();
  }

  // Who is spoken of

  private versionOf(stationId: string): OcppVersion | 'none' {
    const owner = this.options.sites.ownerOfStation(stationId);
    const delegated = owner?.state.index.stations.get(stationId)?.delegated;
    return delegated?.by === 'csms' ? delegated.ocppVersion : 'none';
  }

  private require(stationId: string): { readonly owner: SiteOwner; readonly version: OcppVersion } {
    const owner = this.options.sites.ownerOfStation(stationId);
    if (owner === undefined) throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
    const version = this.versionOf(stationId);
    if (version === 'none')
      throw new Problem('STATION_NOT_DELEGATED', `Its site does not say that a CSMS holds the station "${stationId}".`);
    return { owner, version };
  }

  /** What is told of a station is a sign of its CSMS, too. */
  private requireOnline(stationId: string) {
    const known = this.require(stationId);
    this.held.sign(stationId);
    if (this.held.find(stationId) === undefined)
      throw new Problem('STATION_OFFLINE', `It was not said that the station "${stationId}" is connected.`);
    return known;
  }

  private requireEvse({ state }: SiteOwner, stationId: string, evseId: number): void {
    if (state.stations.get(stationId)?.evses.has(evseId) === true) return;
    throw new Problem('EVSE_NOT_FOUND', `Station "${stationId}" has no EVSE ${evseId}.`);
  }
}
