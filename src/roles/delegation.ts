import { randomBytes } from 'node:crypto';
import { writeCommand } from '../api/delegation/documents.js';
import type { ChargingService } from '../control/chargingService.js';
import type { DelegatedCommand } from '../control/delegation/delegation.js';
import { DelegationDesk } from '../delegation/delegationDesk.js';
import { DEFAULT_ORGANISATION_ID } from '../site/organisation.js';
import type { WebhookPublisher } from '../webhooks/publisher.js';
import { createDialects, type Parts, systemClock } from './foundation.js';

const EPOCH_BYTES = 6;

export interface DelegationParts {
  readonly service: ChargingService;
  readonly publisher: WebhookPublisher;
  readonly store: Parts['store'];
  /** Whether this process may still raise what a site's stations draw. */
  readonly isOwned: (siteId: string) => boolean;
}

/** Stations that a CSMS holds, as far as their sites are this process's. */
export function createDelegation({ service, publisher, store, isOwned }: DelegationParts): DelegationDesk {
  const { sites, stations } = service;
  const tell = async (command: DelegatedCommand): Promise<boolean> => {
    const { id, siteId, stationId, createdMs, notAfterMs } = command;
    const organisationId = await store.accounts.organisationOf({ kind: 'site', id: siteId });
    const listeners = await publisher.publish({
      id,
      type: 'delegation.command',
      atMs: createdMs,
      organisationId: organisationId ?? DEFAULT_ORGANISATION_ID,
      siteId,
      data: writeCommand(command),
      group: stationId,
      expiresMs: notAfterMs,
    });
    return listeners > 0;
  };
  const epoch = randomBytes(EPOCH_BYTES).toString('hex');
  const dialects = createDialects();
  return new DelegationDesk({ sites, stations, dialects, clock: systemClock, epoch, tell, isOwned });
}
