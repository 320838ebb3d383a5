import type { JsonObject } from './frame.js';

/** What stands where something secret stood. */
export const REDACTED = '[redacted]';

/** Members that name a driver or a car, or let somebody in, in whatever message of whatever version they stand. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'idTag',
  'parentIdTag',
  'idToken',
  'groupIdToken',
  'additionalIdToken',
  'eMAID',
  'emaid',
  'evccId',
  'vehicleId',
  'customerIdentifier',
  'certificate',
  'certificateChain',
  'signingCertificate',
  'csr',
  'exiRequest',
  'exiResponse',
  'signature',
  'signedMeterData',
  'publicKey',
]);
const SECRET_MEMBER = /password|passphrase|secret|simpin|authorizationkey|accesstoken|personalmessage/i;
/** Settings whose value is nobody else's: 1.6's AuthorizationKey, 2.x's BasicAuthPassword, and those of vendors. */
const SECRET_SETTING = /password|passphrase|passwd|secret|key$|token|credential|idtag|certificate$|pin$|psk/i;
/** Ends in "key" or "pin" and is none. */
const OPEN_SETTING = /monkey|ping?interval/i;
/** Of what they are the value is said beside them, or above them. Without that they could be anything. */
const VALUES: ReadonlySet<string> = new Set(['value', 'attributeValue', 'actualValue']);
/** A number is nobody's password; what is long enough to be a key is not shown. */
const NUMBER = /^[+-]?\d{0,14}(\.\d{0,14})?$/;
/** What these carry is said of a person. */
const ABOUT_PEOPLE: ReadonlySet<string> = new Set(['NotifyCustomerInformation', 'CustomerInformation']);
const CREDENTIALS_IN_URL = /:\/\/[^/\s@]*@/g;
/** Addresses to load up to are often signed, and then a secret themselves. */
const QUERY_IN_URL = /(:\/\/[^\s?]*\?)\S+/g;
const PEM = /-----BEGIN [A-Z0-9 ]+-----/;
const DEPTH_MAX = 32;

interface Place {
  /** The setting that a value here is of, where that was said. */
  readonly setting: string | undefined;
  readonly depth: number;
  readonly isAboutPeople: boolean;
}

/**
 * The payload of a message without tokens, passwords, keys and certificates. What can not be told from a secret is taken for one: a
 * setting's value without the setting's name, text that looks like JSON and is none.
 */
export function redactPayload(action: string, payload: JsonObject): JsonObject {
  return members(payload, { setting: undefined, depth: 0, isAboutPeople: ABOUT_PEOPLE.has(action) });
}

function members(object: JsonObject, place: Place): JsonObject {
  const setting = settingIn(object) ?? place.setting;
  const inside: Place = { ...place, setting, depth: place.depth + 1 };
  return Object.fromEntries(
    Object.entries(object).map(([name, value]) => [
      name,
      isHidden(name, value, inside) ? REDACTED : shown(name, value, inside),
    ]),
  );
}

function isHidden(name: string, value: unknown, { setting, isAboutPeople }: Place): boolean {
  if (value === null || typeof value === 'object') return value !== null && SECRET_MEMBER.test(name);
  if (SECRET_MEMBERS.has(name) || SECRET_MEMBER.test(name)) return true;
  if (isAboutPeople && name === 'data') return true;
  if (!VALUES.has(name)) return false;
  if (setting === undefined) return typeof value === 'string' && !NUMBER.test(value);
  return SECRET_SETTING.test(setting) && !OPEN_SETTING.test(setting);
}

function shown(name: string, value: unknown, place: Place): unknown {
  if (typeof value === 'string') return text(value, place);
  if (typeof value !== 'object' || value === null) return value;
  if (place.depth >= DEPTH_MAX) return REDACTED;
  if (Array.isArray(value)) {
    const inside = { ...place, depth: place.depth + 1 };
    return value.map((item) => (isHidden(name, item, inside) ? REDACTED : shown(name, item, inside)));
  }
  return name === 'vpn' ? vpn(value as JsonObject, place) : members(value as JsonObject, place);
}

/** Its `key` is the secret itself, and not a setting's name. */
function vpn(value: JsonObject, place: Place): JsonObject {
  const { key, user, ...rest } = value;
  const hidden = { ...(key === undefined ? {} : { key: REDACTED }), ...(user === undefined ? {} : { user: REDACTED }) };
  return { ...members(rest, place), ...hidden };
}

/** 1.6 says { key, value }, 2.x { variable: { name }, attributeValue }. */
function settingIn({ key, variable }: JsonObject): string | undefined {
  if (typeof key === 'string') return key;
  if (typeof variable !== 'object' || variable === null) return undefined;
  const { name } = variable as JsonObject;
  return typeof name === 'string' ? name : undefined;
}

/** Vendors put JSON into text. */
function text(value: string, place: Place): string {
  if (PEM.test(value)) return REDACTED;
  if (/^\s*[[{]/.test(value)) return textOfJson(value, place);
  return value.replace(CREDENTIALS_IN_URL, `://${REDACTED}@`).replace(QUERY_IN_URL, `$1${REDACTED}`);
}

function textOfJson(value: string, place: Place): string {
  if (place.depth >= DEPTH_MAX) return REDACTED;
  try {
    const parsed: unknown = JSON.parse(value);
    return JSON.stringify(shown('', parsed, { ...place, depth: place.depth + 1 }));
  } catch {
    return REDACTED;
  }
}
