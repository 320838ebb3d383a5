import type { ChargingProfile } from '../site/chargingProfile.js';
import type { StationCommand } from '../site/stationMessages.js';
import { type CsmsProfile, isMaximum, purposeOf } from './csmsProfiles.js';
import type { OwnProfiles } from './ownProfiles.js';

/**
 * By what a profile of the CSMS is cleared at its station, and nothing of ours; undefined: it is not there. Ours has taken its place where
 * they have the same id on the same EVSE, or lie on the same EVSE with the same purpose and level. With an id of ours on another EVSE it
 * may be there beside ours or not, by station, and its id alone would clear ours.
 */
export function clearingOf(
  { evseId, profile, stationProfileId }: CsmsProfile,
  own: OwnProfiles,
): (StationCommand & { readonly type: 'clearChargingProfile' }) | undefined {
  if (stationProfileId === undefined) return undefined;
  const sameIds = own.all.filter((ours) => ours.profile.profileId === stationProfileId);
  if (sameIds.length === 0) return { type: 'clearChargingProfile', profileId: stationProfileId };
  const purpose = ourPurposeOf(profile);
  const { stackLevel } = profile;
  const isOnItsPlace = own.all.some(
    (ours) =>
      ours.evseId === evseId &&
      (ours.profile.profileId === stationProfileId ||
        (ours.profile.purpose === purpose && (ours.profile.stackLevel === stackLevel || !isLevel(stackLevel)))),
  );
  if (isOnItsPlace) return undefined;
  return { type: 'clearChargingProfile', evseId, purpose, ...(isLevel(stackLevel) ? { stackLevel } : {}) };
}

function isLevel(stackLevel: unknown): stackLevel is number {
  return typeof stackLevel === 'number' && Number.isInteger(stackLevel);
}

/** What is neither a default nor a maximum is a transaction's: a station takes no others. */
function ourPurposeOf(profile: CsmsProfile['profile']): ChargingProfile['purpose'] {
  if (isMaximum(profile)) return 'ChargingStationMaxProfile';
  return purposeOf(profile) === 'TxDefaultProfile' ? 'TxDefaultProfile' : 'TxProfile';
}
