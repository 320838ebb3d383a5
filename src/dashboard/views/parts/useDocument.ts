import { useEffect, useState } from 'preact/hooks';
import { RequestFailure } from '../../api/client.js';
import { wasRefused } from '../../session.js';

/** What a view asked the service for. What was there stays in sight while it is asked for again. */
export type Asked<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: RequestFailure }
  | { readonly kind: 'there'; readonly value: T };

/** Asks again when `key` changes, and when told to. Undefined: nothing is to be asked for yet. */
export function useDocument<T>(
  key: string | undefined,
  ask: () => Promise<T>,
): { readonly asked: Asked<T>; readonly again: () => void } {
  const [answer, setAnswer] = useState<{ readonly key: string; readonly asked: Asked<T> } | undefined>(undefined);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (key === undefined) return;
    let isWanted = true;
    const settle = (asked: Asked<T>) => {
      if (isWanted) setAnswer({ key, asked });
    };
    ask().then(
      (value) => settle({ kind: 'there', value }),
      (error: unknown) => settle({ kind: 'failed', failure: failureOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [key, turn]);
  const again = () => setTurn((before) => before + 1);
  return { asked: answer !== undefined && answer.key === key ? answer.asked : { kind: 'loading' }, again };
}

/** Whoever is no longer known has to sign in again, wherever that is noticed. */
export function failureOf(error: unknown): RequestFailure {
  const failure = error instanceof RequestFailure ? error : new RequestFailure(0, String(error));
  if (failure.status === 401) wasRefused();
  return failure;
}

/** The stable code of a refusal. */
export function codeOf({ problem }: RequestFailure): string | undefined {
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
