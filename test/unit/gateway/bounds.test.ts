import { describe, expect, it } from 'vitest';
import { networkOf, plainAddress } from '../../../src/gateway/addresses.js';
import { AdmissionLimit } from '../../../src/gateway/admissionLimit.js';
import { Anomalies } from '../../../src/gateway/anomalies.js';
import { AnswerMemory } from '../../../src/gateway/answerMemory.js';
import { FailureThrottle } from '../../../src/gateway/failureThrottle.js';
import { TokenBucket } from '../../../src/gateway/tokenBucket.js';
import { FakeHandler } from './gatewayFixture.js';

const MINUTE_MS = 60_000;

describe('the throttle of failed authentications', () => {
  it('allows so many a minute, says how long to wait, and allows again when the oldest is a minute old', () => {
    const throttle = new FailureThrottle(2);
    expect(throttle.begin('k', 0).allowed).toBe(true);
    expect(throttle.begin('k', 10_000).allowed).toBe(true);
    expect(throttle.begin('k', 20_000)).toEqual({ allowed: false, waitMs: 40_000 });
    expect(throttle.begin('other', 20_000).allowed).toBe(true);
    expect(throttle.begin('k', MINUTE_MS).allowed).toBe(true);
    expect(throttle.begin('k', MINUTE_MS + 1).allowed).toBe(false);
  });

  it('forgets failures once it succeeds, and does not count what came to no verdict', () => {
    const throttle = new FailureThrottle(1);
    throttle.begin('k', 0);
    throttle.succeeded('k');
    expect(throttle.begin('k', 1).allowed).toBe(true);
    throttle.undecided('k');
    expect(throttle.begin('k', 2).allowed).toBe(true);
  });

  it('can be asked without counting, and told of failures that were counted elsewhere', () => {
    const throttle = new FailureThrottle(2);
    expect(throttle.waitMs('k', 0)).toBe(0);
    for (const atMs of [0, 10, 20, 30]) throttle.failed('k', atMs);
    expect(throttle.waitMs('k', 30)).toBe(MINUTE_MS - 10);
    expect(throttle.waitMs('k', MINUTE_MS + 20)).toBe(0);
  });

  it('holds a bounded number of keys, the latest', () => {
    const throttle = new FailureThrottle(1);
    for (let i = 0; i < 25_000; i++) throttle.begin(`k${i}`, i);
    expect(throttle.size).toBe(10_000);
    expect(throttle.begin('k24999', 25_000).allowed).toBe(false);
  });
});

describe('the token bucket', () => {
  it('allows a burst, then waits off what was taken beyond it', () => {
    const bucket = new TokenBucket(10, 5, 0);
    for (let i = 0; i < 10; i++) bucket.take(0);
    expect(bucket.waitMs(0)).toBe(0);
    bucket.take(0);
    expect(bucket.waitMs(0)).toBe(200);
    expect(bucket.waitMs(200)).toBe(0);
  });

  it('fills up to the burst and no further, and loses nothing when the clock is set back', () => {
    const bucket = new TokenBucket(2, 1, 0);
    expect(bucket.waitMs(3_600_000)).toBe(0);
    for (let i = 0; i < 3; i++) bucket.take(3_600_000);
    expect(bucket.waitMs(3_600_000)).toBe(1_000);
    expect(bucket.waitMs(0)).toBe(1_000);
    expect(bucket.waitMs(1_000)).toBe(0);
  });
});

describe('the memory of answers', () => {
  const call = (id: string, text: string, type: 'transactionStarted' | 'meterValues') => ({ id, text, type });

  it('knows a call by its id and content', () => {
    const memory = new AnswerMemory();
    memory.remember(call('1', 'start', 'transactionStarted'), '{"transactionId":1}', 0);
    expect(memory.find('1', 'start', 1)).toBe('{"transactionId":1}');
    expect(memory.find('1', 'other', 1)).toBeUndefined();
    expect(memory.find('2', 'start', 1)).toBeUndefined();
  });

  it('forgets after a quarter of an hour: message ids may begin again with the station', () => {
    const memory = new AnswerMemory();
    memory.remember(call('1', 'start', 'transactionStarted'), '{}', 0);
    expect(memory.find('1', 'start', 15 * MINUTE_MS)).toBe('{}');
    expect(memory.find('1', 'start', 15 * MINUTE_MS + 1)).toBeUndefined();
  });

  it('does not lose a transaction among meter values, and is bounded', () => {
    const memory = new AnswerMemory();
    memory.remember(call('t', 'start', 'transactionStarted'), '{}', 0);
    for (let i = 0; i < 100; i++) memory.remember(call(`m${i}`, 'm', 'meterValues'), '{}', 0);
    expect(memory.find('t', 'start', 0)).toBe('{}');
    expect(memory.find('m99', 'm', 0)).toBe('{}');
    expect(memory.find('m0', 'm', 0)).toBeUndefined();
    for (let i = 0; i < 8; i++) memory.remember(call(`t${i}`, 'start', 'transactionStarted'), '{}', 0);
    expect(memory.find('t', 'start', 0)).toBeUndefined();
  });
});

describe('anomalies', () => {
  it('of one kind are told once a minute, with how many there were', () => {
    const handler = new FakeHandler();
    const anomalies = new Anomalies(handler, 'CP001');
    for (let i = 0; i < 5; i++) anomalies.report('flood', 'too much', i);
    anomalies.report('flapping', 'again', 5);
    anomalies.report('flood', 'too much', MINUTE_MS);
    expect(handler.anomalies.map(({ detail }) => detail)).toEqual(['too much', 'again', 'too much (4 more before)']);
  });

  it('that nobody can take do not end what they report on', () => {
    const handler = new FakeHandler();
    handler.anomaly = () => {
      throw new Error('log is full');
    };
    expect(() => new Anomalies(handler, 'CP001').report('flood', 'too much', 0)).not.toThrow();
  });
});

describe('where a station comes from', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('is for %s the network %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it('is written as IPv4 where it is IPv4', () => {
    expect([plainAddress('::ffff:192.0.2.1'), plainAddress('2001:db8::1')]).toEqual(['192.0.2.1', '2001:db8::1']);
  });
});

describe('the limit on how many come in at a time', () => {
  it('lets a burst in, then so many a second, and tells the others to come back at different times', () => {
    let drawn = 0;
    const random = { positiveInt31: () => ++drawn };
    const limit = new AdmissionLimit({ burst: 3, perSecond: 2, nowMs: 0, random });
    expect([0, 0, 0].map((nowMs) => limit.take(nowMs))).toEqual(['now', 'now', 'now']);
    expect([0, 0].map((nowMs) => limit.take(nowMs))).toEqual([{ retryAfterS: 2 }, { retryAfterS: 3 }]);
    expect([500, 500].map((nowMs) => limit.take(nowMs))).toEqual(['now', { retryAfterS: 4 }]);
  });

  it('lets every station of a storm in within the time that its pace says, and no more than the burst in any moment', () => {
    const limit = new AdmissionLimit({ burst: 50, perSecond: 20, nowMs: 0, random: { positiveInt31: () => 7 } });
    let waiting = Array.from({ length: 500 }, () => 0);
    let seconds = 0;
    for (; waiting.length > 0 && seconds < 600; seconds++) {
      let admitted = 0;
      waiting = waiting.flatMap((atS) => {
        if (atS > seconds) return [atS];
        const answer = limit.take(seconds * 1_000);
        if (answer === 'now') admitted++;
        return answer === 'now' ? [] : [seconds + answer.retryAfterS];
      });
      expect(admitted).toBeLessThanOrEqual(50);
    }
    expect(waiting).toEqual([]);
    expect(seconds).toBeLessThan(120);
  });
});
