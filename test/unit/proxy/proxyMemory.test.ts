import { describe, expect, it } from 'vitest';
import { ProxyMemory } from '../../../src/proxy/proxyMemory.js';
import { MemoryDocuments } from '../../support/memoryDocuments.js';

const openFor = (organisationId: string, documents: MemoryDocuments) =>
  ProxyMemory.open({ documents, upstreamId: 'csms', stationId: 'CP001', organisationId, nowMs: () => 0 });

describe('what is remembered of a station and its CSMS', () => {
  it('of another organisation’s is only what the station may hold', async () => {
    const documents = new MemoryDocuments();
    const profiles = [{ evseId: 1, profile: { chargingProfileId: 9 }, stationProfileId: 9 }];
    const held = { profiles, transactions: [], isManaged: true };
    await (await openFor('north', documents)).save({ ...held, tokens: ['t'], subprotocol: 'ocpp2.0.1', theirs: {} });
    expect((await openFor('north', documents)).kept).toMatchObject({ tokens: ['t'], subprotocol: 'ocpp2.0.1' });
    const memory = await openFor('south', documents);
    expect(memory.kept).toEqual(held);
    await memory.save({});
    const [document] = await documents.list('proxyProfiles');
    expect(document).toMatchObject({ organisationId: 'south', body: held });
  });
});
