const REDACTED = '[redacted]';
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
const SECRET_SETTING = /key|password|secret|token|credential/i;
const DEPTH_MAX = 20;

/** The same without passwords, keys and the tokens of drivers. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replaceAll(KEY, REDACTED);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return REDACTED;
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  const isSetting = 'key' in value && 'value' in value && typeof value.key === 'string';
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      // A station's setting: its "key" is its name, and its value may be a password.
      if (isSetting && name === 'key') return [name, member];
      const hides = isSetting && name === 'value' && SECRET_SETTING.test(String(value.key));
      return [name, hides || SECRET_MEMBERS.has(name) ? REDACTED : redact(member, depth + 1)];
    }),
  );
}
