import { describe, expect, it } from 'vitest';
import { Anomalies } from '../../../src/gateway/anomalies.js';
import { Authenticator } from '../../../src/gateway/authenticator.js';
import { contextFrom, type GatewayLimits } from '../../../src/gateway/options.js';
import type { Admission, StationHandler } from '../../../src/site/stationMessages.js';
import { FakeHandler, ManualClock, PASSWORD } from './gatewayFixture.js';

const LIMITS = { handshakeTimeoutMs: 10_000, handshakesMax: 2 };

/** A gateway's authenticator whose passwords are checked one by one, when the test says so. */
class Rig {
  readonly clock = new ManualClock();
  readonly left: string[] = [];
  readonly authenticator: Authenticator;
  readonly #checks: { readonly stationId: string; readonly decide: (admission: Admission) => void }[] = [];

  constructor(limits: Partial<GatewayLimits> = LIMITS) {
    const { clock } = this;
    const authenticate = (stationId: string) =>
      new Promise<Admission>((decide) => {
        this.#checks.push({ stationId, decide });
      });
    const asked: StationHandler = {
      authenticate,
      waiting: {
        entered: () => {},
        booted: () => ({ status: 'Pending', currentTimeMs: 0, intervalS: 60 }),
        left: (ticket) => void this.left.push(ticket),
      },
      connected: () => {},
      disconnected: () => {},
      isAccepted: () => true,
      request: () => Promise.reject(new Error('nobody is let in that far')),
      anomaly: () => {},
    };
    // The latest that may be drawn, whatever the spread.
    const random = { positiveInt31: () => 59 };
    this.authenticator = new Authenticator(contextFrom({ handler: asked, clock, dialects: [], limits, random }), false);
  }

  /** How each of all checks so far was asked for. */
  get checked(): readonly string[] {
    return this.#checks.map(({ stationId }) => stationId);
  }

  async decide(index: number, admission: Admission): Promise<void> {
    this.#checks[index]?.decide(admission);
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** With what Retry-After. */
  async isRefused(stationId: string): Promise<number | undefined> {
    const credentials = { kind: 'basic', username: stationId, password: PASSWORD } as const;
    const attempt = { stationId, credentials, address: '192.0.2.1', entrance: 'plain' } as const;
    const verdict = await this.authenticator.admit(attempt, () => new Anomalies(new FakeHandler(), stationId));
    return verdict.admitted ? undefined : verdict.refusal.retryAfterS;
  }

  async comes(stationId: string, password = PASSWORD): Promise<{ status: number | 'admitted' | 'waits' }> {
    const credentials = { kind: 'basic', username: stationId, password } as const;
    const attempt = { stationId, credentials, address: '192.0.2.1', entrance: 'plain' } as const;
    const verdict = await this.authenticator.admit(attempt, () => new Anomalies(new FakeHandler(), stationId));
    if (!verdict.admitted) return { status: verdict.refusal.status };
    return { status: verdict.ticket === undefined ? 'admitted' : 'waits' };
  }

  async timesOut(stationId: string, password = PASSWORD): Promise<void> {
    const attempt = this.comes(stationId, password);
    await new Promise((resolve) => setImmediate(resolve));
    this.clock.advance(LIMITS.handshakeTimeoutMs);
    expect(await attempt).toEqual({ status: 503 });
  }
}

describe('passwords that take long to check', () => {
  it('are checked once for a station that was told to come again meanwhile, and it is told the verdict', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    const other = rig.comes('CP2');
    await rig.decide(1, true);
    expect(await other).toEqual({ status: 'admitted' });
    const again = rig.comes('CP1');
    await rig.decide(0, true);
    expect(await again).toEqual({ status: 'admitted' });
    expect(rig.checked).toEqual(['CP1', 'CP2']);
  });

  it('are checked anew where it comes with another one', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    const other = rig.comes('CP2');
    await rig.decide(1, true);
    await other;
    const again = rig.comes('CP1', 'another-password-of-it');
    await rig.decide(2, false);
    expect(await again).toEqual({ status: 401 });
    await rig.decide(0, true);
    expect(rig.checked).toEqual(['CP1', 'CP2', 'CP1']);
  });

  it('are checked anew where nothing was decided meanwhile: what the first waits for may be broken', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    const again = rig.comes('CP1');
    await rig.decide(1, true);
    expect(await again).toEqual({ status: 'admitted' });
  });

  it('keep their place among those under way until they are checked, though nobody waits for them', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    await rig.timesOut('CP2');
    expect(await rig.comes('CP3')).toEqual({ status: 503 });
    expect(rig.checked).toEqual(['CP1', 'CP2']);
    await rig.decide(0, true);
    const third = rig.comes('CP3');
    await rig.decide(2, true);
    expect(await third).toEqual({ status: 'admitted' });
  });

  it('do not keep others out for ever where they are never checked', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    await rig.timesOut('CP2');
    rig.clock.advance(60_000);
    const third = rig.comes('CP3');
    await rig.decide(2, true);
    expect(await third).toEqual({ status: 'admitted' });
  });

  it('give back the place of a stranger who did not come again', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    await rig.decide(0, { ticket: 'T1' });
    expect(rig.left).toEqual(['T1']);
  });

  it('leave the place to a stranger who did', async () => {
    const rig = new Rig();
    await rig.timesOut('CP1');
    const other = rig.comes('CP2');
    await rig.decide(1, true);
    await other;
    const again = rig.comes('CP1');
    await rig.decide(0, { ticket: 'T1' });
    expect(await again).toEqual({ status: 'waits' });
    expect(rig.left).toEqual([]);
  });

  it('have others come back within the time that those under way take', async () => {
    const rig = new Rig({ ...LIMITS, handshakesMax: 40 });
    for (let index = 0; index < 40; index++) void rig.comes(`CP${index}`);
    // Nothing is known of how long they take.
    expect(await rig.isRefused('late')).toBe(5 + (59 % 10));
    for (let index = 0; index < 5; index++) await rig.decide(index, true);
    for (let index = 40; index < 45; index++) void rig.comes(`CP${index}`);
    rig.clock.advance(5_000);
    // One a second, and 40 of them: the spread is 40 s.
    expect(await rig.isRefused('late')).toBe(5 + (59 % 40));
    rig.clock.advance(4_000);
    await rig.decide(5, true);
    void rig.comes('CP45');
    rig.clock.advance(1_000);
    // One in five seconds would take 200 s: nobody waits that long.
    expect(await rig.isRefused('late')).toBe(5 + 59);
  });
});
