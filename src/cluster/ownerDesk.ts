import type { ChargingService } from '../control/chargingService.js';
import type { Log } from '../control/ports.js';
import type { CommandOutcome, StationCaller, StationCommand } from '../site/stationMessages.js';
import type { LeaseKeeper } from './leaseKeeper.js';
import type { NodeMessages, StationLink } from './messages.js';
import type { NodePost } from './nodePost.js';

export interface OwnerDeskOptions {
  readonly post: NodePost;
  readonly service: () => Pick<ChargingService, 'sites' | 'stations' | 'listSites'>;
  readonly leases: () => Pick<LeaseKeeper, 'tokenOf' | 'isValid' | 'outdated'>;
  readonly log: Log;
}

/** As long as a gateway's own call may last, and what waits before it there. */
const CALL_TIMEOUT_MS = 15_000;
const QUEUE_AND_WAY_MS = 30_000;
const REPLACED_AT_MOST_MS = 5_000;
/** While presence can not be asked, each gateway goes by its own clock: so much may they differ. */
const CLOCKS_DIFFER_MAX_MS = 10_000;

type Outcome = CommandOutcome;

interface Connected extends StationLink {
  /** Ends the calls that are under way over it, with what can be said of them. */
  readonly underWay: Set<(outcome: Outcome) => void>;
}

/**
 * Where an owner receives what gateways tell of its stations, and from where it calls them: it remembers which gateway has which
 * station, and is told of it anew with each site that it takes over.
 */
export class OwnerDesk implements StationCaller {
  private readonly options: OwnerDeskOptions;
  private readonly connections = new Map<string, Connected>();

  constructor(options: OwnerDeskOptions) {
    this.options = options;
    const { post, service } = options;
    post.handle('station.connected', async (ask) => this.connected(ask));
    post.handle('station.disconnected', async (ask) => this.disconnected(ask));
    post.handle('station.request', (ask) => this.request(ask));
    post.handle('sites.list', async () => ({ sites: service().listSites() }));
    post.handle('site.replan', async ({ siteId }) => {
      const owner = service().sites.find(siteId);
      owner?.replan();
      return { status: owner === undefined ? 'notOwner' : 'taken' };
    });
  }

  get connectionCount(): number {
    return this.connections.size;
  }

  /** All that it held is offline: it will come again to another. */
  gatewayGone(gatewayId: string): void {
    for (const [stationId, connected] of [...this.connections])
      if (connected.gatewayId === gatewayId) this.dropped(stationId, connected, 'its gateway is gone');
  }

  /** Another owner speaks with its stations now. */
  siteLeft(siteId: string): void {
    const { stations } = this.options.service();
    for (const [stationId, connected] of [...this.connections]) {
      if (this.siteOf.get(stationId) !== siteId) continue;
      this.connections.delete(stationId);
      this.siteOf.delete(stationId);
      stations.disconnected(stationId, connected.socket.connectionId, 'its site is owned elsewhere');
      for (const end of connected.underWay) end({ outcome: 'unknown', reason: 'connectionLost' });
    }
  }

  private readonly siteOf = new Map<string, string>();

  call<C extends StationCommand>(
    stationId: string,
    command: C,
    options: { readonly priority?: 'safety' | 'normal'; readonly timeoutMs?: number } = {},
  ): Promise<CommandOutcome<C['type']>> {
    // The gateway's answer is to this very command.
    return this.callAt(stationId, command, options) as Promise<CommandOutcome<C['type']>>;
  }

  private async callAt(
    stationId: string,
    command: StationCommand,
    options: { readonly priority?: 'safety' | 'normal'; readonly timeoutMs?: number },
  ): Promise<Outcome> {
    const connected = this.connections.get(stationId);
    const siteId = this.siteOf.get(stationId);
    const leases = this.options.leases();
    const token = siteId === undefined ? undefined : leases.tokenOf(siteId);
    if (connected === undefined || siteId === undefined || token === undefined) return OFFLINE;
    // Past its lease an owner only brings down: the gateway refuses even that once it knows of another.
    if (!leases.isValid(siteId) && options.priority !== 'safety') return OFFLINE;
    const { connectionId } = connected.socket;
    const timeoutMs = (options.timeoutMs ?? CALL_TIMEOUT_MS) + QUEUE_AND_WAY_MS;
    return new Promise((resolve) => {
      const end = (outcome: Outcome): void => {
        connected.underWay.delete(end);
        resolve(outcome);
      };
      connected.underWay.add(end);
      this.options.post
        .ask(connected.gatewayId, 'station.command', {
          ask: { stationId, connectionId, siteId, token, command, options },
          timeoutMs,
        })
        .then(
          (outcome) => {
            if (outcome.outcome !== 'stale') return end(outcome);
            end(OFFLINE);
            leases.outdated(siteId);
          },
          (error: unknown) => end(outcomeOf(error)),
        );
    });
  }

  private connected({
    siteId,
    link,
  }: NodeMessages['station.connected']['ask']): NodeMessages['station.connected']['answer'] {
    const { sites, stations } = this.options.service();
    const owner = sites.find(siteId);
    if (owner === undefined) return { status: 'notOwner' };
    const { stationId, socket, sinceMs } = link;
    if (sites.ownerOfStation(stationId) !== owner) return { status: 'unlisted' };
    // Somebody else speaks with it: here it is nobody's.
    if (owner.state.index.stations.get(stationId)?.delegated !== undefined) return { status: 'unlisted' };
    const before = this.connections.get(stationId);
    const isKnown = before?.socket.connectionId === socket.connectionId;
    if (before !== undefined && !isKnown) {
      const toleratedMs = link.isClaimed ? 0 : CLOCKS_DIFFER_MAX_MS;
      if (before.sinceMs > sinceMs + toleratedMs) return { status: 'replaced' };
      if (!link.isClaimed) this.replace(before);
    }
    const accepted = stations.isAccepted(stationId);
    this.connections.set(stationId, { ...link, underWay: isKnown ? before.underWay : new Set() });
    this.siteOf.set(stationId, siteId);
    const connection = owner.state.stations.get(stationId)?.connection;
    const isOnline = connection?.status === 'online' && connection.connectionId === socket.connectionId;
    if (!isKnown || !isOnline) {
      for (const end of before?.underWay ?? []) end({ outcome: 'unknown', reason: 'connectionLost' });
      stations.connected(stationId, socket);
    }
    return { status: 'taken', accepted };
  }

  /** Where presence can not tell who had the station before, its owner can. */
  private replace({ gatewayId, stationId, socket: { connectionId } }: Connected): void {
    this.options.post
      .ask(gatewayId, 'station.replaced', { ask: { stationId, connectionId }, timeoutMs: REPLACED_AT_MOST_MS })
      // One that can not be reached finds out with its next word.
      .catch(() => undefined);
  }

  private disconnected(
    ask: NodeMessages['station.disconnected']['ask'],
  ): NodeMessages['station.disconnected']['answer'] {
    const { siteId, stationId, connectionId, reason } = ask;
    if (this.options.service().sites.find(siteId) === undefined) return { status: 'notOwner' };
    const connected = this.connections.get(stationId);
    if (connected?.socket.connectionId === connectionId) this.dropped(stationId, connected, reason);
    return { status: 'taken' };
  }

  private dropped(stationId: string, connected: Connected, reason: string): void {
    this.connections.delete(stationId);
    this.siteOf.delete(stationId);
    for (const end of connected.underWay) end({ outcome: 'unknown', reason: 'connectionLost' });
    this.options.service().stations.disconnected(stationId, connected.socket.connectionId, reason);
  }

  private async request(
    ask: NodeMessages['station.request']['ask'],
  ): Promise<NodeMessages['station.request']['answer']> {
    const { siteId, stationId, connectionId, request } = ask;
    const { sites, stations } = this.options.service();
    const owner = sites.find(siteId);
    if (owner === undefined) return { status: 'notOwner' };
    if (sites.ownerOfStation(stationId) !== owner) return { status: 'unlisted' };
    if (this.connections.get(stationId)?.socket.connectionId !== connectionId) return { status: 'unconnected' };
    try {
      return { status: 'answered', response: await stations.request(stationId, request) };
    } catch (error) {
      if (sites.find(siteId) !== owner) return { status: 'notOwner' };
      this.options.log.warn(
        { stationId, type: request.type, error: String(error) },
        'a request could not be written down',
      );
      return { status: 'failed', detail: String(error) };
    }
  }
}

const OFFLINE: Outcome = { outcome: 'notSent', reason: 'offline' };

/** Only what certainly never reached its gateway was not sent. */
function outcomeOf(error: unknown): Outcome {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'NOBODY' || code === 'NOT_SENT') return OFFLINE;
  return { outcome: 'unknown', reason: 'timeout' };
}
