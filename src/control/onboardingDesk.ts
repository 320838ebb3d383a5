import type { Clock } from '../site/clock.js';
import type { SiteModel, Station } from '../site/model.js';
import { Problem } from '../site/problem.js';
import type { OcppVersion, SecurityProfile, StationSocket } from '../site/stationMessages.js';
import type { StationCredentials } from './credentials.js';
import type { BootDetails, OnboardingRoom, WaitingStation } from './onboardingRoom.js';
import type { Log } from './ports.js';

export interface OnboardingView {
  /** Null: unknown stations are refused. */
  readonly openUntilMs: number | null;
  readonly stations: readonly WaitingStationView[];
}

export interface WaitingStationView {
  readonly stationId: string;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly serialNumber: string | null;
  readonly firmwareVersion: string | null;
  readonly address: string;
  readonly ocppVersion: OcppVersion;
  readonly securityProfile: SecurityProfile;
  readonly sinceMs: number;
  /** It has credentials, and only lacks a site. */
  readonly hasCredentials: boolean;
  /** Others with another password claim to be it. */
  readonly contested: boolean;
}

/** At once where strangers wait in this process; else once those have answered where they do. */
type Soon<T> = T | Promise<T>;

export interface OnboardingService {
  view(): Soon<OnboardingView>;
  open(durationMs: number): Soon<OnboardingView>;
  close(): Soon<void>;
  /** Puts the station into the site, and takes what it came with for its credentials. */
  adopt(siteId: string, station: Station): Promise<SiteModel>;
}

/** A station that showed who it is, and that no site lists. */
export interface Siteless {
  readonly stationId: string;
  readonly socket: StationSocket;
  readonly sinceMs: number;
  readonly boot: BootDetails | undefined;
}

/** Where stations without a site are: in this process, or at gateways. */
export interface OnboardingRooms {
  look(): Soon<{
    readonly openUntilMs: number | 'closed';
    readonly waiting: readonly WaitingStation[];
    readonly siteless: readonly Siteless[];
  }>;
  open(durationMs: number): Soon<void>;
  close(): Soon<void>;
  /** It has been taken in. */
  release(stationId: string): Soon<void>;
}

/** One process alone has one room. */
export function roomsHere(
  room: Pick<OnboardingRoom, 'openUntilMs' | 'list' | 'open' | 'close' | 'release'>,
  siteless: () => readonly Siteless[],
): OnboardingRooms {
  return {
    look: () => ({ openUntilMs: room.openUntilMs, waiting: room.list(), siteless: siteless() }),
    open: (durationMs) => room.open(durationMs),
    close: () => room.close(),
    release: (stationId) => room.release(stationId),
  };
}

export interface OnboardingDeskOptions {
  readonly rooms: OnboardingRooms;
  readonly credentials: StationCredentials;
  readonly clock: Clock;
  readonly log: Log;
  /** Changes a site as it stands when its turn comes. */
  readonly changeSite: (siteId: string, change: (site: SiteModel) => SiteModel) => Promise<SiteModel>;
}

/** Of those with credentials; those without are bounded where they wait. */
const SITELESS_LISTED_MAX = 200;

export class OnboardingDesk implements OnboardingService {
  private readonly options: OnboardingDeskOptions;

  constructor(options: OnboardingDeskOptions) {
    this.options = options;
  }

  async view(): Promise<OnboardingView> {
    const { openUntilMs: until, waiting, siteless } = await this.options.rooms.look();
    const claims = new Map<string, number>();
    for (const { stationId } of waiting) claims.set(stationId, (claims.get(stationId) ?? 0) + 1);
    const strangers = waiting.map((station) => ({
      ...viewOf(station),
      hasCredentials: false,
      contested: (claims.get(station.stationId) ?? 0) > 1,
    }));
    const known = siteless
      .slice(0, SITELESS_LISTED_MAX)
      .map((station) => ({ ...viewOf(station), hasCredentials: true, contested: false }));
    return { openUntilMs: until === 'closed' ? null : until, stations: [...strangers, ...known] };
  }

  async open(durationMs: number): Promise<OnboardingView> {
    await this.options.rooms.open(durationMs);
    this.options.log.warn({ minutes: durationMs / 60_000 }, 'stations that nobody knows may wait to be taken in');
    return this.view();
  }

  async close(): Promise<void> {
    await this.options.rooms.close();
    this.options.log.info({}, 'stations that nobody knows are refused');
  }

  async adopt(siteId: string, station: Station): Promise<SiteModel> {
    const { rooms, credentials, changeSite, log } = this.options;
    const look = await rooms.look();
    const waiting = look.waiting.filter(({ stationId }) => stationId === station.id);
    const isKnown = look.siteless.some(({ stationId }) => stationId === station.id);
    const [first, ...others] = waiting;
    if (first === undefined && !isKnown) {
      throw new Problem('STATION_NOT_WAITING', `No station "${station.id}" is waiting.`);
    }
    if (others.length > 0) {
      throw new Problem('STATION_CONTESTED', `Connections with different passwords claim to be "${station.id}".`, {
        details: { stationId: station.id, addresses: waiting.map(({ approach }) => approach.address) },
      });
    }
    // The site first: where that is refused, the station gets nothing.
    const site = await changeSite(siteId, (before) => ({
      ...before,
      stations: [...before.stations.filter(({ id }) => id !== station.id), station],
    }));
    if (first !== undefined) {
      await credentials.adopt(station.id, first.passwordHash, first.approach.securityProfile);
      log.info({ siteId, stationId: station.id, address: first.approach.address }, 'a station was taken in');
      await rooms.release(station.id);
    }
    return site;
  }
}

function viewOf(station: {
  readonly stationId: string;
  readonly socket: StationSocket;
  readonly sinceMs: number;
  readonly boot: BootDetails | undefined;
}) {
  const { stationId, socket, sinceMs, boot } = station;
  const { address, ocppVersion, securityProfile } = socket;
  return {
    stationId,
    vendor: boot?.vendor ?? null,
    model: boot?.model ?? null,
    serialNumber: boot?.serialNumber ?? null,
    firmwareVersion: boot?.firmwareVersion ?? null,
    address,
    ocppVersion,
    securityProfile,
    sinceMs,
  };
}
