import type { JsonObject } from '../ocpp/frame.js';
import type { OcppVersion } from '../site/stationMessages.js';
import { type CsmsProfile, profileIdOf, purposeOf } from './csmsProfiles.js';
import type { RelayedCall } from './relayMessages.js';

// What a CSMS asks of its station that is not simply passed on, in the words of its version. Only what matters here is read: the rest
// of a message is the station's to judge.

export interface Setting {
  /** Component.Variable from 2.0.1 on. */
  readonly key: string;
  readonly value: string;
  /** The value itself, not what it may be set to. */
  readonly isActual: boolean;
}

export type CsmsRequest =
  | { readonly kind: 'setProfile'; readonly evseId: number; readonly profile: JsonObject }
  | { readonly kind: 'clearProfiles'; readonly matches: (one: CsmsProfile) => boolean }
  | {
      readonly kind: 'getProfiles';
      readonly requestId: number;
      readonly matches: (one: CsmsProfile) => boolean;
      /** Of what limits it besides the CSMS: the EVSE, 'all', or 'none'. */
      readonly ours: number | 'all' | 'none';
    }
  /** evseId 0: the station chooses. */
  | { readonly kind: 'start'; readonly evseId: number; readonly profile: JsonObject }
  | { readonly kind: 'settings'; readonly settings: readonly Setting[] }
  | { readonly kind: 'networkProfile' }
  /** What is signed for the station can not be lowered on the way, and would lie over ours. */
  | { readonly kind: 'signedProfiles' };

/** Undefined: it is passed on as it is. */
export function readCsmsRequest({ action, payload }: RelayedCall, version: OcppVersion): CsmsRequest | undefined {
  return version === '1.6' ? read16(action, payload) : read2x(action, payload);
}

function read16(action: string, payload: JsonObject): CsmsRequest | undefined {
  switch (action) {
    case 'SetChargingProfile':
      return setProfile(payload.connectorId, payload.csChargingProfiles);
    case 'ClearChargingProfile': {
      const { id, connectorId, chargingProfilePurpose, stackLevel } = payload;
      return {
        kind: 'clearProfiles',
        matches: criteria({ id, evseId: connectorId, chargingProfilePurpose, stackLevel }),
      };
    }
    case 'RemoteStartTransaction':
      return start(payload.connectorId, payload.chargingProfile);
    case 'ChangeConfiguration': {
      const { key, value } = payload;
      if (typeof key !== 'string' || typeof value !== 'string') return undefined;
      return { kind: 'settings', settings: [{ key, value, isActual: true }] };
    }
    default:
      return undefined;
  }
}

function read2x(action: string, payload: JsonObject): CsmsRequest | undefined {
  switch (action) {
    case 'SetChargingProfile':
      return setProfile(payload.evseId, payload.chargingProfile);
    case 'ClearChargingProfile': {
      const { chargingProfileId: id } = payload;
      const { evseId, chargingProfilePurpose, stackLevel } = objectOf(payload.chargingProfileCriteria);
      return { kind: 'clearProfiles', matches: criteria({ id, evseId, chargingProfilePurpose, stackLevel }) };
    }
    case 'GetChargingProfiles':
      return getProfiles(payload);
    case 'RequestStartTransaction':
      return start(payload.evseId, payload.chargingProfile);
    case 'SetVariables': {
      const settings = listOf(payload.setVariableData).map(settingOf);
      return settings.some(({ key }) => key === '') ? undefined : { kind: 'settings', settings };
    }
    case 'SetNetworkProfile':
      return { kind: 'networkProfile' };
    default:
      return SIGNED_PROFILES.test(action) ? { kind: 'signedProfiles' } : undefined;
  }
}

/** OCPP 2.0.1 part 4: an action with its payload signed. */
const SIGNED_PROFILES = /^(SetChargingProfile|ClearChargingProfile|RequestStartTransaction|SetVariables)-Signed$/;

function setProfile(evseId: unknown, profile: unknown): CsmsRequest | undefined {
  // What is no profile at all is the station's to refuse.
  if (!isEvseId(evseId) || typeof profile !== 'object' || profile === null || Array.isArray(profile)) return undefined;
  return { kind: 'setProfile', evseId, profile: profile as JsonObject };
}

function start(evseId: unknown, profile: unknown): CsmsRequest | undefined {
  if (typeof profile !== 'object' || profile === null) return undefined;
  return { kind: 'start', evseId: isEvseId(evseId) ? evseId : 0, profile: objectOf(profile) };
}

function getProfiles(payload: JsonObject): CsmsRequest | undefined {
  const { requestId, evseId } = payload;
  if (typeof requestId !== 'number') return undefined;
  const { chargingProfilePurpose, stackLevel, chargingProfileId, chargingLimitSource } = objectOf(
    payload.chargingProfile,
  );
  const ids = Array.isArray(chargingProfileId) ? chargingProfileId : undefined;
  const sources = Array.isArray(chargingLimitSource) ? chargingLimitSource : undefined;
  const matches = criteria({ evseId, chargingProfilePurpose, stackLevel });
  const wantsOurs =
    ids === undefined &&
    (sources === undefined || sources.includes('EMS')) &&
    (chargingProfilePurpose === undefined || chargingProfilePurpose === EXTERNAL) &&
    (stackLevel === undefined || stackLevel === 0);
  return {
    kind: 'getProfiles',
    requestId,
    matches: (one) =>
      matches(one) &&
      (ids === undefined || ids.includes(profileIdOf(one.profile))) &&
      (sources === undefined || sources.includes('CSO')),
    ours: !wantsOurs ? 'none' : isEvseId(evseId) ? evseId : 'all',
  };
}

/** What limits a station besides its CSMS. */
export const EXTERNAL = 'ChargingStationExternalConstraints';

/** Of those that are given each must be met. */
function criteria(
  wanted: Readonly<Record<'evseId' | 'chargingProfilePurpose' | 'stackLevel', unknown>> & { readonly id?: unknown },
) {
  return ({ evseId, profile }: CsmsProfile): boolean =>
    (wanted.id === undefined || wanted.id === profileIdOf(profile)) &&
    (wanted.evseId === undefined || wanted.evseId === evseId) &&
    (wanted.chargingProfilePurpose === undefined || wanted.chargingProfilePurpose === purposeOf(profile)) &&
    (wanted.stackLevel === undefined || wanted.stackLevel === profile.stackLevel);
}

function settingOf(entry: unknown): Setting {
  const { component, variable, attributeType, attributeValue } = objectOf(entry);
  const [componentName, variableName] = [objectOf(component).name, objectOf(variable).name];
  if (typeof componentName !== 'string' || typeof variableName !== 'string')
    return { key: '', value: '', isActual: true };
  return {
    key: `${componentName}.${variableName}`,
    value: typeof attributeValue === 'string' ? attributeValue : '',
    isActual: attributeType === undefined || attributeType === 'Actual',
  };
}

export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** As the API has it, and a little more: what no site has limits nothing. */
const EVSE_ID_MAX = 100_000;

export function isEvseId(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= EVSE_ID_MAX;
}
