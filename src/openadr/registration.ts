import { type Fields, isFields, textIn } from '../peers/jsonFields.js';
import type { Query, SpokenVersion, VenClient, VtnAnswer } from './venClient.js';
import type { VenConfig } from './venService.js';

/** What the VTN knows us by. */
export interface VenRegistration {
  /** Null: it lets us make none, and has none for us; events without targets are read all the same. */
  readonly venObjectId: string | null;
  /** What it has granted us: events with targets are shown to those that ask with them. */
  readonly targets: readonly Target[];
}

/** 3.1 has only values. */
export interface Target {
  readonly type: string | null;
  readonly value: string;
}

const TARGETS_MAX = 50;
const OLD_SUBSCRIPTIONS_MAX = 50;

/** VEN and resource, made where there are none; 'failed' where the VTN can not be asked. */
export async function registerVen(
  client: VenClient,
  { venName, resourceName }: VenConfig,
): Promise<VenRegistration | { readonly failed: string }> {
  const version = client.version ?? '3.0';
  const ven = await findOrMake(client, {
    path: 'vens',
    query: { venName },
    isIt: (entry) => entry.venName === venName,
    body: version === '3.1' ? { objectType: 'VEN_VEN_REQUEST', venName } : { venName },
  });
  if (ven === 'refused') return { venObjectId: null, targets: [] };
  if ('failed' in ven) return ven as { readonly failed: string };
  const venID = textIn(ven, 'id', 128) ?? '';
  const resource = await findOrMake(client, {
    path: version === '3.1' ? 'resources' : `vens/${encodeURIComponent(venID)}/resources`,
    query: { resourceName, ...(version === '3.1' ? { venID } : {}) },
    isIt: (entry) => entry.resourceName === resourceName && (entry.venID === undefined || entry.venID === venID),
    body: version === '3.1' ? { objectType: 'VEN_RESOURCE_REQUEST', resourceName, venID } : { resourceName },
  });
  if (resource !== 'refused' && 'failed' in resource) return resource as { readonly failed: string };
  const granted = [...targetsOf(ven), ...(resource === 'refused' ? [] : targetsOf(resource))];
  return { venObjectId: venID, targets: granted.slice(0, TARGETS_MAX) };
}

interface Wanted {
  readonly path: string;
  readonly query: Query;
  readonly isIt: (entry: Fields) => boolean;
  readonly body: object;
}

/** 409: somebody has made it, we before a restart or the energy provider for us. */
async function findOrMake(
  client: VenClient,
  wanted: Wanted,
): Promise<Fields | 'refused' | { readonly failed: string }> {
  const known = await client.list(wanted.path, wanted.query);
  if ('failed' in known) {
    // Those who may not look may still make one.
    if (!/ 40[34]$/.test(known.failed)) return known;
  } else {
    const found = known.find(wanted.isIt);
    if (found !== undefined) return found;
  }
  const made = await client.ask('POST', wanted.path, { body: wanted.body });
  if (made.outcome === 'failed') return { failed: made.reason };
  if (made.status < 300 && isFields(made.body)) return made.body;
  if (made.status >= 500) return { failed: `${wanted.path} is answered with ${made.status}` };
  if (made.status !== 409) return 'refused';
  const again = await client.list(wanted.path, wanted.query);
  return 'failed' in again ? again : (again.find(wanted.isIt) ?? 'refused');
}

function targetsOf({ targets }: Fields): readonly Target[] {
  if (!Array.isArray(targets)) return [];
  return targets.flatMap((target: unknown): readonly Target[] => {
    if (typeof target === 'string') return [{ type: null, value: target }];
    if (!isFields(target) || !Array.isArray(target.values)) return [];
    const type = textIn(target, 'type', 128) ?? null;
    return target.values.filter((value) => typeof value === 'string').map((value) => ({ type, value }));
  });
}

/** One query for what is for everybody, and those for what is for us. 3.0 asks by type. */
export function targetQueries(
  version: SpokenVersion,
  granted: readonly Target[],
  asked: readonly string[],
): readonly Query[] {
  const own = asked.map((value): Target => ({ type: null, value }));
  const all = [...granted, ...own];
  if (all.length === 0) return [{}];
  if (version === '3.1') return [{}, { targets: [...new Set(all.map(({ value }) => value))] }];
  const byType = new Map<string, string[]>();
  for (const { type, value } of all) byType.set(type ?? 'GROUP', [...(byType.get(type ?? 'GROUP') ?? []), value]);
  return [{}, ...[...byType].map(([targetType, targetValues]) => ({ targetType, targetValues }))];
}

export interface Callback {
  readonly clientName: string;
  readonly callbackUrl: string;
  readonly bearerToken: string;
}

/** One for all of 3.1, one for each program of 3.0. A VTN that has no subscriptions is asked as often as before. */
export async function subscribe(
  client: VenClient,
  programIds: readonly string[],
  { clientName, callbackUrl, bearerToken }: Callback,
): Promise<'subscribed' | { readonly refused: string }> {
  await unsubscribe(client, clientName, callbackUrl);
  const objectOperations = [
    { objects: ['EVENT', 'PROGRAM'], operations: ['CREATE', 'UPDATE', 'DELETE'], callbackUrl, bearerToken },
  ];
  const bodies =
    client.version === '3.1'
      ? [{ objectType: 'SUBSCRIPTION', clientName, objectOperations }]
      : programIds.map((programID) => ({ clientName, programID, objectOperations }));
  for (const body of bodies) {
    const answer = await client.ask('POST', 'subscriptions', { body });
    const refusal = refusalOf(answer);
    if (refusal !== undefined) return { refused: refusal };
  }
  return 'subscribed';
}

/** Those of before a restart: their token is not known any more. What can not be taken away calls in vain. */
async function unsubscribe(client: VenClient, clientName: string, callbackUrl: string): Promise<void> {
  const known = await client.list('subscriptions', { clientName });
  if ('failed' in known) return;
  const isOurs = (one: Fields) =>
    one.clientName === clientName && JSON.stringify(one.objectOperations ?? null).includes(JSON.stringify(callbackUrl));
  for (const one of known.filter(isOurs).slice(0, OLD_SUBSCRIPTIONS_MAX)) {
    await client.ask('DELETE', `subscriptions/${encodeURIComponent(textIn(one, 'id', 128) ?? '')}`);
  }
}

function refusalOf(answer: VtnAnswer): string | undefined {
  if (answer.outcome === 'failed') return answer.reason;
  return answer.status < 300 || answer.status === 409 ? undefined : `subscriptions are answered with ${answer.status}`;
}
