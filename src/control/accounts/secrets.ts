import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
const ID_BYTES = 9;

/** What a program shows to say who it is. The prefix lets scanners of source code find those that were published by mistake. */
export function newKeySecret(): string {
  return `ek_${newSessionId()}`;
}

export function newSessionId(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

export function newId(kind: 'user' | 'key' | 'audit'): string {
  return `${kind}-${randomBytes(ID_BYTES).toString('base64url')}`;
}

/** Random secrets of 256 bits need no salt and no slowness. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares in a time that tells nothing of where they differ. */
export function isSameSecret(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
