import { Refused, UsageError } from './failures.js';
import { type Members, members, records, text } from './lenient.js';
import type { ServiceClient } from './serviceClient.js';

export const sitePath = (siteId: string): string => `/v1/sites/${encodeURIComponent(siteId)}`;
export const stationPath = (stationId: string): string => `/v1/stations/${encodeURIComponent(stationId)}`;

async function allSites(client: ServiceClient): Promise<readonly Members[]> {
  return records(members(await client.get('/v1/sites')).sites);
}

/** The site named; where none is, the only one there is. */
export async function siteNamed(client: ServiceClient, siteId: string | undefined): Promise<Members> {
  if (siteId !== undefined) return members(await client.get(sitePath(siteId)));
  const sites = await allSites(client);
  const [only] = sites;
  if (only === undefined) throw new UsageError('there is no site yet: "evenkeel site apply FILE" makes one.');
  if (sites.length > 1) {
    const named = sites.slice(0, NAMED_MAX).map((site) => idOf(site));
    const more = sites.length > named.length ? ', …' : '';
    throw new UsageError(`there are ${sites.length} sites: say which (${named.join(', ')}${more}).`);
  }
  return only;
}

const NAMED_MAX = 10;

export const idOf = (site: Members): string => text(site.siteId, '?');

/** The site that lists the station. */
export async function siteOfStation(client: ServiceClient, stationId: string): Promise<Members> {
  const found = (await allSites(client)).find((site) => records(site.stations).some(({ id }) => id === stationId));
  if (found === undefined) {
    throw new Refused({ status: 404, code: 'STATION_NOT_FOUND', detail: `No site lists the station "${stationId}".` });
  }
  return found;
}

/** The site that has an open session of this id, or at this station ("CP001" or "CP001/2"); and the session. */
export async function siteOfSession(
  client: ServiceClient,
  { session, siteId }: { readonly session: string; readonly siteId: string | undefined },
): Promise<{ readonly site: Members; readonly session: Members }> {
  const sites = siteId === undefined ? await allSites(client) : [members(await client.get(sitePath(siteId)))];
  for (const site of sites) {
    const { sessions } = members(await client.get(`${sitePath(idOf(site))}/sessions`));
    const found = records(sessions).filter((one) => one.endedAt === null && isMeant(one, session));
    const [first, second] = found;
    if (first !== undefined && second !== undefined) {
      const outlets = found.map(({ stationId, evseId }) => `${text(stationId, '?')}/${String(evseId)}`);
      throw new UsageError(`"${session}" has ${found.length} open sessions: say which (${outlets.join(', ')}).`);
    }
    if (first !== undefined) return { site, session: first };
  }
  throw new Refused({
    status: 404,
    code: 'SESSION_NOT_FOUND',
    detail: `There is no open session "${session}", and none at a station of this name.`,
  });
}

function isMeant({ sessionId, stationId, evseId }: Members, named: string): boolean {
  return named === sessionId || named === stationId || named === `${String(stationId)}/${String(evseId)}`;
}
