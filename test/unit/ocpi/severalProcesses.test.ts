import { afterEach, beforeEach, expect, it } from 'vitest';
import { OcpiClient } from '../../../src/ocpi/client.js';
import { Peers } from '../../../src/ocpi/peers.js';
import { Registrations } from '../../../src/ocpi/registration.js';
import { shownTokens } from '../../../src/ocpi/tokens.js';
import { until } from '../../e2e/support/until.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';
import { OcpiCpo } from '../../support/ocpi/cpo.js';
import { OcpiRig } from '../../support/ocpi/rig.js';
import { systemClock } from '../../support/systemClock.js';

// Two processes over one store: what one of them exchanges with an operator, the other changes meanwhile.

type Json = Readonly<Record<string, unknown>>;
const AS = { countryCode: 'SE', partyId: 'EVK' };

/** As a database that is some way off: others come in between. */
class DistantDocuments extends MemoryDocuments {
  override async get(...asked: Parameters<MemoryDocuments['get']>): ReturnType<MemoryDocuments['get']> {
    const found = await super.get(...asked);
    await new Promise((resolve) => setTimeout(resolve, 5));
    return found;
  }
}

let rig: OcpiRig;
let cpo: OcpiCpo;
let peers: Peers;
let other: Registrations;
beforeEach(async () => {
  rig = await OcpiRig.start(new DistantDocuments());
  cpo = await OcpiCpo.start();
  peers = new Peers(rig.documents);
  const refused = { request: async () => ({ outcome: 'refused', reason: 'it is not asked here' }) as const };
  other = new Registrations({ peers, client: new OcpiClient(refused), clock: systemClock, base: () => rig.url });
});
afterEach(async () => {
  await cpo.stop();
  await rig.stop();
});

const put = async (more: object = {}) =>
  (await rig.api.put('/v1/ocpi/peers/cpo', { versionsUrl: cpo.versionsUrl, ...AS, ...more })) as Json;

async function counts(token: string): Promise<boolean> {
  const shown = shownTokens(`Token ${Buffer.from(token).toString('base64')}`);
  return (await peers.ofToken(shown, Date.now())) !== undefined;
}

it('a registration keeps what people changed while it was under way, and what they invited', async () => {
  await put();
  cpo.faults.slowMs = 150;
  const registering = rig.ocpi.registrations.register('cpo', cpo.tokenA);
  await until(() => cpo.received.some(({ method }) => method === 'POST'), 'our credentials are with the operator');
  await peers.change('cpo', Date.now(), (peer) => ({ ...peer, periodsMax: 77 }));
  const invited = await other.invite('cpo');
  expect(await registering).toMatchObject({ registration: { version: '2.3.0' }, periodsMax: 77 });
  expect(await peers.find('cpo')).toMatchObject({ registration: { version: '2.3.0' }, periodsMax: 77 });
  expect(await counts(invited?.token ?? '')).toBe(true);
});

it('tokens are rotated while people change what there is, and the operator is let in with the newest', async () => {
  await put({ tokenA: cpo.tokenA });
  cpo.faults.slowMs = 150;
  const before = cpo.remote?.token ?? '';
  const rotating = rig.ocpi.registrations.rotate('cpo');
  await until(() => cpo.received.some(({ method }) => method === 'PUT'), 'our credentials are with the operator');
  await peers.change('cpo', Date.now(), (peer) => ({ ...peer, timeZone: 'Europe/Oslo' }));
  await rotating;
  expect((await peers.find('cpo'))?.timeZone).toBe('Europe/Oslo');
  expect(cpo.remote?.token).not.toBe(before);
  expect(await counts(cpo.remote?.token ?? '')).toBe(true);
});

it('a peer that is deleted while it is registered stays deleted, and no token of it counts', async () => {
  await put();
  cpo.faults.slowMs = 150;
  const registering = rig.ocpi.registrations.register('cpo', cpo.tokenA);
  await until(() => cpo.received.some(({ method }) => method === 'POST'), 'our credentials are with the operator');
  await peers.delete('cpo');
  expect(await registering).toBeUndefined();
  expect(await peers.find('cpo')).toBeUndefined();
  expect(await rig.documents.list('ocpiToken')).toEqual([]);
});

it('of what is pushed of the EVSEs of one location at once, nothing is lost', async () => {
  await put({ tokenA: cpo.tokenA });
  const at = new Date().toISOString();
  const uids = Array.from({ length: 8 }, (_, k) => `E${k}`);
  const evses = uids.map((uid) => ({ uid, status: 'AVAILABLE', connectors: [], last_updated: at }));
  await cpo.push('PUT', 'locations', '/NO/CPO/LOC9', { id: 'LOC9', name: 'Nine', evses, last_updated: at });
  const later = new Date(Date.now() + 1000).toISOString();
  const news = { status: 'CHARGING', last_updated: later };
  await Promise.all(uids.map((uid) => cpo.push('PATCH', 'locations', `/NO/CPO/LOC9/${uid}`, news)));
  const { body } = await cpo.push('GET', 'locations', '/NO/CPO/LOC9');
  const known = (body.data as { evses: readonly Json[] }).evses.map(({ status }) => status);
  expect(known).toEqual(uids.map(() => 'CHARGING'));
});
