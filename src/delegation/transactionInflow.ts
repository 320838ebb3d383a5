import type { DelegatedTransaction } from '../control/delegation/delegation.js';
import { assertNever } from '../site/assertNever.js';
import type { TransactionId } from '../site/chargingProfile.js';
import { Problem } from '../site/problem.js';
import type { EvseStatus, OcppVersion, StationRequest, TransactionTold } from '../site/stationMessages.js';

const INT31_MAX = 2_147_483_647;

/** As it is on the wire: profiles name it. Throws Problem. */
export function transactionIdOf(text: string, version: OcppVersion): TransactionId {
  if (version !== '1.6') return text;
  const id = Number(text);
  if (/^\d{1,10}$/.test(text) && id >= 1 && id <= INT31_MAX) return id;
  throw new Problem('INVALID_REQUEST', 'A transaction of OCPP 1.6 has a number for an id: the one that you gave it.', {
    field: 'transactionId',
  });
}

export interface KnownOfIt {
  readonly isOpen: boolean;
  readonly nowMs: number;
}

/** What a document of a transaction says, in the words of a station. */
export function transactionRequests(
  transactionId: TransactionId,
  told: DelegatedTransaction,
  { isOpen, nowMs }: KnownOfIt,
): readonly StationRequest[] {
  const { evseId, state, startedAtMs, rev } = told;
  const event = state === 'ended' ? 'Ended' : isOpen ? 'Updated' : 'Started';
  const endedAtMs = told.endedAtMs ?? nowMs;
  const timestampMs = event === 'Started' ? startedAtMs : event === 'Ended' ? endedAtMs : nowMs;
  const request: TransactionTold = {
    type: 'transactionTold',
    event,
    transactionId,
    seqNo: rev,
    timestampMs,
    // Registers at the start and the end are no news of what flows now, nor of the station's clock.
    isOffline: true,
    triggerReason: 'Trigger',
    evseId,
    ...(told.idToken === undefined ? {} : { idToken: told.idToken }),
    ...(told.reason === undefined ? {} : { stoppedReason: told.reason }),
    samples: samplesOf(event, told, timestampMs),
    quarantined: 0,
  };
  if (event === 'Ended') return [request];
  return [request, { type: 'status', evseId, status: statusOf(state) }];
}

function samplesOf(
  event: TransactionTold['event'],
  { meterStartWh, meterStopWh }: DelegatedTransaction,
  timestampMs: number,
): TransactionTold['samples'] {
  const energyWh = event === 'Started' ? meterStartWh : event === 'Ended' ? meterStopWh : undefined;
  return energyWh === undefined ? [] : [{ timestampMs, energyWh }];
}

function statusOf(state: DelegatedTransaction['state']): EvseStatus {
  switch (state) {
    case 'connected':
      return 'Preparing';
    case 'charging':
      return 'Charging';
    case 'suspendedEV':
      return 'SuspendedEV';
    case 'suspendedEVSE':
      return 'SuspendedEVSE';
    case 'ended':
      return 'Finishing';
    default:
      return assertNever(state);
  }
}
