import type { DocumentStore } from '../store/documentStore.js';
import { changeDocument } from './changeDocument.js';
import type { Peer } from './peers.js';
import { asObject, type Document, missing, requireObject, requireText, requireTime, timeOf } from './reading.js';

const HUB_CLIENT = 'ocpiHubClient';

/** Who is behind a hub, and whether it can be reached, as the hub told. */
export class HubClients {
  private readonly documents: DocumentStore;

  constructor(documents: DocumentStore) {
    this.documents = documents;
  }

  async find(peerId: string, country: string, party: string): Promise<Document | undefined> {
    return asObject((await this.documents.get(HUB_CLIENT, idOf(peerId, country, party)))?.body);
  }

  /** Older news than what is known change nothing. */
  async put(
    { peerId, organisationId }: Peer,
    { country, party }: { readonly country: string; readonly party: string },
    body: unknown,
  ): Promise<void> {
    const document = requireObject(body, 'body');
    const updatedMs = requireTime(document, 'last_updated');
    const named = {
      countryCode: requireText(document, 'country_code', 2),
      partyId: requireText(document, 'party_id', 3),
    };
    if (
      named.countryCode.toUpperCase() !== country.toUpperCase() ||
      named.partyId.toUpperCase() !== party.toUpperCase()
    )
      throw missing('country_code and party_id', 'those of the address');
    const kept = {
      country_code: named.countryCode,
      party_id: named.partyId,
      role: requireText(document, 'role', 100),
      status: requireText(document, 'status', 100),
      last_updated: document.last_updated,
    };
    await changeDocument(this.documents, { kind: HUB_CLIENT, id: idOf(peerId, country, party) }, (known) => {
      const knownMs = timeOf(asObject(known?.body)?.last_updated) ?? Number.NEGATIVE_INFINITY;
      const document = { organisationId, updatedMs: Math.max(0, updatedMs), body: kept };
      return knownMs > updatedMs ? undefined : { document };
    });
  }
}

function idOf(peerId: string, country: string, party: string): string {
  return `${peerId}/${country.toUpperCase()}/${party.toUpperCase()}`;
}
