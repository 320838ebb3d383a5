import type { DocumentStore } from '../store/documentStore.js';
import { changeDocument } from './changeDocument.js';
import { OcpiFault, STATUS } from './fault.js';
import type { Peer } from './peers.js';
import {
  asList,
  asObject,
  type Document,
  missing,
  requireObject,
  requireText,
  requireTime,
  timeOf,
} from './reading.js';

const LOCATION = 'ocpiLocation';
const LOCATION_MAX_CHARACTERS = 500_000;
const ID_MAX = 36;

/** Locations of peers as they sent them, the newest of each. */
export class Locations {
  private readonly documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.documents = documents;
  }

  async find(peerId: string, locationId: string): Promise<Document | undefined> {
    return asObject((await this.documents.get(LOCATION, `${peerId}/${locationId}`))?.body);
  }

  async list(peerId: string): Promise<readonly Document[]> {
    const all = await this.documents.list(LOCATION);
    return all.filter(({ id }) => id.startsWith(`${peerId}/`)).flatMap(({ body }) => documentsOf([body]));
  }

  /** 'older': what is known is newer, and stays. */
  put(peer: Peer, location: Document): Promise<Document | 'older'> {
    const locationId = requireText(location, 'id', ID_MAX);
    return this.change(peer, locationId, (known) =>
      isOlder(known, requireTime(location, 'last_updated')) ? 'older' : location,
    );
  }

  /** From what it is by then: of news of two of its EVSEs at once, which two processes hear, none is lost. */
  async change(
    { peerId, organisationId }: Peer,
    locationId: string,
    change: (known: Document | undefined) => Document | 'older',
  ): Promise<Document | 'older'> {
    let changed: Document | 'older' = 'older';
    await changeDocument(this.documents, { kind: LOCATION, id: `${peerId}/${locationId}` }, (known) => {
      changed = change(asObject(known?.body));
      if (changed === 'older') return undefined;
      const updatedMs = Math.max(0, requireTime(named(changed, 'id', locationId), 'last_updated'));
      if (JSON.stringify(changed).length > LOCATION_MAX_CHARACTERS) throw missing('location', 'smaller');
      return { document: { organisationId, updatedMs, body: changed } };
    });
    return changed;
  }

  async deleteAll(peerId: string): Promise<void> {
    for (const { id } of await this.documents.list(LOCATION))
      if (id.startsWith(`${peerId}/`)) await this.documents.delete(LOCATION, id);
  }
}

/** What of a location an address names. */
export interface LocationPath {
  readonly locationId: string;
  readonly evseUid?: string;
  readonly connectorId?: string;
}

/** The location with what was sent in the place that was named. Older news than what is known of that place change nothing. */
export function changedLocation(
  known: Document | undefined,
  path: LocationPath,
  { method, body }: { readonly method: 'PUT' | 'PATCH'; readonly body: unknown },
): Document | 'older' {
  const news = requireObject(body, 'body');
  const updatedMs = requireTime(news, 'last_updated');
  if (path.evseUid === undefined) {
    if (method === 'PUT') return isOlder(known, updatedMs) ? 'older' : named(news, 'id', path.locationId);
    return merged(found(known, 'location'), news, updatedMs);
  }
  const location = found(known, 'location');
  const evses = asList(location.evses).map((one) => asObject(one) ?? {});
  const at = evses.findIndex(({ uid }) => uid === path.evseUid);
  const evse = changedEvse(evses[at], path, { method, news, updatedMs });
  if (evse === 'older') return 'older';
  const list = at < 0 ? [...evses, evse] : evses.with(at, evse);
  return { ...location, evses: list, last_updated: laterOf(location.last_updated, news.last_updated) };
}

interface News {
  readonly method: 'PUT' | 'PATCH';
  readonly news: Document;
  readonly updatedMs: number;
}

function changedEvse(
  known: Document | undefined,
  path: LocationPath,
  { method, news, updatedMs }: News,
): Document | 'older' {
  if (path.connectorId === undefined) {
    if (method === 'PUT') return isOlder(known, updatedMs) ? 'older' : named(news, 'uid', path.evseUid ?? '');
    return merged(found(known, 'EVSE'), news, updatedMs);
  }
  const evse = found(known, 'EVSE');
  const connectors = asList(evse.connectors).map((one) => asObject(one) ?? {});
  const at = connectors.findIndex(({ id }) => id === path.connectorId);
  const before = connectors[at];
  if (method === 'PUT' && isOlder(before, updatedMs)) return 'older';
  const connector =
    method === 'PUT' ? named(news, 'id', path.connectorId) : merged(found(before, 'connector'), news, updatedMs);
  if (connector === 'older') return 'older';
  const list = at < 0 ? [...connectors, connector] : connectors.with(at, connector);
  return { ...evse, connectors: list, last_updated: laterOf(evse.last_updated, news.last_updated) };
}

function isOlder(known: Document | undefined, updatedMs: number): boolean {
  return (timeOf(known?.last_updated) ?? Number.NEGATIVE_INFINITY) > updatedMs;
}

function merged(known: Document, news: Document, updatedMs: number): Document | 'older' {
  return isOlder(known, updatedMs) ? 'older' : { ...known, ...news };
}

function found(document: Document | undefined, what: string): Document {
  if (document === undefined) throw new OcpiFault(STATUS.unknownLocation, `There is no such ${what}.`, 404);
  return document;
}

function named(document: Document, name: string, id: string): Document {
  if (requireText(document, name, ID_MAX) !== id) throw missing(name, 'that of the address');
  return document;
}

function laterOf(a: unknown, b: unknown): unknown {
  return (timeOf(a) ?? 0) > (timeOf(b) ?? 0) ? a : b;
}

/** An EVSE of a location as a station of a site could have it: for its owner to look at, never taken over by itself. */
export interface StationProposal {
  readonly locationId: string;
  readonly locationName: string;
  readonly evseUid: string;
  /** As it is printed on the station. */
  readonly evseId?: string;
  readonly status: string;
  readonly kind: 'AC' | 'DC';
  readonly phaseCount: 1 | 3;
  /** By the largest of its connectors. Absent: its location does not tell. */
  readonly currentMaxA?: number;
  readonly powerMaxW?: number;
  /** It says that it can be steered this way. */
  readonly takesProfiles: boolean;
}

export function proposalsOf(location: Document): readonly StationProposal[] {
  const locationId = typeof location.id === 'string' ? location.id : '';
  const locationName = typeof location.name === 'string' ? location.name : locationId;
  return asList(location.evses).flatMap((one) => {
    const evse = asObject(one);
    if (evse === undefined || typeof evse.uid !== 'string' || evse.status === 'REMOVED') return [];
    const connectors = documentsOf(asList(evse.connectors));
    const kind = connectors.some(({ power_type }) => String(power_type).startsWith('DC')) ? 'DC' : 'AC';
    const currentMaxA = largest(connectors, 'max_amperage');
    const powerMaxW = largest(connectors, 'max_electric_power');
    return [
      {
        locationId,
        locationName,
        evseUid: evse.uid,
        ...(typeof evse.evse_id === 'string' ? { evseId: evse.evse_id } : {}),
        status: typeof evse.status === 'string' ? evse.status : 'UNKNOWN',
        kind,
        phaseCount: connectors.length > 0 && connectors.every(({ power_type }) => power_type === 'AC_1_PHASE') ? 1 : 3,
        ...(currentMaxA === undefined ? {} : { currentMaxA }),
        ...(powerMaxW === undefined ? {} : { powerMaxW }),
        takesProfiles: asList(evse.capabilities).includes('CHARGING_PROFILE_CAPABLE'),
      },
    ] as const;
  });
}

function documentsOf(list: readonly unknown[]): readonly Document[] {
  return list.map(asObject).filter((one) => one !== undefined);
}

function largest(connectors: readonly Document[], name: string): number | undefined {
  const values = connectors.flatMap((connector) => {
    const value = connector[name];
    return typeof value === 'number' && value > 0 ? [value] : [];
  });
  return values.length === 0 ? undefined : Math.max(...values);
}
