import type { CommandTarget } from './commandTarget.js';
import type { Outbox } from './outbox.js';
import type { PowerCycle } from './powerCycle.js';
import type { ProfileEngine } from './profileEngine.js';
import type { Registration } from './registration.js';
import type { SessionControl } from './sessionControl.js';
import type { StationClock } from './stationClock.js';
import type { StationLink } from './stationLink.js';
import type { StatusReporter } from './statusReporter.js';
import type { SimulatorClock } from './time.js';
import type { TransactionLog } from './transactionLog.js';
import type { VirtualEvse } from './virtualEvse.js';

interface Parts {
  readonly stationId: string;
  readonly evses: ReadonlyMap<number, VirtualEvse>;
  readonly profiles: ProfileEngine;
  readonly registration: Registration;
  readonly sessions: SessionControl;
  readonly statuses: StatusReporter;
  readonly power: PowerCycle;
  readonly log: TransactionLog;
  readonly outbox: Outbox;
  readonly link: StationLink;
  readonly clock: SimulatorClock;
  readonly stationClock: StationClock;
  readonly changed: () => void;
}

/** The station as commands see it: each part does what it is there for. */
export function commandTargetOf(parts: Parts): CommandTarget {
  const { stationId, evses, profiles, registration, sessions, statuses, power, log, outbox, link } = parts;
  const metered = (evse: VirtualEvse): VirtualEvse => {
    evse.advance(parts.clock.nowMs());
    return evse;
  };
  return {
    stationId,
    evses,
    profiles,
    get isRegistered() {
      return registration.isAccepted;
    },
    get transactionMessagesWaiting() {
      return outbox.transactionCallsWaiting;
    },
    nowMs: () => parts.stationClock.nowMs(),
    limitsChanged: () => parts.changed(),
    remoteStart: (evse, start) => sessions.remoteStart(evse, start),
    endTransaction: (evse, reason) => sessions.end(evse, reason),
    setOperative: (evse, operative) => sessions.setOperative(evse, operative),
    reset: (request) => power.resetSoon(request),
    resetWhenIdle: (request) => power.resetWhenIdle(request),
    sendBoot: (reason) => registration.boot(reason),
    sendHeartbeat: () => registration.heartbeat(),
    sendStatus: (evseId) => statuses.send(evseId),
    sendSample: (evse) => log.sample(metered(evse), 'Trigger'),
    sendIdleSample: (evse) => log.sampleIdle(metered(evse), 'Trigger'),
    send: (call, options) => outbox.push({ ...call, ...options }),
    setPassword: (password) => link.setPassword(password),
  };
}
