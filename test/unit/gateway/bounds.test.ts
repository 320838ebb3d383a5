import { describe, expect, it } from 'vitest';
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
