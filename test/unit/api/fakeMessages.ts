import type { StationMessageService } from '../../../src/control/stationMessageDesk.js';

/** A call and its answer. */
export function fakeMessages(requireStation: (stationId: string) => unknown, nowMs: number): StationMessageService {
  return {
    read: async (stationId, { afterSeq = 0 }) => {
      requireStation(stationId);
      const common = { messageId: '17', action: 'Heartbeat', isCut: false };
      const all = [
        {
          ...common,
          seq: nowMs * 1_000,
          atMs: nowMs,
          direction: 'fromStation',
          kind: 'call',
          sizeBytes: 23,
          payload: {},
        },
        {
          ...common,
          seq: nowMs * 1_000 + 1,
          atMs: nowMs,
          direction: 'toStation',
          kind: 'result',
          tookMs: 0,
          sizeBytes: 49,
          payload: { currentTime: '2026-01-14T13:20:00.000Z' },
        },
      ] as const;
      return { messages: all.filter(({ seq }) => seq > afterSeq), hasMore: false, isComplete: true };
    },
  };
}
