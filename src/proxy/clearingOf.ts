import type { StationCommand } from '../site/stationMessages.js';
import { type CsmsProfile, purposeOf } from './csmsProfiles.js';
import type { OwnProfiles } from './ownProfiles.js';

/**
 * By what a profile of the CSMS is cleared at its station; undefined: it is not there. Ours has taken its place where they have the same
 * id on the same EVSE; on another EVSE it may be there beside ours or not, by station, and its id alone would clear ours.
 */
export function clearingOf(
  { evseId, profile, stationProfileId }: CsmsProfile,
  own: OwnProfiles,
): (StationCommand & { readonly type: 'clearChargingProfile' }) | undefined {
  if (stationProfileId === undefined) return undefined;
  const sameIds = own.all.filter((ours) => ours.profile.profileId === stationProfileId);
  if (sameIds.length === 0) return { type: 'clearChargingProfile', profileId: stationProfileId };
  if (sameIds.some((ours) => ours.evseId === evseId)) return undefined;
  const purpose = purposeOf(profile);
  const { stackLevel } = profile;
  return {
    type: 'clearChargingProfile',
    evseId,
    ...(purpose === 'TxProfile' || purpose === 'TxDefaultProfile' ? { purpose } : {}),
    ...(typeof stackLevel === 'number' && Number.isInteger(stackLevel) ? { stackLevel } : {}),
  };
}
