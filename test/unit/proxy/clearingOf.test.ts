import { describe, expect, it } from 'vitest';
import { clearingOf } from '../../../src/proxy/clearingOf.js';
import { OwnProfiles } from '../../../src/proxy/ownProfiles.js';
import type { ChargingProfile } from '../../../src/site/chargingProfile.js';

const ours = (profileId: number, purpose: ChargingProfile['purpose']): ChargingProfile => ({
  profileId,
  stackLevel: 0,
  purpose,
  kind: 'Absolute',
  schedule: { rateUnit: 'A', periods: [{ startPeriodS: 0, limit: 6 }] },
});

/** Our failsafe for the whole station, and the limit of the transaction on EVSE 1. */
function own(): OwnProfiles {
  const profiles = new OwnProfiles();
  for (const [evseId, profile] of [
    [0, ours(1, 'TxDefaultProfile')],
    [1, ours(101, 'TxProfile')],
  ] as const)
    profiles.sent({ evseId, profile, written: profile }, { type: 'setChargingProfile', evseId, profile });
  return profiles;
}

const clearing = (id: number, evseId: number, chargingProfilePurpose: string, stackLevel: number) =>
  clearingOf({ evseId, profile: { id, chargingProfilePurpose, stackLevel }, stationProfileId: id }, own());

describe('a profile of the CSMS with an id of ours', () => {
  it.each([
    ['a default on an EVSE, above our failsafe’s level', 1, 1, 'TxDefaultProfile', 5],
    ['a default on an EVSE, at our failsafe’s level', 1, 1, 'TxDefaultProfile', 0],
    ['a transaction’s beside ours, at another level', 1, 1, 'TxProfile', 3],
    ['a maximum', 101, 0, 'ChargingStationMaxProfile', 0],
    ['a maximum as OCPP 1.6 names it', 101, 0, 'ChargePointMaxProfile', 0],
  ] as const)('%s is cleared, and nothing of ours', (_which, id, evseId, purpose, stackLevel) => {
    const command = clearing(id, evseId, purpose, stackLevel);
    expect(command).toMatchObject({ evseId, stackLevel, purpose: expect.any(String) });
    const left = own();
    if (command !== undefined) left.cleared(command);
    expect(left.all).toHaveLength(2);
  });

  it.each([
    ['the transaction’s, where ours is', 1, 1, 'TxProfile', 0],
    ['the default, where our failsafe is', 101, 0, 'TxDefaultProfile', 0],
    ['the same id on the same EVSE', 1, 0, 'TxDefaultProfile', 5],
  ] as const)('%s, is not there any more', (_which, id, evseId, purpose, stackLevel) => {
    expect(clearing(id, evseId, purpose, stackLevel)).toBeUndefined();
  });

  it('and any other is cleared by its id', () => {
    expect(clearing(8, 1, 'TxProfile', 0)).toEqual({ type: 'clearChargingProfile', profileId: 8 });
  });
});
