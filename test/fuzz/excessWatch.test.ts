import { expect, it } from 'vitest';
import type { SiteState } from '../../src/api/state/document.js';
import { ExcessWatch } from '../support/fuzz/excessWatch.js';
import { Stalls } from '../support/fuzz/stalls.js';

type Control = SiteState['stations'][number]['control'];

const perPhase = (currentA: number) => ({ L1: currentA, L2: currentA, L3: currentA });

/** As much of a site as is looked at: one station that takes profiles, and one that charges, below one circuit of 30 A. */
function siteAt(atMs: number, [control, willingA, chargingA]: readonly [Control, number, number]): SiteState {
  const station = (id: string, as: Control, reservedA: number) => ({
    id,
    control: as,
    evses: [{ reservedA, limitA: 6 }],
  });
  const circuit = {
    id: 'grid',
    limitA: perPhase(30),
    baseLoadA: perPhase(0),
    reservedA: perPhase(willingA + chargingA),
  };
  const stations = [station('willing-1.6', control, willingA), station('charging-1.6', 'controlled', chargingA)];
  return { at: new Date(atMs).toISOString(), circuits: [circuit], stations } as unknown as SiteState;
}

/** What is said at the last of these looks. */
function complaintsAfter(looks: readonly (readonly [atMs: number, Control, number, number])[]): readonly string[] {
  const stalls = new Stalls();
  const watch = new ExcessWatch(stalls);
  stalls.stop();
  let before: SiteState | undefined;
  let complaints: readonly string[] = [];
  for (const [atMs, ...told] of looks) {
    const state = siteAt(atMs, told);
    complaints = watch.judge({ state, before, charging: new Map() }, atMs);
    before = state;
  }
  return complaints;
}

const BEGINNING = [0, 'controlled', 6, 24] as const;
const COMPLAINT = ['L1', 'L2', 'L3'].map((phase) => expect.stringContaining(`grid ${phase}: the stations could draw`));

it('a station that rises by itself may bring an excess about, which is to be over in time', () => {
  const rise = [100, 'disobeys', 16, 24] as const;
  expect(complaintsAfter([BEGINNING, rise])).toEqual([]);
  expect(complaintsAfter([BEGINNING, rise, [20_000, 'disobeys', 16, 24]])).toEqual([]);
  expect(complaintsAfter([BEGINNING, rise, [20_200, 'disobeys', 16, 24]])).toEqual(COMPLAINT);
  expect(complaintsAfter([BEGINNING, rise, [20_200, 'disobeys', 16, 14]])).toEqual([]);
});

it('an excess that no such station brought about is none to wait for', () => {
  expect(complaintsAfter([BEGINNING, [100, 'controlled', 6, 25]])).toEqual(COMPLAINT);
  const doubtful = [0, 'unconfirmed', 16, 14] as const;
  expect(complaintsAfter([doubtful, [100, 'unconfirmed', 16, 15]])).toEqual(COMPLAINT);
  // Of what happened in two seconds nobody looked at, nothing is known.
  expect(complaintsAfter([doubtful, [2_000, 'unconfirmed', 16, 15]])).toEqual([]);
});
