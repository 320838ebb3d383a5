import { isSecretSetting, type Place, REDACTED, redacted, type Secrecy } from '../site/redact.js';
import type { JsonObject } from './frame.js';

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

/**
 * The payload of a message without tokens, passwords, keys and certificates. What can not be told from a secret is taken for one: a
 * setting's value without the setting's name, text that looks like JSON and is none.
 */
export function redactPayload(action: string, payload: JsonObject): JsonObject {
  const isAboutPeople = ABOUT_PEOPLE.has(action);
  const hides: Secrecy['hides'] = (name, value, place) =>
    isHidden(name, value, place) || (isAboutPeople && name === 'data' && typeof value !== 'object');
  // An object's members are those of an object.
  return redacted(payload, { hides, text, settingIn }) as JsonObject;
}

function isHidden(name: string, value: unknown, { setting, within }: Place): boolean {
  // Its `key` is the secret itself, and not a setting's name.
  if (within === 'vpn' && (name === 'key' || name === 'user')) return true;
  if (value === null || typeof value === 'object') return value !== null && SECRET_MEMBER.test(name);
  if (SECRET_MEMBERS.has(name) || SECRET_MEMBER.test(name)) return true;
  if (!VALUES.has(name)) return false;
  return setting === undefined ? typeof value === 'string' && !NUMBER.test(value) : isSecretSetting(setting);
}

/** 1.6 says { key, value }, 2.x { variable: { name }, attributeValue }. */
function settingIn({ key, variable }: JsonObject, name: string): string | undefined {
  if (typeof key === 'string' && name !== 'vpn') return key;
  if (typeof variable !== 'object' || variable === null) return undefined;
  const { name: setting } = variable as JsonObject;
  return typeof setting === 'string' ? setting : undefined;
}

/** Vendors put JSON into text. */
function text(value: string, inside: (value: unknown) => unknown): string {
  if (PEM.test(value)) return REDACTED;
  if (/^\s*[[{]/.test(value)) return textOfJson(value, inside);
  return value.replace(CREDENTIALS_IN_URL, `://${REDACTED}@`).replace(QUERY_IN_URL, `$1${REDACTED}`);
}

function textOfJson(value: string, inside: (value: unknown) => unknown): string {
  try {
    return JSON.stringify(inside(JSON.parse(value)));
  } catch {
    return REDACTED;
  }
}
