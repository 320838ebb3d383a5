import type { ServiceApi } from './serviceApi.js';
import { smallSite } from './smallSite.js';

/** A change as somebody asks for it. */
export interface AuditedChange {
  readonly action: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** How it is answered where nothing is in its way; default: as done. */
  readonly refusedAs?: number;
}

/** What the service says of what is there; ids that it makes itself. */
export interface Made {
  readonly userId: string;
  readonly keyId: string;
  readonly webhookId: string;
  readonly sessionId: string;
}

const TARIFF = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [{ kind: 'timeOfUse', id: 'energy', rates: [{ pricePerKwh: 0.4 }] }],
};
const PRICES = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [
    {
      kind: 'priceSeries',
      id: 'energy',
      prices: [{ start: '2026-01-14T00:00:00+01:00', resolution: 'PT1H', pricesPerKwh: [0.4, 0.5] }],
    },
  ],
};
const LIMIT = { circuitId: 'grid', limitA: { L1: 30, L2: 30, L3: 30 }, from: '2031-01-14T17:00:00Z' };
const GRID_EVENT = {
  programID: 'capacity',
  eventName: 'Cold evening',
  intervalPeriod: { start: '2031-01-14T16:00:00Z', duration: 'PT1H' },
  payloadDescriptors: [{ objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' }],
  intervals: [{ id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [40] }] }],
};
const WEBHOOK = { url: 'https://example.com/told', events: ['limit.exceeded'] };
const RECIPIENT = { email: 'anna@example.com', language: 'sv', events: ['limit.exceeded'] };
/** Nobody is called there: each has to begin itself, or is refused at once. */
const PEER = { countryCode: 'SE', partyId: 'EVK' };
const UPSTREAM = {
  url: 'wss://csms.example.com/ocpp',
  credentials: { username: 'depot', password: 'of the upstream' },
};
const OSCP = { siteId: 'garage', circuitId: 'grid', groupId: 'garage' };
const BLOCK = { from: '2031-01-14T16:00:00Z', to: '2031-01-14T17:00:00Z', capacity: 60, unit: 'KW', phase: 'ALL' };
const VEN = { siteId: 'garage', vtnUrl: 'https://127.0.0.1:9/openadr3', clientId: 'garage' };

/** What has to be there, so that it can be changed and deleted. Of S1 a session is open. */
export async function makeFixtures(api: ServiceApi): Promise<Omit<Made, 'sessionId'>> {
  await api.put('/v1/organisations/north', { name: 'North' });
  await api.put('/v1/organisations/empty', { name: 'Empty' });
  await api.put('/v1/tariffs/spot', PRICES);
  await api.put('/v1/tariffs/old', TARIFF);
  await api.put('/v1/sites/garage', smallSite());
  await api.put('/v1/sites/old', { ...smallSite(), stations: [] });
  await api.put('/v1/stations/S1/credentials', { password: 'the first station' });
  await api.put('/v1/sites/garage/limits/old', LIMIT);
  await api.put('/v1/sites/garage/grid-events/old', GRID_EVENT);
  await api.put('/v1/upstreams/old', UPSTREAM);
  await api.put('/v1/notifications/recipients/old', RECIPIENT);
  await api.put('/v1/ocpi/peers/old', PEER);
  await api.put('/v1/oscp/providers/old', OSCP);
  await api.put('/v1/openadr/vens/old', { ...VEN, clientSecret: 'of the VEN' });
  const user = { email: 'bo@example.com', role: 'viewer', password: 'correct horse battery' };
  const made = {
    ...((await api.post('/v1/users', user)) as Pick<Made, 'userId'>),
    ...((await api.post('/v1/keys', { name: 'meter', role: 'viewer' })) as Pick<Made, 'keyId'>),
    ...((await api.post('/v1/webhooks', WEBHOOK)) as Pick<Made, 'webhookId'>),
  };
  return { userId: made.userId, keyId: made.keyId, webhookId: made.webhookId };
}

/** Each change of a store's documents that the API knows, those last that take away what others need. */
export function changesOf({ userId, keyId, webhookId, sessionId }: Made): readonly AuditedChange[] {
  const put = (action: string, path: string, body: unknown) => ({ action, method: 'PUT', path, body });
  const post = (action: string, path: string, body?: unknown) => ({ action, method: 'POST', path, body });
  const remove = (action: string, path: string) => ({ action, method: 'DELETE', path });
  return [
    put('putOrganisation', '/v1/organisations/south', { name: 'South' }),
    post('createUser', '/v1/users', { email: 'eva@example.com', role: 'viewer', password: 'correct horse battery' }),
    put('putUser', `/v1/users/${userId}`, { email: 'bo@example.com', role: 'owner', name: 'Bo' }),
    post('createKey', '/v1/keys', { name: 'another', role: 'viewer' }),
    post('rotateKey', `/v1/keys/${keyId}/rotate`, {}),
    put('putSite', '/v1/sites/garage', { ...smallSite(), name: 'Garage South' }),
    put('putSite', '/v1/sites/new', { ...smallSite(), stations: [] }),
    put('putLimit', '/v1/sites/garage/limits/evening', LIMIT),
    put('putGridEvent', '/v1/sites/garage/grid-events/evening', GRID_EVENT),
    put('putNeeds', `/v1/sites/garage/sessions/${sessionId}/needs`, { priority: 7 }),
    put('putTariff', '/v1/tariffs/day-night', TARIFF),
    post('addPrices', '/v1/tariffs/spot/prices', {
      ...PRICES,
      components: PRICES.components.map((one) => ({
        ...one,
        prices: one.prices.map((prices) => ({ ...prices, start: '2026-01-15T00:00:00+01:00' })),
      })),
    }),
    put('putCredentials', '/v1/stations/S1/credentials', { password: 'of the first station' }),
    put('putUpstream', '/v1/upstreams/csms', UPSTREAM),
    post('createWebhook', '/v1/webhooks', WEBHOOK),
    put('putWebhook', `/v1/webhooks/${webhookId}`, { ...WEBHOOK, events: ['service.degraded'] }),
    post('rotateWebhook', `/v1/webhooks/${webhookId}/rotate`, {}),
    put('putMailRecipient', '/v1/notifications/recipients/anna', RECIPIENT),
    put('putOcpiPeer', '/v1/ocpi/peers/cpo', PEER),
    post('inviteOcpiPeer', '/v1/ocpi/peers/old/invitation'),
    put('putOscpProvider', '/v1/oscp/providers/dso', OSCP),
    put('putOscpProvider', '/v1/oscp/providers/old', { ...OSCP, groupId: 'another' }),
    put('putOpenAdrVen', '/v1/openadr/vens/vtn', { ...VEN, clientSecret: 'of the VEN' }),
    put('putOpenAdrVen', '/v1/openadr/vens/old', { ...VEN, pollS: 600 }),
    remove('forgetQuirks', '/v1/stations/S1/quirks'),
    remove('revokeCredentials', '/v1/stations/S1/credentials'),
    remove('deleteOrganisation', '/v1/organisations/empty'),
    remove('deleteUser', `/v1/users/${userId}`),
    remove('revokeKey', `/v1/keys/${keyId}`),
    remove('deleteLimit', '/v1/sites/garage/limits/old'),
    remove('deleteGridEvent', '/v1/sites/garage/grid-events/old'),
    remove('deleteTariff', '/v1/tariffs/old'),
    remove('deleteUpstream', '/v1/upstreams/old'),
    remove('deleteWebhook', `/v1/webhooks/${webhookId}`),
    remove('deleteMailRecipient', '/v1/notifications/recipients/old'),
    remove('deleteOcpiPeer', '/v1/ocpi/peers/old'),
    remove('deleteOscpProvider', '/v1/oscp/providers/old'),
    remove('deleteOpenAdrVen', '/v1/openadr/vens/old'),
    remove('deleteSite', '/v1/sites/old'),
  ];
}

/** What stations and peers do, or this process without its store: the entry is there before it is done. */
export function actsOf(webhookId: string): readonly AuditedChange[] {
  const offline = 409;
  const act = (action: string, path: string, body: unknown = undefined, method = 'POST') => ({
    action,
    method,
    path,
    body,
    refusedAs: offline,
  });
  const station = '/v1/stations/S1';
  return [
    act('reset', `${station}/reset`, { kind: 'Soft' }),
    act('triggerMessage', `${station}/trigger`, { message: 'Heartbeat' }),
    act('changeStationAvailability', `${station}/availability`, { operative: true }),
    act('clearCache', `${station}/clear-cache`),
    act('usePriorityCharging', `${station}/priority-charging`, { transactionId: '1', activate: true }),
    act('changeConfiguration', `${station}/configuration`, { key: 'HeartbeatInterval', value: '300' }, 'PUT'),
    act('remoteStart', `${station}/evses/1/remote-start`, { idToken: 'DRIVER-1' }),
    act('remoteStop', `${station}/transactions/1/remote-stop`),
    act('unlock', `${station}/evses/1/unlock`),
    act('changeAvailability', `${station}/evses/1/availability`, { operative: true }),
    act('clearInstalledProfile', `${station}/installed-profiles/7`, undefined, 'DELETE'),
    act('pullOcpiLocations', '/v1/ocpi/peers/old/locations'),
    act('askOscpProvider', '/v1/oscp/providers/old/adjustments', { blocks: [BLOCK] }),
    { action: 'testWebhook', method: 'POST', path: `/v1/webhooks/${webhookId}/test` },
    { action: 'openOnboarding', method: 'POST', path: '/v1/onboarding', body: { minutes: 1 } },
    { action: 'closeOnboarding', method: 'DELETE', path: '/v1/onboarding' },
  ];
}

/** Of those, what these tests can not have done: it is shown elsewhere (named beside it), or nobody decides it. */
export const ELSEWHERE: readonly string[] = [
  // Needs a station that waits, or is connected; a change of the site and of credentials, as those above are.
  'adoptStation',
  'rotateCredentials',
  // Needs an operator that is registered (test/unit/ocpi); stored as a peer is.
  'rotateOcpiTokens',
  // By the user itself; stored as a user is.
  'changePassword',
  // Nobody's decision about what is stored, or nothing is.
  'signIn',
  'signOut',
  'optimize',
  'tryPlan',
  'postMeterValues',
  'postStationMeterValues',
  'postStationMessages',
  'postCommandResult',
  'putStationConnection',
  'putStationCapabilities',
  'putTransaction',
  'completeProviderSignIn',
  'beginProviderSignIn',
];
