import type { InjectOptions } from 'fastify';
import { NewKeyDocument, NewUser } from '../../../src/api/accounts/documents.js';
import { CapabilitiesDocument, ConnectionDocument, ResultDocument } from '../../../src/api/delegation/documents.js';
import {
  MessagesDocument,
  ReadingsDocument,
  TransactionDocument,
} from '../../../src/api/delegation/inflowDocuments.js';
import { GridEventUpload } from '../../../src/api/limits/eventDocument.js';
import { VenDocument } from '../../../src/api/openadr/document.js';
import { ProblemDocument } from '../../../src/api/optimize/problemDocument.js';
import { OscpAdjustment, OscpProviderDocument } from '../../../src/api/oscp/document.js';
import { COMMAND_ID } from './fakeDelegation.js';
import { SESSION_ID, TRANSACTION_ID } from './fakeService.js';
import { SITE } from './harness.js';

export interface Exchange {
  /** As in the OpenAPI document. */
  readonly route: string;
  readonly method: NonNullable<InjectOptions['method']>;
  readonly url: string;
  readonly payload?: object;
  readonly status: number;
}

const LIMIT = {
  circuitId: 'grid',
  limitA: { L1: 40, L2: 40, L3: 40 },
  from: '2026-01-14T17:00:00+01:00',
  to: '2026-01-14T20:00:00+01:00',
};

const TARIFF = {
  currency: 'SEK',
  timeZone: 'Europe/Stockholm',
  components: [
    {
      kind: 'priceSeries',
      id: 'energy',
      prices: [
        { start: '2026-01-14T00:00:00+01:00', resolution: 'PT1H', pricesPerKwh: new Array<number>(24).fill(0.4) },
      ],
    },
    { kind: 'exportPrice', id: 'sold', source: { kind: 'rates', rates: [{ pricePerKwh: 0.3 }] } },
  ],
};

const WEBHOOK = { url: 'https://example.com/evenkeel', events: ['limit.exceeded', 'departure.at_risk'] };

const RECIPIENT = { email: 'anna@example.com', language: 'sv', events: ['limit.exceeded'] };

/** The example of the document itself. */
export const PROBLEM = exampleOf(ProblemDocument);

/** The first example of a schema. */
export function exampleOf(schema: object): object {
  const examples: unknown = Reflect.get(schema, 'examples');
  const [example]: unknown[] = Array.isArray(examples) ? examples : [];
  if (typeof example !== 'object' || example === null) throw new Error('the schema has no example');
  return example;
}

/** One good exchange with every route but the event stream, in an order in which each finds what it needs. */
export const EXCHANGES: readonly Exchange[] = [
  { route: '/healthz', method: 'GET', url: '/healthz', status: 200 },
  { route: '/readyz', method: 'GET', url: '/readyz', status: 200 },
  { route: '/metrics', method: 'GET', url: '/metrics', status: 200 },
  { route: '/v1/sites/{siteId}', method: 'PUT', url: '/v1/sites/depot', payload: SITE, status: 200 },
  { route: '/v1/sites/{siteId}', method: 'GET', url: '/v1/sites/depot', status: 200 },
  { route: '/v1/sites', method: 'GET', url: '/v1/sites', status: 200 },
  {
    route: '/v1/sites/{siteId}/limits/{limitId}',
    method: 'PUT',
    url: '/v1/sites/depot/limits/evening',
    payload: LIMIT,
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/limits/{limitId}',
    method: 'GET',
    url: '/v1/sites/depot/limits/evening',
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/limits/{limitId}',
    method: 'PUT',
    url: '/v1/sites/depot/limits/dimming',
    payload: { circuitId: 'grid', section14a: { mode: 'ems', heatPumpsW: 19_700 }, source: 'grid-operator' },
    status: 200,
  },
  { route: '/v1/sites/{siteId}/limits', method: 'GET', url: '/v1/sites/depot/limits', status: 200 },
  {
    route: '/v1/sites/{siteId}/limit-windows',
    method: 'GET',
    url: '/v1/sites/depot/limit-windows?from=2026-01-14T00:00:00Z&to=2026-02-14T00:00:00Z',
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/grid-events/{eventId}',
    method: 'PUT',
    url: '/v1/sites/depot/grid-events/cold-evening',
    payload: exampleOf(GridEventUpload),
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/grid-events/{eventId}',
    method: 'GET',
    url: '/v1/sites/depot/grid-events/cold-evening',
    status: 200,
  },
  { route: '/v1/sites/{siteId}/grid-events', method: 'GET', url: '/v1/sites/depot/grid-events', status: 200 },
  {
    route: '/v1/sites/{siteId}/grid-events/{eventId}',
    method: 'DELETE',
    url: '/v1/sites/depot/grid-events/cold-evening',
    status: 204,
  },
  {
    route: '/v1/sites/{siteId}/limits/{limitId}',
    method: 'DELETE',
    url: '/v1/sites/depot/limits/evening',
    status: 204,
  },
  {
    route: '/v1/sites/{siteId}/meter-values',
    method: 'POST',
    url: '/v1/sites/depot/meter-values',
    payload: { circuitId: 'grid', timestamp: '2026-01-14T14:20:00+01:00', currentA: { L1: 41.2, L2: -3, L3: 0 } },
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/sessions/{sessionId}/needs',
    method: 'PUT',
    url: `/v1/sites/depot/sessions/${SESSION_ID}/needs`,
    payload: { departure: '2026-01-14T17:30:00+01:00', energyWh: 30_000, priority: 7 },
    status: 200,
  },
  { route: '/v1/sites/{siteId}/sessions', method: 'GET', url: '/v1/sites/depot/sessions', status: 200 },
  {
    route: '/v1/sites/{siteId}/sessions/{sessionId}/why',
    method: 'GET',
    url: `/v1/sites/depot/sessions/${SESSION_ID}/why`,
    status: 200,
  },
  { route: '/v1/sites/{siteId}/state', method: 'GET', url: '/v1/sites/depot/state', status: 200 },
  { route: '/v1/sites/{siteId}/plan', method: 'GET', url: '/v1/sites/depot/plan', status: 200 },
  {
    route: '/v1/stations/{stationId}/credentials',
    method: 'PUT',
    url: '/v1/stations/CP001/credentials',
    payload: { password: 'correct-horse-battery', securityProfileMin: 2 },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/credentials',
    method: 'GET',
    url: '/v1/stations/CP001/credentials',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/credentials',
    method: 'DELETE',
    url: '/v1/stations/CP001/credentials',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/credentials/rotate',
    method: 'POST',
    url: '/v1/stations/CP001/credentials/rotate',
    status: 200,
  },
  { route: '/v1/onboarding', method: 'POST', url: '/v1/onboarding', payload: { minutes: 15 }, status: 200 },
  { route: '/v1/onboarding', method: 'GET', url: '/v1/onboarding', status: 200 },
  { route: '/v1/onboarding', method: 'DELETE', url: '/v1/onboarding', status: 204 },
  {
    route: '/v1/onboarding/{stationId}/adopt',
    method: 'POST',
    url: '/v1/onboarding/NEW1/adopt',
    payload: { siteId: 'depot', circuitId: 'row-a', evses: [{ id: 1, kind: 'AC', phases: ['L1'], currentMaxA: 16 }] },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/profiles',
    method: 'GET',
    url: '/v1/stations/CP001/profiles',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/capabilities',
    method: 'GET',
    url: '/v1/stations/CP001/capabilities',
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/sessions/{sessionId}/history',
    method: 'GET',
    url: '/v1/sites/depot/sessions/CP001-1/history',
    status: 200,
  },
  { route: '/v1/stations/{stationId}/quirks', method: 'DELETE', url: '/v1/stations/CP001/quirks', status: 204 },
  {
    route: '/v1/stations/{stationId}/evses/{evseId}/composite-schedule',
    method: 'GET',
    url: '/v1/stations/CP001/evses/1/composite-schedule?durationS=3600&rateUnit=W',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/composite-schedule',
    method: 'GET',
    url: '/v1/stations/CP001/composite-schedule?durationS=3600',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/installed-profiles',
    method: 'GET',
    url: '/v1/stations/CP001/installed-profiles?evseId=1&stackLevel=0&profileIds=1,7',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/installed-profiles/{profileId}',
    method: 'DELETE',
    url: '/v1/stations/CP001/installed-profiles/7',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/messages',
    method: 'GET',
    url: '/v1/stations/CP001/messages?after=1768396799000000&limit=10',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/availability',
    method: 'POST',
    url: '/v1/stations/CP001/availability',
    payload: { operative: true },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/clear-cache',
    method: 'POST',
    url: '/v1/stations/CP001/clear-cache',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/priority-charging',
    method: 'POST',
    url: '/v1/stations/CP001/priority-charging',
    payload: { transactionId: 'tx-1', activate: true },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/evses/{evseId}/remote-start',
    method: 'POST',
    url: '/v1/stations/CP001/evses/1/remote-start',
    payload: { idToken: 'DRIVER-1' },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/transactions/{transactionId}/remote-stop',
    method: 'POST',
    url: `/v1/stations/CP001/transactions/${TRANSACTION_ID}/remote-stop`,
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/evses/{evseId}/unlock',
    method: 'POST',
    url: '/v1/stations/CP001/evses/1/unlock',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/evses/{evseId}/availability',
    method: 'POST',
    url: '/v1/stations/CP001/evses/2/availability',
    payload: { operative: false },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/trigger',
    method: 'POST',
    url: '/v1/stations/CP001/trigger',
    payload: { message: 'MeterValues', evseId: 1 },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/reset',
    method: 'POST',
    url: '/v1/stations/CP001/reset',
    payload: { kind: 'Soft' },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/configuration',
    method: 'GET',
    url: '/v1/stations/CP001/configuration?keys=HeartbeatInterval,Nonsense',
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/configuration',
    method: 'PUT',
    url: '/v1/stations/CP001/configuration',
    payload: { key: 'HeartbeatInterval', value: '300' },
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/connection',
    method: 'PUT',
    url: '/v1/stations/CP001/connection',
    payload: exampleOf(ConnectionDocument),
    status: 200,
  },
  { route: '/v1/stations/{stationId}/connection', method: 'GET', url: '/v1/stations/CP001/connection', status: 200 },
  {
    route: '/v1/stations/{stationId}/capabilities',
    method: 'PUT',
    url: '/v1/stations/CP001/capabilities',
    payload: exampleOf(CapabilitiesDocument),
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/transactions/{transactionId}',
    method: 'PUT',
    url: '/v1/stations/CP001/transactions/4711',
    payload: exampleOf(TransactionDocument),
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/meter-values',
    method: 'POST',
    url: '/v1/stations/CP001/meter-values',
    payload: exampleOf(ReadingsDocument),
    status: 200,
  },
  {
    route: '/v1/stations/{stationId}/messages',
    method: 'POST',
    url: '/v1/stations/CP001/messages',
    payload: exampleOf(MessagesDocument),
    status: 200,
  },
  { route: '/v1/commands', method: 'GET', url: '/v1/commands?after=epoch.0&wait=1', status: 200 },
  {
    route: '/v1/commands/{commandId}/result',
    method: 'POST',
    url: `/v1/commands/${COMMAND_ID}/result`,
    payload: exampleOf(ResultDocument),
    status: 200,
  },
  {
    route: '/v1/sites/{siteId}/plan/dry-run',
    method: 'POST',
    url: '/v1/sites/depot/plan/dry-run',
    payload: { sessions: [{ stationId: 'CP001', evseId: 1, needs: { energyWh: 20_000 } }] },
    status: 200,
  },
  { route: '/v1/sites/{siteId}/history', method: 'GET', url: '/v1/sites/depot/history', status: 200 },
  {
    route: '/v1/sites/{siteId}/history/sessions',
    method: 'GET',
    url: '/v1/sites/depot/history/sessions?from=2026-01-01T00:00:00Z',
    status: 200,
  },
  { route: '/v1/sites/{siteId}/history/months', method: 'GET', url: '/v1/sites/depot/history/months', status: 200 },
  { route: '/v1/sites/{siteId}/bill', method: 'GET', url: '/v1/sites/depot/bill?month=2026-01', status: 200 },
  { route: '/v1/tariffs/{tariffId}', method: 'PUT', url: '/v1/tariffs/spot', payload: TARIFF, status: 200 },
  { route: '/v1/tariffs/{tariffId}', method: 'GET', url: '/v1/tariffs/spot', status: 200 },
  {
    route: '/v1/tariffs/{tariffId}/prices',
    method: 'POST',
    url: '/v1/tariffs/spot/prices',
    payload: TARIFF,
    status: 200,
  },
  { route: '/v1/tariffs/{tariffId}/prices', method: 'GET', url: '/v1/tariffs/spot/prices', status: 200 },
  { route: '/v1/sites/{siteId}/prices', method: 'GET', url: '/v1/sites/depot/prices', status: 200 },
  { route: '/v1/tariffs', method: 'GET', url: '/v1/tariffs', status: 200 },
  {
    route: '/v1/ocpi/peers/{peerId}',
    method: 'PUT',
    url: '/v1/ocpi/peers/cpo',
    payload: { versionsUrl: 'https://cpo.example/ocpi/versions', tokenA: 'token-a', countryCode: 'SE', partyId: 'EVK' },
    status: 200,
  },
  { route: '/v1/ocpi/peers/{peerId}', method: 'GET', url: '/v1/ocpi/peers/cpo', status: 200 },
  { route: '/v1/ocpi/peers', method: 'GET', url: '/v1/ocpi/peers', status: 200 },
  { route: '/v1/ocpi/peers/{peerId}/rotate', method: 'POST', url: '/v1/ocpi/peers/cpo/rotate', status: 200 },
  { route: '/v1/ocpi/peers/{peerId}/locations', method: 'POST', url: '/v1/ocpi/peers/cpo/locations', status: 200 },
  { route: '/v1/ocpi/peers/{peerId}/proposals', method: 'GET', url: '/v1/ocpi/peers/cpo/proposals', status: 200 },
  { route: '/v1/ocpi/peers/{peerId}/invitation', method: 'POST', url: '/v1/ocpi/peers/cpo/invitation', status: 200 },
  { route: '/v1/ocpi/peers/{peerId}', method: 'DELETE', url: '/v1/ocpi/peers/cpo', status: 204 },
  {
    route: '/v1/upstreams/{upstreamId}',
    method: 'PUT',
    url: '/v1/upstreams/csms',
    payload: {
      url: 'wss://csms.example/ocpp',
      credentials: { username: 'site', password: 'secret' },
      onLoss: 'island',
    },
    status: 200,
  },
  { route: '/v1/upstreams/{upstreamId}', method: 'GET', url: '/v1/upstreams/csms', status: 200 },
  { route: '/v1/upstreams', method: 'GET', url: '/v1/upstreams', status: 200 },
  { route: '/v1/upstreams/{upstreamId}', method: 'DELETE', url: '/v1/upstreams/csms', status: 204 },
  { route: '/v1/tariffs/{tariffId}', method: 'DELETE', url: '/v1/tariffs/spot', status: 204 },
  { route: '/v1/optimize', method: 'POST', url: '/v1/optimize', payload: PROBLEM, status: 200 },
  {
    route: '/v1/oscp/providers/{providerId}',
    method: 'PUT',
    url: '/v1/oscp/providers/dso',
    payload: exampleOf(OscpProviderDocument),
    status: 200,
  },
  { route: '/v1/oscp/providers/{providerId}', method: 'GET', url: '/v1/oscp/providers/dso', status: 200 },
  { route: '/v1/oscp/providers', method: 'GET', url: '/v1/oscp/providers', status: 200 },
  {
    route: '/v1/oscp/providers/{providerId}/adjustments',
    method: 'POST',
    url: '/v1/oscp/providers/dso/adjustments',
    payload: exampleOf(OscpAdjustment),
    // It has not registered.
    status: 409,
  },
  {
    route: '/v1/openadr/vens/{venId}',
    method: 'PUT',
    url: '/v1/openadr/vens/vtn',
    payload: exampleOf(VenDocument),
    status: 200,
  },
  { route: '/v1/openadr/vens/{venId}', method: 'GET', url: '/v1/openadr/vens/vtn', status: 200 },
  { route: '/v1/openadr/vens', method: 'GET', url: '/v1/openadr/vens', status: 200 },
  { route: '/v1/openadr/vens/{venId}', method: 'DELETE', url: '/v1/openadr/vens/vtn', status: 204 },
  { route: '/v1/oscp/providers/{providerId}', method: 'DELETE', url: '/v1/oscp/providers/dso', status: 204 },
  { route: '/v1/sites/{siteId}', method: 'DELETE', url: '/v1/sites/depot', status: 204 },
  {
    route: '/v1/sign-in',
    method: 'POST',
    url: '/v1/sign-in',
    payload: { email: 'anna@example.com', password: 'correct horse battery' },
    status: 200,
  },
  { route: '/v1/sign-in/methods', method: 'GET', url: '/v1/sign-in/methods', status: 200 },
  // None is configured.
  { route: '/v1/sign-in/oidc', method: 'GET', url: '/v1/sign-in/oidc?to=/tariffs', status: 404 },
  { route: '/v1/sign-in/oidc/callback', method: 'GET', url: '/v1/sign-in/oidc/callback?code=1', status: 404 },
  { route: '/v1/me', method: 'GET', url: '/v1/me', status: 200 },
  {
    route: '/v1/me/password',
    method: 'PUT',
    url: '/v1/me/password',
    payload: { currentPassword: 'correct horse battery', newPassword: 'battery horse correct' },
    // Of a key.
    status: 403,
  },
  { route: '/v1/sign-out', method: 'POST', url: '/v1/sign-out', status: 204 },
  { route: '/v1/users', method: 'POST', url: '/v1/users', payload: exampleOf(NewUser), status: 409 },
  {
    route: '/v1/users',
    method: 'POST',
    url: '/v1/users',
    payload: { ...exampleOf(NewUser), email: 'bert@example.com' },
    status: 201,
  },
  { route: '/v1/users', method: 'GET', url: '/v1/users', status: 200 },
  { route: '/v1/users/{userId}', method: 'GET', url: '/v1/users/user-1', status: 200 },
  {
    route: '/v1/users/{userId}',
    method: 'PUT',
    url: '/v1/users/user-1',
    payload: { email: 'anna@example.org', role: 'viewer' },
    status: 200,
  },
  { route: '/v1/users/{userId}', method: 'DELETE', url: '/v1/users/user-1', status: 204 },
  { route: '/v1/keys', method: 'POST', url: '/v1/keys', payload: exampleOf(NewKeyDocument), status: 201 },
  { route: '/v1/keys', method: 'GET', url: '/v1/keys', status: 200 },
  { route: '/v1/keys/{keyId}', method: 'GET', url: '/v1/keys/key-1', status: 200 },
  {
    route: '/v1/keys/{keyId}/rotate',
    method: 'POST',
    url: '/v1/keys/key-1/rotate',
    payload: { overlapS: 60 },
    status: 200,
  },
  { route: '/v1/keys/{keyId}', method: 'DELETE', url: '/v1/keys/key-1', status: 204 },
  {
    route: '/v1/organisations/{organisationId}',
    method: 'PUT',
    url: '/v1/organisations/north',
    payload: { name: 'North Garages' },
    status: 200,
  },
  { route: '/v1/organisations/{organisationId}', method: 'GET', url: '/v1/organisations/north', status: 200 },
  { route: '/v1/organisations', method: 'GET', url: '/v1/organisations', status: 200 },
  { route: '/v1/organisations/{organisationId}', method: 'DELETE', url: '/v1/organisations/north', status: 204 },
  { route: '/v1/audit', method: 'GET', url: '/v1/audit?limit=5', status: 200 },
  { route: '/v1/replan-jobs/failed', method: 'GET', url: '/v1/replan-jobs/failed', status: 200 },
  { route: '/v1/webhooks', method: 'POST', url: '/v1/webhooks', payload: WEBHOOK, status: 201 },
  { route: '/v1/webhooks', method: 'GET', url: '/v1/webhooks', status: 200 },
  { route: '/v1/webhooks/{webhookId}', method: 'GET', url: '/v1/webhooks/wh-1', status: 200 },
  {
    route: '/v1/webhooks/{webhookId}',
    method: 'PUT',
    url: '/v1/webhooks/wh-1',
    payload: { ...WEBHOOK, siteIds: ['depot'] },
    status: 200,
  },
  {
    route: '/v1/webhooks/{webhookId}/rotate',
    method: 'POST',
    url: '/v1/webhooks/wh-1/rotate',
    payload: { overlapS: 60 },
    status: 200,
  },
  { route: '/v1/webhooks/{webhookId}/test', method: 'POST', url: '/v1/webhooks/wh-1/test', status: 202 },
  {
    route: '/v1/webhooks/{webhookId}/deliveries',
    method: 'GET',
    url: '/v1/webhooks/wh-1/deliveries?limit=1',
    status: 200,
  },
  ...(['PUT', 'GET', 'DELETE'] as const).map((method) => ({
    route: '/v1/notifications/recipients/{recipientId}',
    method,
    url: '/v1/notifications/recipients/anna',
    ...(method === 'PUT' ? { payload: RECIPIENT } : {}),
    status: method === 'DELETE' ? 204 : 200,
  })),
  { route: '/v1/notifications/recipients', method: 'GET', url: '/v1/notifications/recipients', status: 200 },
  { route: '/v1/webhooks/{webhookId}', method: 'DELETE', url: '/v1/webhooks/wh-1', status: 204 },
];
