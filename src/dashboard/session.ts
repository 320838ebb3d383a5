import { signal } from '@preact/signals';

// Who is signed in, and how requests show it. Until the service has accounts that is an API key, kept for this tab only. With
// accounts (POST /v1/sign-in, POST /v1/sign-out, GET /v1/me) the browser sends a cookie by itself: this file changes, and no other
// but the fields of views/signIn/SignIn.tsx.

const KEPT_AS = 'evenkeel.key';

export type SignInOutcome =
  | { readonly kind: 'in' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'tooMany'; readonly waitS: number }
  | { readonly kind: 'unreachable' };

const key = signal<string | undefined>(sessionStorage.getItem(KEPT_AS) ?? undefined);
const refused = signal(false);

/** Whether requests will show somebody; what they may see is the service's to say. */
export function isSignedIn(): boolean {
  return key.value !== undefined;
}

/** The service no longer took what was shown to it. */
export function wasSignedOut(): boolean {
  return refused.value;
}

export async function signIn(entered: string): Promise<SignInOutcome> {
  const tried = entered.trim();
  let answer: Response;
  try {
    answer = await fetch('/v1/sites', { headers: { authorization: `Bearer ${tried}` } });
  } catch {
    return { kind: 'unreachable' };
  }
  if (answer.status === 429) return { kind: 'tooMany', waitS: Number(answer.headers.get('retry-after') ?? 60) };
  if (answer.status === 401) return { kind: 'wrong' };
  if (!answer.ok) return { kind: 'unreachable' };
  sessionStorage.setItem(KEPT_AS, tried);
  refused.value = false;
  key.value = tried;
  return { kind: 'in' };
}

export function signOut(why: 'chosen' | 'refused'): void {
  sessionStorage.removeItem(KEPT_AS);
  refused.value = why === 'refused';
  key.value = undefined;
}

/** What every request to the API carries. */
export function credentials(): Readonly<Record<string, string>> {
  const shown = key.peek();
  return shown === undefined ? {} : { authorization: `Bearer ${shown}` };
}
