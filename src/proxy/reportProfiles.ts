import type { Dialect } from '../ocpp/dialect.js';
import type { JsonObject } from '../ocpp/frame.js';
import type { CsmsProfiles } from './csmsProfiles.js';
import { type CsmsRequest, EXTERNAL, objectOf } from './csmsRequests.js';
import type { OwnProfile } from './ownProfiles.js';

/**
 * OCPP 2.x: what a CSMS that asks for its station's profiles is told in the station's place: its own as it wrote them, and ours as what
 * an energy management system limits it to.
 */
export function profileReports(
  { requestId, matches, ours }: CsmsRequest & { kind: 'getProfiles' },
  { csms, own, dialect }: { csms: CsmsProfiles; own: readonly OwnProfile[]; dialect: Dialect },
): readonly object[] {
  const theirs = csms.filter(matches);
  const byEvse = [...new Set(theirs.map(({ evseId }) => evseId))].map((evseId) => ({
    evseId,
    chargingLimitSource: 'CSO',
    chargingProfile: theirs.filter((one) => one.evseId === evseId).map(({ profile }) => profile),
  }));
  const limiting = own
    .filter(({ evseId }) => ours === 'all' || evseId === ours)
    .map(({ evseId, profile }) => ({
      evseId,
      chargingLimitSource: 'EMS',
      chargingProfile: [asConstraint({ evseId, profile }, dialect)],
    }));
  const reports = [...byEvse, ...limiting];
  return reports.map((report, index) => ({
    requestId,
    ...report,
    ...(index < reports.length - 1 ? { tbc: true } : {}),
  }));
}

function asConstraint({ evseId, profile }: Pick<OwnProfile, 'evseId' | 'profile'>, dialect: Dialect): JsonObject {
  const encoded = dialect.encodeCommand({ type: 'setChargingProfile', evseId, profile });
  if (!encoded.encoded) throw new Error('a profile that was sent can not be said');
  const { transactionId: _its, ...wire } = objectOf(
    'chargingProfile' in encoded.payload ? encoded.payload.chargingProfile : {},
  );
  return { ...wire, chargingProfilePurpose: EXTERNAL };
}
