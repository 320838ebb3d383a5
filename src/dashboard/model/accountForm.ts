import type { KeyDraft, Role, UserDraft } from '../api/accountDocuments.js';
import type { ViewWord } from '../words/views/viewSpeech.js';
import type { Word } from '../words/words.js';
import { instantOf } from './siteTime.js';

// Users and keys as they are written in forms: text, until it is read.

const PASSWORD_MIN_CHARACTERS = 12;
const PASSWORD_MAX_CHARACTERS = 128;
const NAME_MAX_CHARACTERS = 100;
const EMAIL = /^\s*[^\s@]+@[^\s@]+\s*$/;

export interface UserText {
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Empty: it stays, of one that is there. */
  readonly password: string;
}

export interface KeyText {
  readonly name: string;
  readonly role: Role;
  /** Empty: every site of the organisation. */
  readonly siteIds: readonly string[];
  /** By the reader's wall clock, YYYY-MM-DDTHH:MM; empty: until it is revoked. */
  readonly expires: string;
}

export interface AccountProblem {
  readonly field: 'email' | 'name' | 'password' | 'expires';
  readonly word: Word | ViewWord;
  readonly filling: Readonly<Record<string, string | number>>;
}

/** From the top down. */
export function userProblems(text: UserText, isNew: boolean): readonly AccountProblem[] {
  const problems: AccountProblem[] = [];
  const at = (field: AccountProblem['field'], word: ViewWord, filling: AccountProblem['filling'] = {}) =>
    problems.push({ field, word, filling });
  if (!EMAIL.test(text.email)) at('email', 'users.badEmail');
  if (text.name.length > NAME_MAX_CHARACTERS) at('name', 'users.longName', { n: NAME_MAX_CHARACTERS });
  const { length } = text.password;
  const isLeft = length === 0 && !isNew;
  if (!isLeft && (length < PASSWORD_MIN_CHARACTERS || length > PASSWORD_MAX_CHARACTERS)) {
    at('password', 'users.badPassword', { n: PASSWORD_MIN_CHARACTERS, m: PASSWORD_MAX_CHARACTERS });
  }
  return problems;
}

export function readUser(text: UserText): UserDraft {
  return {
    email: text.email.trim(),
    name: text.name.trim(),
    role: text.role,
    ...(text.password === '' ? {} : { password: text.password }),
  };
}

export function keyProblems(text: KeyText, timeZone: string, nowMs: number): readonly AccountProblem[] {
  const problems: AccountProblem[] = [];
  if (text.name.trim() === '') problems.push({ field: 'name', word: 'keys.needsName', filling: {} });
  if (text.name.trim().length > NAME_MAX_CHARACTERS) {
    problems.push({ field: 'name', word: 'users.longName', filling: { n: NAME_MAX_CHARACTERS } });
  }
  if (text.expires !== '') {
    const expiresMs = instantOf(text.expires, timeZone);
    if (expiresMs === undefined) problems.push({ field: 'expires', word: 'form.time', filling: {} });
    else if (expiresMs <= nowMs) problems.push({ field: 'expires', word: 'keys.past', filling: {} });
  }
  return problems;
}

export function readKey(text: KeyText, timeZone: string): KeyDraft {
  const expiresMs = instantOf(text.expires, timeZone);
  return {
    name: text.name.trim(),
    role: text.role,
    ...(text.siteIds.length === 0 ? {} : { siteIds: text.siteIds }),
    ...(expiresMs === undefined ? {} : { expiresAt: new Date(expiresMs).toISOString() }),
  };
}

const RANK: Readonly<Record<Role, readonly Role[]>> = {
  admin: ['viewer', 'integrator', 'provider', 'owner', 'admin'],
  owner: ['viewer', 'integrator', 'provider', 'owner'],
  integrator: [],
  provider: [],
  viewer: [],
};

/** Nobody gives what they do not have. */
export function rolesToGive(mine: Role | undefined): readonly Role[] {
  return mine === undefined ? RANK.owner : RANK[mine];
}
