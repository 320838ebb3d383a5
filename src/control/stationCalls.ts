import type { Clock } from '../site/clock.js';
import { Problem } from '../site/problem.js';
import type { TransactionState } from '../site/state.js';
import type { OcppVersion, StationCaller, TriggeredMessage } from '../site/stationMessages.js';
import { compositeView, stationCompositeView } from './compositeView.js';
import type { Log } from './ports.js';
import { type RemoteStartAnswer, remoteStart } from './remoteStart.js';
import type { CompositeScheduleView, StationCompositeView } from './service.js';
import type { SiteRegistry } from './siteRegistry.js';
import type { StationCommands } from './stationCommands.js';
import type { StationReports } from './stationReports.js';

export interface StationCallsOptions {
  readonly sites: Pick<SiteRegistry, 'evse' | 'requireOwnerOfStation'>;
  readonly caller: () => StationCaller;
  readonly clock: Clock;
  readonly log: Log;
  readonly commands: StationCommands;
  readonly reports: Pick<StationReports, 'settings'>;
  /** Undefined: it is not connected. */
  readonly versionOf: (stationId: string) => OcppVersion | undefined;
}

/** What people and programs have a station do, or say. Refusals are thrown as Problem. */
export class StationCalls {
  private readonly options: StationCallsOptions;

  constructor(options: StationCallsOptions) {
    this.options = options;
  }

  async compositeSchedule(
    stationId: string,
    evseId: number,
    durationS: number,
    rateUnit?: 'A' | 'W',
  ): Promise<CompositeScheduleView> {
    return compositeView(this.options.sites.evse(stationId, evseId), durationS, this.asking(rateUnit));
  }

  async stationComposite(stationId: string, durationS: number, rateUnit?: 'A' | 'W'): Promise<StationCompositeView> {
    this.options.sites.requireOwnerOfStation(stationId);
    return stationCompositeView(stationId, durationS, this.asking(rateUnit));
  }

  private asking(rateUnit: 'A' | 'W' | undefined) {
    const { caller, clock } = this.options;
    return { caller: caller(), nowMs: clock.nowMs(), ...(rateUnit === undefined ? {} : { rateUnit }) };
  }

  async remoteStart(stationId: string, evseId: number, idToken: string): Promise<RemoteStartAnswer> {
    const owner = this.options.sites.requireOwnerOfStation(stationId);
    return remoteStart(this.options.sites.evse(stationId, evseId), idToken, { ...this.options, owner });
  }

  remoteStop(stationId: string, transactionId: string): Promise<{ status: string }> {
    const { transaction } = this.openTransaction(stationId, transactionId);
    return this.options.commands.status(stationId, { type: 'remoteStop', transactionId: transaction.transactionId });
  }

  /**
   * OCPP 2.1 K21. A station does it by a profile for priority of its own, and has no word for being told here: so that it took it is what
   * raises the session's priority.
   */
  async usePriorityCharging(stationId: string, transactionId: string, activate: boolean): Promise<{ status: string }> {
    const { owner, evseId, transaction } = this.openTransaction(stationId, transactionId);
    const known = { transactionId: transaction.transactionId };
    const answer = await this.options.commands.status(stationId, { type: 'usePriorityCharging', ...known, activate });
    if (answer.status === 'Accepted') {
      owner.dispatch({ type: 'priorityChargingTold', stationId, evseId, ...known, isActive: activate });
      await owner.durable();
    }
    return answer;
  }

  private openTransaction(stationId: string, transactionId: string) {
    const owner = this.options.sites.requireOwnerOfStation(stationId);
    const isOpen = (known: TransactionState | null): known is TransactionState =>
      String(known?.transactionId) === transactionId;
    for (const [evseId, { transaction }] of owner.state.stations.get(stationId)?.evses ?? [])
      if (isOpen(transaction)) return { owner, evseId, transaction };
    throw new Problem('TRANSACTION_NOT_FOUND', `Station "${stationId}" has no open transaction ${transactionId}.`);
  }

  triggerMessage(stationId: string, message: TriggeredMessage, evseId?: number): Promise<{ status: string }> {
    if (evseId !== undefined) this.options.sites.evse(stationId, evseId);
    const where = evseId === undefined ? {} : { evseId };
    return this.options.commands.status(stationId, { type: 'trigger', message, ...where });
  }

  reset(stationId: string, kind: 'Hard' | 'Soft'): Promise<{ status: string }> {
    return this.options.commands.status(stationId, { type: 'reset', kind });
  }

  unlock(stationId: string, evseId: number): Promise<{ status: string }> {
    this.options.sites.evse(stationId, evseId);
    return this.options.commands.status(stationId, { type: 'unlock', evseId });
  }

  clearCache(stationId: string): Promise<{ status: string }> {
    return this.options.commands.status(stationId, { type: 'clearCache' });
  }

  changeAvailability(stationId: string, evseId: number, operative: boolean): Promise<{ status: string }> {
    if (evseId !== 0) this.options.sites.evse(stationId, evseId);
    return this.options.commands.status(stationId, { type: 'changeAvailability', evseId, operative });
  }

  /** From OCPP 2.0.1 on a station answers for all its variables only with a report. */
  getConfiguration(stationId: string, keys?: readonly string[]) {
    const version = this.options.versionOf(stationId);
    const isReported = keys === undefined && version !== undefined && version !== '1.6';
    return isReported ? this.options.reports.settings(stationId) : this.options.commands.configuration(stationId, keys);
  }

  changeConfiguration(stationId: string, key: string, value: string): Promise<{ status: string }> {
    return this.options.commands.changeConfiguration(stationId, key, value);
  }
}
