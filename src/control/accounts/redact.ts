import { isSecretSetting, REDACTED, redacted } from '../../site/redact.js';

/** Never written down, wherever they stand. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'passwordHash',
  'key',
  'secret',
  'clientSecret',
  'tokenA',
  'token',
  'authorization',
  'cookie',
  'idToken',
  'idTokens',
]);
const KEY = /ek_[A-Za-z0-9_-]{16,}|whsec_[A-Za-z0-9+/=]{16,}/g;

/** A change, without passwords, keys and the tokens of drivers. */
export function redact(value: unknown): unknown {
  return redacted(value, {
    hides: (name, _value, { beside }) => {
      const isSetting = typeof beside.key === 'string' && 'value' in beside;
      // A station's setting: its "key" is its name, and its value may be a password.
      if (isSetting && name === 'key') return false;
      return SECRET_MEMBERS.has(name) || (isSetting && name === 'value' && isSecretSetting(String(beside.key)));
    },
    text: (text) => text.replaceAll(KEY, REDACTED),
    settingIn: () => undefined,
  });
}
