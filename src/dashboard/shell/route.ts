export type SiteView = 'live' | 'plan' | 'car' | 'stations' | 'station' | 'bill' | 'limits' | 'wall';

/** What an address shows. */
export type Route =
  | { readonly view: 'home' | 'signIn' | 'tariffs' | 'setup' | 'users' | 'webhooks' | 'missing' }
  | { readonly view: SiteView; readonly siteId: string; readonly rest: readonly string[] };

const VIEWS: Readonly<Record<string, SiteView>> = {
  plan: 'plan',
  cars: 'car',
  stations: 'stations',
  bill: 'bill',
  limits: 'limits',
  wall: 'wall',
};

export function routeOf(path: string): Route {
  const [first, second, third, ...rest] = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  if (first === undefined) return { view: 'home' };
  if (first === 'signin') return { view: 'signIn' };
  if (first === 'tariffs' || first === 'setup' || first === 'users' || first === 'webhooks') return { view: first };
  if (first !== 's' || second === undefined) return { view: 'missing' };
  if (third === undefined) return { view: 'live', siteId: second, rest: [] };
  const view = VIEWS[third];
  if (view === undefined || (view === 'car' && rest.length !== 1)) return { view: 'missing' };
  if (view === 'stations' && rest.length > 0) return { view: 'station', siteId: second, rest };
  return { view, siteId: second, rest };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const site = (siteId: string) => `/s/${encodeURIComponent(siteId)}`;

export const addresses = {
  live: site,
  plan: (siteId: string) => `${site(siteId)}/plan`,
  car: (siteId: string, sessionId: string) => `${site(siteId)}/cars/${encodeURIComponent(sessionId)}`,
  stations: (siteId: string) => `${site(siteId)}/stations`,
  bill: (siteId: string) => `${site(siteId)}/bill`,
  limits: (siteId: string) => `${site(siteId)}/limits`,
  wall: (siteId: string) => `${site(siteId)}/wall`,
  tariffs: '/tariffs',
  setup: '/setup',
  users: '/users',
  webhooks: '/webhooks',
  signIn: (backTo: string) => `/signin?to=${encodeURIComponent(backTo)}`,
};
