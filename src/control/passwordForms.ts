/** An OCPP 1.6 AuthorizationKey: 16 to 20 bytes, written as hex digits. */
const HEX_KEY = /^([0-9a-f]{2}){16,20}$/i;
const KEY_BYTES_MIN = 16;
const KEY_BYTES_MAX = 20;

/** The form in which a password is kept. */
export function writtenForm(password: string): string {
  return HEX_KEY.test(password) ? password.toLowerCase() : password;
}

/**
 * What a password that came may have been written as: OCPP 1.6 stations send the bytes of their key, or the hex digits that it was
 * given in. How many there are depends on what came only, never on what is known here.
 */
export function passwordForms(password: string): readonly string[] {
  const bytes = Buffer.from(password, 'utf8');
  const isKey = bytes.length >= KEY_BYTES_MIN && bytes.length <= KEY_BYTES_MAX;
  const forms = [password, writtenForm(password), ...(isKey ? [bytes.toString('hex')] : [])];
  return [...new Set(forms)];
}
