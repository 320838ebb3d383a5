import { credentials } from '../session.js';
import type { MonthHistory, Plan, Session, SitePrices, SiteSummary } from './documents.js';

const REQUEST_AT_MOST_MS = 15_000;

/** The service said no, or nothing. `status` 0: there was no answer. */
export class RequestFailure extends Error {
  readonly status: number;
  /** What the service answered, where it was a document; undefined where there is none. */
  readonly problem: unknown;

  constructor(status: number, message: string, problem?: unknown) {
    super(message);
    this.name = 'RequestFailure';
    this.status = status;
    this.problem = problem;
  }
}

/** `text` is sent as it is, as what `type` says; a `body` is sent as JSON. An answer that is no JSON is answered as text. */
export async function request<T>(
  path: string,
  { method = 'GET', body, text, type = 'application/json' }: RequestOptions = {},
): Promise<T> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body));
  let answer: Response;
  try {
    answer = await fetch(path, {
      method,
      headers: { ...credentials(), ...(sent === undefined ? {} : { 'content-type': type }) },
      ...(sent === undefined ? {} : { body: sent }),
      signal: AbortSignal.timeout(REQUEST_AT_MOST_MS),
    });
  } catch {
    throw new RequestFailure(0, 'no answer');
  }
  const answered = await answer.text();
  if (!answer.ok) {
    const problem = documentIn(answered);
    throw new RequestFailure(answer.status, detailOf(problem) ?? answer.statusText, problem);
  }
  const isJson = /json/.test(answer.headers.get('content-type') ?? '');
  return (isJson && answered !== '' ? JSON.parse(answered) : answered) as T;
}

interface RequestOptions {
  readonly method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly text?: string;
  readonly type?: string;
}

function documentIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9457: `detail` says what happened. */
function detailOf(problem: unknown): string | undefined {
  const found = typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : undefined;
  return typeof found === 'string' ? found : undefined;
}

const site = (siteId: string) => `/v1/sites/${encodeURIComponent(siteId)}`;
const OPEN_SESSIONS_MAX = 1_000;

export const api = {
  sites: async () => (await request<{ sites: readonly SiteSummary[] }>('/v1/sites')).sites,
  site: (siteId: string) => request<SiteSummary>(site(siteId)),
  plan: (siteId: string) => request<Plan>(`${site(siteId)}/plan`),
  sessions: async (siteId: string) =>
    (await request<{ sessions: readonly Session[] }>(`${site(siteId)}/sessions?limit=${OPEN_SESSIONS_MAX}`)).sessions,
  prices: (siteId: string, span: { readonly fromMs: number; readonly toMs: number }) =>
    request<SitePrices>(
      `${site(siteId)}/prices?from=${new Date(span.fromMs).toISOString()}&to=${new Date(span.toMs).toISOString()}`,
    ),
  months: (siteId: string, fromMs: number) =>
    request<MonthHistory>(`${site(siteId)}/history/months?from=${new Date(fromMs).toISOString()}`),
};
