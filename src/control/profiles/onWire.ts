import { failsafeProfile, type ProfileTarget, txProfile } from '../../profiles/compile.js';
import type { ChargingProfile, TransactionId } from '../../site/chargingProfile.js';
import type { EvseInSite } from '../../site/mayDraw.js';
import type { Candidate } from '../../site/state.js';

// A slot remembers limits, and the message is made of them anew: with the station's capabilities and clock as they are known now, and
// when it was decided rather than when it left. Where these have changed since, unit and start may be others than those that were sent.

export function failsafeOnWire(
  at: Pick<EvseInSite, 'site' | 'station' | 'stationState'>,
  sent: Candidate,
): ChargingProfile {
  return failsafeProfile(targetOf(at, sent), sent.limits);
}

export function transactionOnWire(at: EvseInSite, transactionId: TransactionId, sent: Candidate): ChargingProfile {
  return txProfile(targetOf(at, sent), at.evse, transactionId, sent.limits);
}

function targetOf(
  { site, station, stationState }: Pick<EvseInSite, 'site' | 'station' | 'stationState'>,
  { sentMs }: Candidate,
): ProfileTarget {
  return {
    station,
    capabilities: stationState.capabilities,
    voltageV: site.voltageV,
    nowMs: sentMs,
    clockOffMs: stationState.clockOffMs,
  };
}
