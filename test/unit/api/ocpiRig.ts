import { Ocpi } from '../../../src/ocpi/ocpi.js';
import type { OutboundAnswer, OutboundRequest } from '../../../src/outbound/outbound.js';
import type { Clock } from '../../../src/site/clock.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';

const PEER = 'https://cpo.example/ocpi';

/** OCPI without a network: a peer that says yes to everything. */
export function ocpiRig(clock: Clock) {
  const ocpi = new Ocpi({
    documents: new MemoryDocuments(),
    outbound: {
      check: (url) =>
        url.startsWith('https://')
          ? { ok: true, url: new URL(url) }
          : { ok: false, reason: 'it must begin with https://' },
      request: async (asked) => answerOf(asked, clock),
    },
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    service: () => {
      throw new Error('no site is asked here');
    },
    base: () => 'https://charging.example',
    siteOfStation: async () => undefined,
    organisationOfSite: async () => 'default',
  });
  return { ocpi, base: () => 'https://charging.example' };
}

function answerOf({ method, url }: OutboundRequest, clock: Clock): OutboundAnswer {
  const timestamp = new Date(clock.nowMs()).toISOString();
  const data = dataOf(method, new URL(url).pathname);
  return {
    outcome: 'answered',
    status: 200,
    headers: {},
    body: JSON.stringify({ data, status_code: 1000, timestamp }),
  };
}

function dataOf(method: string, path: string): unknown {
  if (path.endsWith('/versions')) return [{ version: '2.2.1', url: `${PEER}/2.2.1` }];
  if (path.endsWith('/2.2.1'))
    return {
      version: '2.2.1',
      endpoints: [
        { identifier: 'credentials', role: 'RECEIVER', url: `${PEER}/2.2.1/credentials` },
        { identifier: 'locations', role: 'SENDER', url: `${PEER}/2.2.1/locations` },
      ],
    };
  if (path.endsWith('/locations')) return [];
  if (method === 'DELETE') return undefined;
  const role = { role: 'CPO', country_code: 'NO', party_id: 'CPO', business_details: { name: 'Charging Norway' } };
  return { token: 'token-c', url: `${PEER}/versions`, roles: [role] };
}
