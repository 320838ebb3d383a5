import { describe, expect, it } from 'vitest';
import { Relay } from '../../../src/proxy/relay.js';
import type { Effect, Leg } from '../../../src/proxy/relayMessages.js';

// A day of one station with its CSMS, as it stands in a log of both: who said what, in which order, with the spelling of their libraries.

const DAY_S = 86_400;

interface Said {
  readonly by: Leg;
  readonly atS: number;
  readonly text: string;
}

/** Three cars, a heartbeat every five minutes, meter values every ten seconds, and a CSMS that asks now and then. */
function day(): readonly Said[] {
  const said: Said[] = [];
  let id = 0;
  const ask = (by: Leg, atS: number, action: string, payload: string, answer: string): void => {
    const name = by === 'station' ? `${++id}` : `5c1f8e0a-0000-4000-8000-${String(++id).padStart(12, '0')}`;
    said.push({
      by,
      atS,
      text: by === 'station' ? `[2,"${name}","${action}",${payload}]` : `[2, "${name}", "${action}", ${payload}]`,
    });
    said.push({
      by: by === 'station' ? 'upstream' : 'station',
      atS,
      text: by === 'station' ? `[3, "${name}", ${answer}]` : `[3,"${name}",${answer}]`,
    });
  };
  ask(
    'station',
    0,
    'BootNotification',
    '{"chargePointVendor":"Ac\\u006de","chargePointModel":"Öne"}',
    '{"status": "Accepted", "interval": 300}',
  );
  for (let atS = 10; atS < DAY_S; atS += 10) {
    if (atS % 300 === 0)
      ask('station', atS, 'Heartbeat', '{}', `{"currentTime": "${new Date(atS * 1000).toISOString()}"}`);
    if (atS % 3_600 === 0)
      ask('upstream', atS, 'TriggerMessage', '{"requestedMessage": "StatusNotification"}', '{"status":"Accepted"}');
    const isCharging = atS % 28_800 < 10_800;
    if (atS % 28_800 === 10)
      ask(
        'station',
        atS,
        'StartTransaction',
        `{"connectorId":1,"idTag":"ANNA","meterStart":${atS}}`,
        `{"transactionId": ${atS}, "idTagInfo": {"status": "Accepted"}}`,
      );
    else if (isCharging)
      ask(
        'station',
        atS,
        'MeterValues',
        `{"connectorId":1,"transactionId":${atS},"meterValue":[{"sampledValue":[{"value":"16.0","measurand":"Current.Import"}]}]}`,
        '{}',
      );
    else if (atS % 28_800 === 10_800)
      ask('station', atS, 'StopTransaction', `{"meterStop":${atS}.0}`, '{"idTagInfo": null}');
  }
  return said;
}

describe('a day of a station with its CSMS', () => {
  it('arrives on the other side as it was said, byte for byte and in order, with our own calls in between', () => {
    const heard: Record<Leg, string[]> = { station: [], upstream: [] };
    let own = 0;
    const relay = new Relay({
      hasOneWayMessages: false,
      errorCodes: { frame: 'F', formation: 'F', generic: 'G' },
      newId: () => `ours-${++own}`,
      isInterposed: () => false,
      isLocal: () => false,
    });
    const take = (effects: readonly Effect[], nowMs: number): void => {
      const queue = [...effects];
      do {
        for (let effect = queue.shift(); effect !== undefined; effect = queue.shift()) {
          if (effect.type !== 'send') continue;
          const isOurs = effect.text.includes('"ours-');
          if (!isOurs) heard[effect.to].push(effect.text);
          else
            queue.push(...relay.received('station', effect.text.replace('[2,', '[3,').replace(',"Ours"', ''), nowMs));
        }
        queue.push(...relay.pump(nowMs));
      } while (queue.length > 0);
    };
    const said = day();
    for (const { by, atS, text } of said) {
      const nowMs = atS * 1000;
      if (atS % 60 === 0) {
        const write = (id: string) => `[2,"${id}","Ours",{}]`;
        take(relay.inject({ ticket: atS, lane: 'other', timeoutMs: 15_000, write }, nowMs), nowMs);
      }
      take(relay.received(by, text, nowMs), nowMs);
    }
    expect(said.length).toBeGreaterThan(7_000);
    expect(own).toBeGreaterThan(1_000);
    expect(heard.upstream).toEqual(said.filter(({ by }) => by === 'station').map(({ text }) => text));
    expect(heard.station).toEqual(said.filter(({ by }) => by === 'upstream').map(({ text }) => text));
  });
});
