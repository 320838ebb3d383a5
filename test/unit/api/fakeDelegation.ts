import type { DelegationService } from '../../../src/control/delegation/delegation.js';
import { Problem } from '../../../src/site/problem.js';
import { UNKNOWN_CAPABILITIES } from '../../../src/site/state.js';
import type { FakeService } from './fakeService.js';

export const COMMAND_ID = 'depot:epoch:1';

/** Takes what it is told of stations that are listed, and has one command. */
export function fakeDelegation(service: Pick<FakeService, 'sites'>, nowMs: number): DelegationService {
  const require = (stationId: string): void => {
    const isListed = [...service.sites.values()].some(({ stations }) => stations.some(({ id }) => id === stationId));
    if (!isListed) throw new Problem('STATION_NOT_FOUND', `No site lists the station "${stationId}".`);
  };
  const connection: DelegationService['connection'] = (stationId) => {
    require(stationId);
    return {
      stationId,
      status: 'online',
      connectionId: 'ws-17',
      ocppVersion: '1.6',
      isAccepted: true,
      leaseEndsMs: nowMs + 60_000,
      commandsWaiting: 0,
    };
  };
  return {
    connection,
    tellConnection: async (stationId) => connection(stationId),
    tellCapabilities: async (stationId, told) => {
      require(stationId);
      return { ...UNKNOWN_CAPABILITIES, ...told };
    },
    tellTransaction: async (stationId, transactionId, { rev, state }) => {
      require(stationId);
      return { stationId, transactionId, sessionId: `${stationId}-${transactionId}`, rev, isOpen: state !== 'ended' };
    },
    takeMeterValues: async (stationId, { items }) => {
      require(stationId);
      return { ackedSeq: items.at(-1)?.seq ?? 0, missing: [] };
    },
    takeMessages: async (stationId, { items }) => {
      require(stationId);
      const ackedSeq = items.at(-1)?.seq ?? 0;
      return { ackedSeq, expectedSeq: ackedSeq + 1, refused: [] };
    },
    isClosing: false,
    commands: async ({ after, isVisible }) => {
      if (after === 'gone') throw new Problem('CURSOR_GONE', 'It is gone.');
      const command = {
        id: COMMAND_ID,
        siteId: 'depot',
        stationId: 'CP001',
        evseId: 1,
        sessionId: null,
        kind: 'setLimit',
        dir: 'dec',
        lane: 'CP001',
        group: 'depot',
        after: [],
        createdMs: nowMs,
        notAfterMs: nowMs + 20_000,
        ocppVersion: '1.6',
        action: 'SetChargingProfile',
        payload: {},
        correlationId: 'attempt-1',
      } as const;
      return { cursor: 'epoch.1', commands: isVisible('depot') ? [command] : [] };
    },
    takeResult: async (commandId, { status }) => {
      if (commandId !== COMMAND_ID) throw new Problem('COMMAND_NOT_FOUND', `There is no command "${commandId}".`);
      return { id: commandId, status, closedMs: nowMs };
    },
  };
}
