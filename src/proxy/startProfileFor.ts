import type { Dialect } from '../ocpp/dialect.js';
import type { ChargingProfile } from '../site/chargingProfile.js';
import type { CsmsProfile } from './csmsProfiles.js';
import { lowered } from './lowered.js';
import type { MergedProfiles } from './mergedProfiles.js';

/** As ours for that transaction will have, so that it replaces this one (src/profiles/compile.ts). */
const TX_PROFILE_ID_BASE = 100;

/** In the place of the profile in a request to start: what the station falls to anyway, lowered to what the CSMS wants. On the wire. */
export function startProfileFor(
  { evseId, profile }: CsmsProfile,
  failsafe: ChargingProfile,
  { merged, dialect }: { readonly merged: MergedProfiles; readonly dialect: Dialect },
): unknown {
  const context = merged.context();
  const { transactionId: _none, ...unbound } = profile;
  // As if it began now (OCPP 2.0.1 K08.FR.06).
  const assumed = { evseId, startMs: context.nowMs, transactionId: 'asked' };
  const start: ChargingProfile = {
    profileId: TX_PROFILE_ID_BASE + evseId,
    stackLevel: failsafe.stackLevel,
    purpose: 'TxProfile',
    kind: 'Relative',
    schedule: constantOf(failsafe),
  };
  const encoded = dialect.encodeCommand({
    type: 'remoteStart',
    evseId,
    idToken: 'any',
    profile: lowered(start, evseId, [...merged.csms, { evseId, profile: unbound }], {
      ...context,
      transactions: [assumed],
    }),
  });
  if (!encoded.encoded || !('chargingProfile' in encoded.payload)) throw new Error('a start can not be said');
  return encoded.payload.chargingProfile;
}

/** One limit, the least: it counts from a start that is not known yet. */
function constantOf({ schedule: { rateUnit, periods } }: ChargingProfile): ChargingProfile['schedule'] {
  const limit = Math.min(...periods.map((period) => period.limit));
  const numberPhases = periods[0]?.numberPhases;
  return { rateUnit, periods: [{ startPeriodS: 0, limit, ...(numberPhases === undefined ? {} : { numberPhases }) }] };
}
