import type { ConnectionTold } from '../control/delegation/delegation.js';
import type { StationDesk } from '../control/stationDesk.js';
import type { Clock } from '../site/clock.js';
import type { OcppVersion } from '../site/stationMessages.js';

/** How often it is looked for a CSMS that is silent. */
const LOOK_EVERY_MS = 1_000;

export interface HeldStation {
  readonly connectionId: string;
  /** The CSMS's own name of it. */
  readonly csmsConnectionId: string | undefined;
  readonly leaseMs: number;
  readonly configure: boolean;
  readonly ocppVersion: OcppVersion;
  lastSignMs: number;
  /** Its CSMS was silent too long: it counts as offline until there is another sign. */
  isLapsed: boolean;
}

export interface HeldStationsOptions {
  readonly clock: Clock;
  readonly epoch: string;
  readonly desk: Pick<StationDesk, 'connected' | 'disconnected'>;
  /** 'none': no site of this process has it as a station that a CSMS holds. */
  readonly versionOf: (stationId: string) => OcppVersion | 'none';
  /** What was under way to it is. */
  readonly onLost: (stationId: string) => void;
}

/**
 * Stations that a CSMS says it has a connection to, and whether that is still so: a CSMS shows that it is there by asking, telling and
 * answering. Where it is silent, its stations are as good as offline, for nothing would reach them.
 */
export class HeldStations {
  private readonly options: HeldStationsOptions;
  private readonly held = new Map<string, HeldStation>();
  private cancelLook: (() => void) | undefined;
  private connections = 0;

  constructor(options: HeldStationsOptions) {
    this.options = options;
  }

  find(stationId: string): HeldStation | undefined {
    return this.held.get(stationId);
  }

  /** It is connected: as before, or anew. */
  online(stationId: string, version: OcppVersion, told: ConnectionTold & { status: 'online' }): HeldStation {
    const known = this.held.get(stationId);
    const nowMs = this.options.clock.nowMs();
    const { leaseMs, configure } = told;
    const isSame =
      known !== undefined &&
      !known.isLapsed &&
      known.ocppVersion === version &&
      known.configure === configure &&
      (told.connectionId === undefined || told.connectionId === known.csmsConnectionId);
    if (isSame) {
      const renewed = { ...known, leaseMs, lastSignMs: nowMs };
      this.held.set(stationId, renewed);
      return renewed;
    }
    if (known !== undefined) this.options.onLost(stationId);
    const csmsConnectionId = told.connectionId ?? known?.csmsConnectionId;
    return this.connect(stationId, { csmsConnectionId, leaseMs, configure, ocppVersion: version });
  }

  offline(stationId: string, reason: string): void {
    const known = this.held.get(stationId);
    this.held.delete(stationId);
    if (known === undefined || known.isLapsed) return;
    this.options.onLost(stationId);
    this.options.desk.disconnected(stationId, known.connectionId, reason);
  }

  /** Its CSMS is there. */
  sign(stationId: string): void {
    const known = this.held.get(stationId);
    if (known === undefined) return;
    known.lastSignMs = this.options.clock.nowMs();
    // It may have restarted meanwhile, and forgotten: as after any gap the station is told anew what holds.
    if (known.isLapsed) this.connect(stationId, known);
  }

  /** A CSMS that asks for commands is there for all of its stations. */
  signOf(isOf: (stationId: string) => boolean): void {
    for (const stationId of [...this.held.keys()]) if (isOf(stationId)) this.sign(stationId);
  }

  close(): void {
    this.cancelLook?.();
  }

  private connect(
    stationId: string,
    of: Pick<HeldStation, 'csmsConnectionId' | 'leaseMs' | 'configure' | 'ocppVersion'>,
  ): HeldStation {
    const { clock, desk, epoch } = this.options;
    const { csmsConnectionId, leaseMs, configure, ocppVersion } = of;
    this.connections += 1;
    const connectionId = `csms-${epoch}-${this.connections}`;
    const fresh: HeldStation = {
      connectionId,
      csmsConnectionId,
      leaseMs,
      configure,
      ocppVersion,
      lastSignMs: clock.nowMs(),
      isLapsed: false,
    };
    this.held.set(stationId, fresh);
    const socket = { connectionId, ocppVersion, securityProfile: 0, address: 'csms', network: 'csms' } as const;
    desk.connected(stationId, configure ? socket : { ...socket, isSetUpElsewhere: true });
    this.lookSoon();
    return fresh;
  }

  private lookSoon(): void {
    if (this.cancelLook !== undefined || this.held.size === 0) return;
    this.cancelLook = this.options.clock.after(LOOK_EVERY_MS, () => {
      this.cancelLook = undefined;
      this.look();
      this.lookSoon();
    });
  }

  private look(): void {
    const { clock, versionOf, onLost, desk } = this.options;
    const nowMs = clock.nowMs();
    for (const [stationId, held] of [...this.held]) {
      // Its site was given up, or says otherwise now.
      if (versionOf(stationId) !== held.ocppVersion) this.offline(stationId, 'it is not held by a CSMS any more');
      else if (!held.isLapsed && nowMs - held.lastSignMs > held.leaseMs) {
        held.isLapsed = true;
        onLost(stationId);
        desk.disconnected(stationId, held.connectionId, 'its CSMS is silent');
      }
    }
  }
}
