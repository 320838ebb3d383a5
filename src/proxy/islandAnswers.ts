import { createHash } from 'node:crypto';
import type { JsonObject } from '../ocpp/frame.js';
import { objectOf } from './csmsRequests.js';
import type { AnswerFrame, RelayedCall } from './relayMessages.js';

// What a station from OCPP 2.0.1 on is answered while its CSMS is away.

/** How often a station that boots meanwhile is to say that it is there, in seconds. */
const HEARTBEAT_S = 300;

/** These tell something, are answered with nothing, and are for the CSMS to hear once it is back. */
const TELLS: ReadonlySet<string> = new Set([
  'TransactionEvent',
  'StatusNotification',
  'MeterValues',
  'SecurityEventNotification',
  'NotifyEvent',
  'NotifyReport',
  'NotifyMonitoringReport',
  'NotifyChargingLimit',
  'ClearedChargingLimit',
  'ReportChargingProfiles',
  'NotifyCustomerInformation',
  'NotifyDisplayMessages',
  'FirmwareStatusNotification',
  'PublishFirmwareStatusNotification',
  'LogStatusNotification',
  'ReservationStatusUpdate',
]);

/** Whether the CSMS has to hear of it, however late. */
export function isForLater(action: string): boolean {
  return TELLS.has(action) || action === 'BootNotification';
}

export interface IslandContext {
  readonly nowMs: number;
  /** The CSMS has accepted it. */
  readonly isKnown: (token: string) => boolean;
  /** The CSMS is away. Else it is there, and judges later what it is told. */
  readonly isDown: boolean;
}

/** The payload of the answer; undefined: only the CSMS can answer that. */
export function islandAnswer(
  { action, payload }: RelayedCall,
  { nowMs, isKnown, isDown }: IslandContext,
): JsonObject | undefined {
  const currentTime = new Date(nowMs).toISOString();
  const token = tokenIn(payload);
  const idTokenInfo = { status: token !== undefined && isKnown(token) ? 'Accepted' : 'Unknown' };
  switch (action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime, interval: HEARTBEAT_S };
    case 'Heartbeat':
      return { currentTime };
    case 'Authorize':
      return { idTokenInfo };
    case 'TransactionEvent':
      // A judgement that its CSMS can still make is not made in its place: it would end what that has let begin.
      return token === undefined || (!isDown && !isKnown(token)) ? {} : { idTokenInfo };
    case 'NotifyEVChargingNeeds':
    case 'NotifyEVChargingSchedule':
      // Its site has heard of it, and gives the schedule.
      return { status: 'Accepted' };
    case 'DataTransfer':
      return { status: 'UnknownVendorId' };
    default:
      return TELLS.has(action) ? {} : undefined;
  }
}

/** What the CSMS said of a token, by its mark; undefined: nothing. */
export function verdictIn(
  { payload }: Pick<RelayedCall, 'payload'>,
  frame: AnswerFrame,
): { readonly token: string; readonly isAccepted: boolean } | undefined {
  const token = tokenIn(payload);
  const { status } = frame.kind === 'result' ? objectOf(frame.payload.idTokenInfo) : {};
  if (token === undefined || typeof status !== 'string') return undefined;
  return { token, isAccepted: status === 'Accepted' };
}

/** Whom the CSMS has let charge by asking the station to start, which that does. */
export function startedFor({ action, payload }: RelayedCall, frame: AnswerFrame): string | undefined {
  const isStarted =
    action === 'RequestStartTransaction' && frame.kind === 'result' && frame.payload.status === 'Accepted';
  return isStarted ? tokenIn(payload) : undefined;
}

/** A mark by which a token is known again without being kept. OCPP 2.0.1: in tokens small and capital letters are the same. */
function tokenIn({ idToken: asked }: JsonObject): string | undefined {
  const { idToken, type } = objectOf(asked);
  if (typeof idToken !== 'string' || typeof type !== 'string') return undefined;
  return createHash('sha256').update(`${type}\n${idToken.toLowerCase()}`).digest('base64url').slice(0, 22);
}
