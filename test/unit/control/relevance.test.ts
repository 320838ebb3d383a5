import { describe, expect, it } from 'vitest';
import { relevance } from '../../../src/control/relevance.js';
import type { SiteEvent } from '../../../src/site/events.js';
import { acEvse, ampere, evseAt, SiteLife, siteOf } from '../../support/builders.js';

function newsOf(life: SiteLife, act: (life: SiteLife) => unknown): string {
  const before = life.state;
  const known = life.journal.length;
  act(life);
  const last = life.journal.at(-1);
  if (life.journal.length !== known + 1 || last === undefined) throw new Error('one event at a time');
  return relevance(before, life.state, last.event);
}

const charging = () => {
  const life = new SiteLife(evseAt(acEvse())).commission('A').start('A', 1);
  life.give('A', 16);
  return life.wait(10_000);
};

describe('what an event asks for', () => {
  it('is that loads come down at once, when limits change, the building takes more, or a station disobeys', () => {
    const life = charging();
    const limit = {
      limitId: 'l',
      circuitId: 'grid',
      limitA: ampere(10),
      fromMs: 0,
      toMs: 'open',
      source: 'owner',
    } as const;
    expect(newsOf(life, () => life.take({ type: 'limitPut', limit }))).toBe('danger');
    expect(newsOf(life, () => life.take({ type: 'limitDeleted', limitId: 'l' }))).toBe('danger');
    expect(newsOf(life, () => life.take({ type: 'siteConfigured', site: life.state.site }))).toBe('danger');
    expect(newsOf(life, () => life.meterCircuit('grid', 10))).toBe('danger');
    expect(newsOf(life.wait(1_000), () => life.meterCircuit('grid', 40))).toBe('danger');
    life.meter('A', { currentA: 20 });
    expect(newsOf(life, () => life.meter('A', { currentA: 20 }))).toBe('danger');
  });

  it('is a plan, when who may have what changes', () => {
    const life = charging();
    expect(newsOf(life, () => life.take({ type: 'needsPut', sessionId: 'A-1', needs: { energyWh: 500 } }))).toBe(
      'plan',
    );
    expect(newsOf(life, () => life.meter('A', { energyWh: 1_500 }))).toBe('plan');
    expect(newsOf(life, () => life.end('A', 1))).toBe('plan');
    expect(newsOf(life, () => life.start('A', 2))).toBe('plan');
    expect(newsOf(life, () => life.disconnect('A'))).toBe('plan');
    expect(newsOf(life, () => life.boot('A'))).toBe('plan');
    const limit = { evseId: 1, source: 'SO' } as const;
    expect(newsOf(life, () => life.take({ type: 'externalLimitNotified', stationId: 'A', limit }))).toBe('plan');
    expect(newsOf(life, () => life.take({ type: 'externalLimitCleared', stationId: 'A', ...limit }))).toBe('plan');
  });

  it('is a plan, when a car turns out to use fewer phases, or less than it is given', () => {
    const life = charging();
    for (let n = 0; n < 2; n++)
      expect(newsOf(life.wait(10_000), () => life.meter('A', { currentA: ampere(16, 0, 0) }))).toBe('none');
    expect(newsOf(life.wait(10_000), () => life.meter('A', { currentA: ampere(16, 0, 0) }))).toBe('plan');
    for (let n = 0; n < 2; n++) newsOf(life.wait(10_000), () => life.meter('A', { currentA: ampere(9, 0, 0) }));
    expect(newsOf(life.wait(10_000), () => life.meter('A', { currentA: ampere(9, 0, 0) }))).toBe('plan');
  });

  it('is a look at what may be sent, when a message was answered or confirmed', () => {
    const life = charging();
    const slot = life.txSlot('A');
    const attemptId = life.intend('A', slot, 10);
    expect(newsOf(life, () => life.answer('A', slot, attemptId, 'accepted'))).toBe('pass');
    expect(newsOf(life, () => life.verify('A', slot, attemptId))).toBe('pass');
  });

  it('is nothing, for what was known', () => {
    const life = charging().meterCircuit('grid', 10).wait(1_000);
    expect(newsOf(life, () => life.meterCircuit('grid', 10))).toBe('none');
    expect(newsOf(life, () => life.meterCircuit('grid', 3))).toBe('none');
    expect(newsOf(life, () => life.meter('A', { currentA: 16 }))).toBe('none');
    const foreign: SiteEvent = { type: 'evseMetered', stationId: 'X', evseId: 1, currentA: ampere(16) };
    expect(newsOf(life, () => life.take(foreign))).toBe('none');
    const idle = new SiteLife(siteOf()).commission('A');
    expect(
      newsOf(idle, () => idle.take({ type: 'evseStatusReported', stationId: 'A', evseId: 1, status: 'Available' })),
    ).toBe('none');
  });
});
