/** What stands where something secret stood. */
export const REDACTED = '[redacted]';

/** Settings of stations whose value is nobody else's: 1.6's AuthorizationKey, 2.x's BasicAuthPassword, and those of vendors. */
const SECRET_SETTING = /password|passphrase|passwd|secret|key$|token|credential|idtag|certificate$|pin$|psk/i;
/** Ends in "key" or "pin" and is none. */
const OPEN_SETTING = /monkey|ping?interval/i;
const DEPTH_MAX = 32;

type Fields = Readonly<Record<string, unknown>>;

/** Where a member stands. */
export interface Place {
  /** The name of the object that it is in; '' where that has none. */
  readonly within: string;
  /** That object. An item of a list is in none. */
  readonly beside: Fields;
  /** The setting of a station that it tells of, where that was said beside it or above it. */
  readonly setting: string | undefined;
}

/** What is secret in documents of one kind. */
export interface Secrecy {
  /** A member is hidden with all that is in it; of a list each of its items is asked about too. */
  readonly hides: (name: string, value: unknown, place: Place) => boolean;
  /** What of a text may stay. `inside`: what of something that the text holds. */
  readonly text: (text: string, inside: (value: unknown) => unknown) => string;
  /** The name of the setting that an object of this name tells of. */
  readonly settingIn: (object: Fields, name: string) => string | undefined;
}

/** The same without what is secret; what is nested too deeply to be looked at counts as that. */
export function redacted(value: unknown, secrecy: Secrecy): unknown {
  return shown({ name: '', value, setting: undefined, depth: 0 }, secrecy);
}

export function isSecretSetting(name: string): boolean {
  return SECRET_SETTING.test(name) && !OPEN_SETTING.test(name);
}

interface Shown {
  readonly name: string;
  readonly value: unknown;
  readonly setting: string | undefined;
  readonly depth: number;
}

function shown({ name, value, setting, depth }: Shown, secrecy: Secrecy): unknown {
  const isNested = typeof value === 'object' && value !== null;
  if (!isNested && typeof value !== 'string') return value;
  if (typeof value === 'string')
    return secrecy.text(value, (held) =>
      depth >= DEPTH_MAX ? REDACTED : shown({ name: '', value: held, setting, depth: depth + 1 }, secrecy),
    );
  if (depth >= DEPTH_MAX) return REDACTED;
  if (Array.isArray(value)) {
    const place = { within: '', beside: {}, setting };
    return value.map((item) =>
      secrecy.hides(name, item, place) ? REDACTED : shown({ name, value: item, setting, depth: depth + 1 }, secrecy),
    );
  }
  const fields = value as Fields;
  const place = { within: name, beside: fields, setting: secrecy.settingIn(fields, name) ?? setting };
  return Object.fromEntries(
    Object.entries(fields).map(([member, held]) => [
      member,
      secrecy.hides(member, held, place)
        ? REDACTED
        : shown({ name: member, value: held, setting: place.setting, depth: depth + 1 }, secrecy),
    ]),
  );
}
