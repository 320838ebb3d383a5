import { describe, expect, it } from 'vitest';
import type { StationQuirk } from '../../../src/site/stationQuirk.js';
import { HOUR_MS, NOON_MS, SiteLife, siteOf, stationOf } from '../../support/builders.js';

const site = siteOf({ stations: ['A', 'B', 'C'].map((id) => stationOf(id)) });
const quirksOf = (life: SiteLife, stationId: string) => life.station(stationId).quirks ?? [];
const names = (life: SiteLife, stationId: string) => quirksOf(life, stationId).map(({ quirk }) => quirk);

function learn(life: SiteLife, stationId: string, quirk: StationQuirk): SiteLife {
  return life.take({ type: 'quirkLearned', stationId, quirk, evidence: 'It was seen.' });
}

describe('what one station was seen to do', () => {
  it('is taken of the others of its model and firmware, with whom and when it was seen of', () => {
    const life = new SiteLife(site).connect('A').connect('B').connect('C', { firmware: '2' });
    learn(life, 'A', 'takesNoZero');
    const seen = { quirk: 'takesNoZero', learnedMs: NOON_MS, seenOf: 'A', evidence: 'It was seen.' };
    expect(quirksOf(life, 'A')).toEqual([seen]);
    expect(quirksOf(life, 'B')).toEqual([seen]);
    expect(quirksOf(life, 'C')).toEqual([]);
  });

  it('is known of one of its model that comes later', () => {
    const life = new SiteLife(site).connect('A');
    learn(life, 'A', 'takesWattsOnly').wait(HOUR_MS);
    life.connect('B').connect('C', { firmware: '2' });
    expect(names(life, 'B')).toEqual(['takesWattsOnly']);
    expect(names(life, 'C')).toEqual([]);
  });

  it('is not taken of one that has not said what it is', () => {
    const life = new SiteLife(site).connect('A').connect('B', { boots: false });
    learn(life, 'A', 'takesNoZero');
    expect(names(life, 'B')).toEqual([]);
  });

  it('is forgotten with another firmware, which has what is known of others with that', () => {
    const life = new SiteLife(site).connect('A').connect('B', { firmware: '2' });
    learn(life, 'A', 'takesNoZero');
    learn(life, 'B', 'takesWattsOnly');
    life.boot('A', '2');
    expect(names(life, 'A')).toEqual(['takesWattsOnly']);
  });

  it('stays through a boot and a lost connection', () => {
    const life = new SiteLife(site).connect('A');
    learn(life, 'A', 'takesNoZero').boot('A').disconnect('A').connect('A');
    expect(names(life, 'A')).toEqual(['takesNoZero']);
  });
});

describe('a lesson', () => {
  const refusals = (life: SiteLife, stationId: string) => [
    life.at(stationId).evseState.txProfile.refusals,
    life.station(stationId).failsafe.refusals,
  ];

  function refusing(): SiteLife {
    const life = new SiteLife(site).connect('A').connect('B');
    for (const id of ['A', 'B']) {
      life.start(id, id === 'A' ? 1 : 2);
      for (const _ of [1, 2]) {
        life.give(id, 8, 'refused');
        life.answer(id, { kind: 'failsafe' }, life.intend(id, { kind: 'failsafe' }, 6), 'refused');
      }
    }
    return life;
  }

  it('starts the tries anew, of each profile and of each station of the model: the forms are others now', () => {
    const life = refusing();
    expect([refusals(life, 'A'), refusals(life, 'B')]).toEqual([
      [2, 2],
      [2, 2],
    ]);
    learn(life, 'A', 'takesWattsOnly');
    expect([refusals(life, 'A'), refusals(life, 'B')]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('that is no news starts nothing anew', () => {
    const life = learn(refusing(), 'A', 'takesWattsOnly');
    life.give('A', 8, 'refused');
    learn(life, 'A', 'takesWattsOnly');
    expect(refusals(life, 'A')).toEqual([1, 0]);
  });
});
