import { type ProfileTarget, stationProfile, txProfile } from '../../profiles/compile.js';
import type { ChargingProfile, ProfileForm, TransactionId } from '../../site/chargingProfile.js';
import type { EvseInSite } from '../../site/mayDraw.js';
import type { Evse } from '../../site/model.js';
import type { Candidate } from '../../site/state.js';

// A slot remembers limits and the form they were written in; the message is made of them anew, as of when it was decided rather than
// when it left. Of what was sent before forms were kept, the form is the plain one.

export function failsafeOnWire(
  at: Pick<EvseInSite, 'site' | 'station' | 'stationState'>,
  sent: Candidate,
): ChargingProfile {
  return stationProfile(targetOf(at, sent), sent.limits, formSent(at.station.evses, sent, 'TxDefaultProfile'));
}

export function transactionOnWire(at: EvseInSite, transactionId: TransactionId, sent: Candidate): ChargingProfile {
  return txProfile(targetOf(at, sent), at.evse, transactionId, sent.limits, formSent([at.evse], sent, 'TxProfile'));
}

export function formSent(evses: readonly Evse[], { form }: Candidate, purpose: ProfileForm['purpose']): ProfileForm {
  return form ?? { purpose, kind: 'Absolute', rateUnit: evses.some(({ kind }) => kind === 'DC') ? 'W' : 'A' };
}

function targetOf(
  { site, station, stationState }: Pick<EvseInSite, 'site' | 'station' | 'stationState'>,
  { sentMs }: Candidate,
): ProfileTarget {
  return {
    station,
    voltageV: site.voltageV,
    nowMs: sentMs,
    clockOffMs: stationState.clockOffMs,
  };
}
