import { describe, expect, it } from 'vitest';
import { createOcpp16Dialect } from '../../../src/ocpp/v16/dialect.js';
import { Observer } from '../../../src/proxy/observer.js';
import type { RelayedCall } from '../../../src/proxy/relayMessages.js';
import type { StationRequest, StationResponses } from '../../../src/site/stationMessages.js';
import { ManualClock } from '../gateway/gatewayFixture.js';

const clock = new ManualClock();

/** A site that can be told, or not. */
function site({ isAccepted = true } = {}) {
  const told: StationRequest[] = [];
  const reports: string[] = [];
  const state = { isAccepted, fails: false, failsFor: undefined as StationRequest | undefined };
  const observer = new Observer({
    stationId: 'CP001',
    dialect: createOcpp16Dialect(),
    clock,
    report: (kind, detail) => void reports.push(`${kind}: ${detail}`),
    handler: {
      isAccepted: () => state.isAccepted,
      request: async <R extends StationRequest>(
        _stationId: string,
        request: R,
      ): Promise<StationResponses[R['type']]> => {
        if (state.fails || request === state.failsFor) throw new Error('the owner of the site is out of reach');
        told.push(request);
        if (request.type === 'boot') state.isAccepted = true;
        return {} as StationResponses[R['type']];
      },
    },
  });
  return { told, reports, state, observer };
}

const settles = () => new Promise((resolve) => setImmediate(resolve));
async function wait(ms: number): Promise<void> {
  for (let leftMs = ms; leftMs > 0; leftMs -= 500) {
    clock.advance(500);
    await settles();
  }
}

const ended = (transactionId: number): StationRequest => ({
  type: 'transactionEnded',
  transactionId,
  meterStopWh: 9,
  timestampMs: 0,
  samples: [],
});
const values = (evseId: number): StationRequest => ({ type: 'meterValues', evseId, samples: [], quarantined: 0 });
const kinds = (requests: readonly StationRequest[]) => requests.map(({ type }) => type);

describe('what a site is told of a station that talks to its CSMS', () => {
  it('is told again where it could not be, in its order', async () => {
    const { observer, told, state, reports } = site();
    state.fails = true;
    observer.tell(ended(1));
    observer.tell(values(1));
    await wait(5_000);
    expect(told).toEqual([]);
    expect(reports).toHaveLength(1);
    state.fails = false;
    await wait(30_000);
    expect(kinds(told)).toEqual(['transactionEnded', 'meterValues']);
  });

  it('of a transaction waits until the station is accepted, and a boot that came later goes first', async () => {
    const { observer, told } = site({ isAccepted: false });
    observer.tell(ended(1));
    observer.tell(values(1));
    await wait(5_000);
    expect(told).toEqual([]);
    observer.answered(boot(), { kind: 'result', id: 'b', payload: { status: 'Accepted' } });
    await wait(1_000);
    expect(kinds(told)).toEqual(['boot', 'transactionEnded', 'meterValues']);
  });

  it('is bounded, but never by the start or end of a transaction', async () => {
    const { observer, told, state, reports } = site();
    state.fails = true;
    for (let n = 0; n < 300; n++) observer.tell(ended(n));
    for (let n = 0; n < 300; n++) observer.tell(values(n));
    state.fails = false;
    await wait(30_000);
    expect(kinds(told).filter((type) => type === 'transactionEnded')).toHaveLength(300);
    expect(kinds(told).filter((type) => type === 'meterValues').length).toBeLessThan(10);
    expect(reports.some((report) => report.startsWith('tooManyCalls'))).toBe(true);
  });

  it('that fails for ever lets what comes after it go on', async () => {
    const { observer, told, state } = site();
    const poison = ended(1);
    state.failsFor = poison;
    observer.tell(poison);
    observer.tell(ended(2));
    await wait(180_000);
    expect(told).toEqual([ended(2)]);
    state.failsFor = undefined;
    await wait(60_000);
    expect(told).toEqual([ended(2), ended(1)]);
  });

  it('goes on for a while after the connection has ended, without what would be told again', async () => {
    const { observer, told, state, reports } = site();
    state.fails = true;
    observer.tell(ended(1));
    observer.tell(values(1));
    observer.end();
    await wait(10_000);
    state.fails = false;
    await wait(30_000);
    expect(kinds(told)).toEqual(['transactionEnded']);
    state.fails = true;
    const other = site();
    other.state.fails = true;
    other.observer.tell(ended(3));
    other.observer.end();
    await wait(240_000);
    expect(other.reports.at(-1)).toContain('was not told of 1 messages');
    expect(reports).toHaveLength(1);
  });
});

function boot(): RelayedCall {
  const payload = { chargePointVendor: 'Acme', chargePointModel: 'One' };
  return { id: 'b', action: 'BootNotification', payload, text: '', receivedMs: 0 };
}
