import { signal } from '@preact/signals';
import type { Me } from './api/accountDocuments.js';

// Who is signed in, and how requests show it: by a cookie that no script can read; by an API key, kept for this tab only; or on a
// wall screen by a key that stands in the fragment of its address, which browsers send to nobody.

export const KEY_KEPT_AS = 'evenkeel.key';
/** That somebody was signed in here, and nothing else: the cookie itself can not be seen. */
const SIGNED_IN_KEPT_AS = 'evenkeel.signedIn';
/** What the last snapshots of sites are kept under; gone with whoever saw them. */
export const SNAPSHOTS = 'evenkeel-snapshots';
const DEFAULT_WAIT_S = 60;
const WALL_KEY = /^#key=([A-Za-z0-9_.-]{8,512})$/;

/** What an attempt to come in came to. */
export type SignInOutcome =
  | { readonly kind: 'in'; readonly me: Me }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'tooMany'; readonly waitS: number }
  | { readonly kind: 'unreachable' };

type Session =
  /** Whether the browser has a cookie is being asked. */
  | { readonly kind: 'asking' }
  | { readonly kind: 'out'; readonly why: 'never' | 'chosen' | 'refused' }
  | { readonly kind: 'in'; readonly by: 'cookie' }
  | { readonly kind: 'in'; readonly by: 'key' | 'wall'; readonly key: string };

const session = signal<Session>({ kind: 'asking' });
const known = signal<Me | undefined>(undefined);

/** Whether requests will show somebody; what they may see is the service's to say. */
export function isSignedIn(): boolean {
  return session.value.kind === 'in';
}

export function isSignedOut(): boolean {
  return session.value.kind === 'out';
}

/** The service no longer took what was shown to it. */
export function wasSignedOut(): boolean {
  return session.value.kind === 'out' && session.value.why === 'refused';
}

/** A screen that came with its own key: there is nobody who could sign in. */
export function isWallScreen(): boolean {
  return WALL_KEY.test(location.hash);
}

/** Undefined until the service has said it. */
export function me(): Me | undefined {
  return known.value;
}

/** Looks for what shows who is here. Without a trace of anybody the cookie is asked for first, since it may be another tab's. */
export async function beginSession(): Promise<void> {
  const wallKey = WALL_KEY.exec(location.hash)?.[1];
  const kept = sessionStorage.getItem(KEY_KEPT_AS) ?? undefined;
  if (wallKey !== undefined) session.value = { kind: 'in', by: 'wall', key: wallKey };
  else if (kept !== undefined) session.value = { kind: 'in', by: 'key', key: kept };
  else if (localStorage.getItem(SIGNED_IN_KEPT_AS) !== null) session.value = { kind: 'in', by: 'cookie' };
  const asked = await askMe(credentials());
  if (asked.kind === 'in') enter(asked.me, session.peek());
  else if (asked.kind === 'wrong' && session.peek().kind === 'in') leave('refused');
  else if (session.peek().kind === 'asking') leave('never');
}

/** The service did not take it any more. */
export function wasRefused(): void {
  if (session.peek().kind === 'in') leave('refused');
}

/** Whether it is a cookie that shows who is here: the service can end that. */
export function isInByCookie(): boolean {
  const now = session.peek();
  return now.kind === 'in' && now.by === 'cookie';
}

/** What every request to the API carries. The header tells that a page of ours sent it, which a cookie alone does not. */
export function credentials(): Readonly<Record<string, string>> {
  const now = session.peek();
  if (now.kind !== 'in' || now.by === 'cookie') return { 'x-evenkeel': '1' };
  return { 'x-evenkeel': '1', authorization: `Bearer ${now.key}` };
}

/** Somebody is here now, and shows it so. */
export function enter(who: Me, by: Session): void {
  known.value = who;
  session.value = by.kind === 'in' ? by : { kind: 'in', by: 'cookie' };
  if (who.kind === 'user') localStorage.setItem(SIGNED_IN_KEPT_AS, 'yes');
}

/** Nobody is here any more, and nothing of theirs is kept. */
export function leave(why: 'never' | 'chosen' | 'refused'): void {
  const now = session.peek();
  // What is kept here is not the wall screen's.
  if (now.kind !== 'in' || now.by !== 'wall') {
    sessionStorage.removeItem(KEY_KEPT_AS);
    localStorage.removeItem(SIGNED_IN_KEPT_AS);
    if ('caches' in window) void caches.delete(SNAPSHOTS);
  }
  known.value = undefined;
  session.value = { kind: 'out', why };
}

/** Who it is that shows this. */
export function askMe(headers: Readonly<Record<string, string>>): Promise<SignInOutcome> {
  return ask('/v1/me', { headers });
}

export async function ask(path: string, init: RequestInit): Promise<SignInOutcome> {
  try {
    const answer = await fetch(path, { ...init, cache: 'no-store' });
    if (answer.status === 429) {
      return { kind: 'tooMany', waitS: Number(answer.headers.get('retry-after') ?? DEFAULT_WAIT_S) };
    }
    // 400: no password or key that there is looks like that.
    if (answer.status === 401 || answer.status === 400) return { kind: 'wrong' };
    return answer.ok ? { kind: 'in', me: (await answer.json()) as Me } : { kind: 'unreachable' };
  } catch {
    return { kind: 'unreachable' };
  }
}
