import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../e2e/support/until.js';
import { VERSIONS_2X } from '../../support/ocpp2xSchemas.js';
import { instant } from '../support/bareStation.js';
import { type Service2x, startService2x } from '../support2x/service2x.js';
import { Station2x } from '../support2x/station2x.js';

// OCPP-J 2.1: SEND (message type 6), which is never answered, and CALLRESULTERROR (5).

const STREAM = { id: 1, pending: 0, basetime: instant(), data: [{ t: 0, v: '1' }] };

let rig: Service2x;
let station: Station2x;

async function booted(name: '2.0.1' | '2.1'): Promise<void> {
  const version = VERSIONS_2X.find((known) => known.name === name);
  if (version === undefined) throw new Error(`there is no version ${name}`);
  station = await Station2x.connect(version, rig.running.port);
  await station.boot();
}

beforeEach(async () => {
  rig = await startService2x();
});
afterEach(async () => {
  station.close();
  await rig.stop();
});

describe('messages of OCPP 2.1 without an answer', () => {
  it('a periodic event stream is taken, and not answered', async () => {
    await booted('2.1');
    station.send([6, 'stream-1', 'NotifyPeriodicEventStream', STREAM]);
    await station.ask('Heartbeat', {});
    expect(station.answeredIds).not.toContain('stream-1');
    expect(rig.anomalies).toEqual([]);
  });

  it('one that is wrong, or needs an answer, is reported and not answered', async () => {
    await booted('2.1');
    station.send([6, 'stream-2', 'NotifyPeriodicEventStream', { id: 1 }]);
    station.send([6, 'heartbeat', 'Heartbeat', {}]);
    station.send([6, 'broken', 'Heartbeat', []]);
    await until(() => rig.anomalies.includes('rejectedCall'), 'it is reported');
    await station.ask('Heartbeat', {});
    for (const id of ['stream-2', 'heartbeat', 'broken', '-1']) expect(station.answeredIds).not.toContain(id);
  });

  it('an answer that the station could not read is reported', async () => {
    await booted('2.1');
    station.send([5, 'some-id', 'FormatViolation', 'no', {}]);
    await until(() => rig.anomalies.includes('answerRefused'), 'it is reported');
  });

  it('are unknown types of message in OCPP 2.0.1', async () => {
    await booted('2.0.1');
    station.send([6, 'stream-3', 'NotifyPeriodicEventStream', STREAM]);
    await until(() => station.answeredIds.includes('-1'), 'it is answered as unreadable');
    expect(rig.anomalies).toContain('malformedFrame');
  });
});
