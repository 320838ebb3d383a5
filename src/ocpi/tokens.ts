import { createHash, randomBytes } from 'node:crypto';

/**
 * How a peer writes tokens in its Authorization header. 'base64' is the rule; the specification's own sample encodes a newline with
 * it, and older implementations encode nothing.
 */
export type TokenEncoding = 'base64' | 'base64Newline' | 'raw';
export const TOKEN_ENCODINGS: readonly TokenEncoding[] = ['base64', 'base64Newline', 'raw'];

const TOKEN_BYTES = 32;
/** Of OCPI: at most 64 printable characters without a space. */
const TOKEN = /^[\x21-\x7e]{1,64}$/;
const HEADER_MAX = 256;

/** 43 characters that nobody can guess. */
export function newToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url');
}

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** Random secrets of 256 bits need no salt and no slowness. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

export function authorizationOf(token: string, encoding: TokenEncoding): string {
  switch (encoding) {
    case 'raw':
      return `Token ${token}`;
    case 'base64':
      return `Token ${Buffer.from(token).toString('base64')}`;
    case 'base64Newline':
      return `Token ${Buffer.from(`${token}\n`).toString('base64')}`;
  }
}

export interface ShownToken {
  readonly token: string;
  /** It was not encoded: that is for peers of which it is known. */
  readonly isRaw: boolean;
}

/** What a header may mean; a raw token may look like an encoded one. */
export function shownTokens(header: string | undefined): readonly ShownToken[] {
  const [scheme, written, ...rest] = header?.trim().split(/ +/) ?? [];
  if (scheme?.toLowerCase() !== 'token' || written === undefined || rest.length > 0 || written.length > HEADER_MAX)
    return [];
  const decoded = Buffer.from(written, 'base64')
    .toString('utf8')
    .replace(/\r?\n$/, '');
  return [
    ...(isToken(decoded) ? [{ token: decoded, isRaw: false }] : []),
    ...(isToken(written) ? [{ token: written, isRaw: true }] : []),
  ];
}
