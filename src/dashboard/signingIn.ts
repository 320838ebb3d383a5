import { ask, askMe, credentials, enter, isInByCookie, KEY_KEPT_AS, leave, type SignInOutcome } from './session.js';

// How somebody comes in and goes: fetched with what asks for it.

export async function signInWithPassword(email: string, password: string): Promise<SignInOutcome> {
  const outcome = await ask('/v1/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  if (outcome.kind === 'in') {
    sessionStorage.removeItem(KEY_KEPT_AS);
    enter(outcome.me, { kind: 'in', by: 'cookie' });
  }
  return outcome;
}

export async function signInWithKey(entered: string): Promise<SignInOutcome> {
  const key = entered.trim();
  const outcome = await askMe({ authorization: `Bearer ${key}` });
  if (outcome.kind === 'in') {
    sessionStorage.setItem(KEY_KEPT_AS, key);
    enter(outcome.me, { kind: 'in', by: 'key', key });
  }
  return outcome;
}

/** Answers whether it is over: without an answer the cookie would still be good. */
export async function signOut(): Promise<boolean> {
  if (isInByCookie()) {
    try {
      const answer = await fetch('/v1/sign-out', { method: 'POST', headers: credentials() });
      if (!answer.ok && answer.status !== 401) return false;
    } catch {
      return false;
    }
  }
  leave('chosen');
  return true;
}
