import { describe, expect, it } from 'vitest';
import type { SiteState } from '../../src/api/state/document.js';
import { flawOfLogLine } from '../support/fuzz/checks.js';
import { fuzz } from '../support/fuzz/fuzzRun.js';

// The fuzzer's checks are held against a service that is broken on purpose, stations that lie, and answers that were tampered with:
// a check that can not fail proves nothing.

const SHORT = {
  seed: 7,
  durationMs: 15_000,
  warmUpMs: 500,
  command: 'npm run test:long -- test/long/fuzzChecks.test.ts',
} as const;
const TIMEOUT = { timeout: 120_000 };

type Station = SiteState['stations'][number];

/** The state as the service tells it, with one station told otherwise. */
function tampered(id: string, change: (station: Station) => Station): (state: SiteState) => SiteState {
  return (state) => ({
    ...state,
    stations: state.stations.map((station) => (station.id === id ? change(station) : station)),
  });
}

const withReserved =
  (reservedA: number) =>
  (station: Station): Station => ({ ...station, evses: station.evses.map((evse) => ({ ...evse, reservedA })) });

describe('the checks of the fuzzer', () => {
  it.each([
    ['a service that throws', 'throw', /the service ended with \{"code":1/],
    ['a service that does nothing else for six seconds', 'stall', /(took|waited) \d+ ms/],
    ['a service that keeps what it needs no more', 'leak', /the heap grew by \d+ bytes/],
  ] as const)('notice %s', TIMEOUT, async (_what, sabotage, complaint) => {
    await expect(fuzz({ ...SHORT, sabotage, durationMs: sabotage === 'leak' ? 4_000 : 20_000 })).rejects.toThrow(
      complaint,
    );
  });

  it('notice lines of the log that tell of a failure, and no others', () => {
    const stack = '    at Object.<anonymous> (main.js:1:1)';
    const warning = '(node:1) MaxListenersExceededWarning: Possible EventEmitter memory leak detected.';
    const failures = [stack, warning, '{"level":50,"msg":"x"}', '{"level":40,"kind":"handlerFailure","msg":"x"}'];
    expect(failures.filter((line) => flawOfLogLine(line) === undefined)).toEqual([]);
    const others = ['', '{"level":40,"kind":"malformedFrame","msg":"x"}', '{"level":30}'];
    expect(others.flatMap((line) => flawOfLogLine(line) ?? [])).toEqual([]);
  });

  it(
    'notice a station that takes a profile although it is said never to, and say how to see that again',
    TIMEOUT,
    async () => {
      const failure = await fuzz({ ...SHORT, saysYes: true }).catch((error: unknown) => String(error));
      expect(failure).toMatch(/unwilling-[\d.]+ never took a profile, and counts (as controlled|at 6 A)/);
      expect(failure).toContain('again: EVENKEEL_FUZZ_SEED=7 npm run test:long -- test/long/fuzzChecks.test.ts');
      expect(failure).toMatch(/last of unwilling-1\.6:\n {2}\d{4}-.*\[2,"/);
    },
  );

  it('notice limits, books, transactions and stations that are not what they should be', TIMEOUT, async () => {
    const lies: readonly (readonly [(state: SiteState) => SiteState, RegExp])[] = [
      [
        (state) => ({
          ...state,
          circuits: state.circuits.map((circuit) => ({ ...circuit, limitA: { L1: 60, L2: 60, L3: 60 } })),
        }),
        /row-strict L1: the stations could draw \d+(\.\d+)? A of 60 A/,
      ],
      [tampered('charging-1.6', withReserved(1)), /charging-1\.6 may draw [\d.]+ A by its profiles, and counts at 1 A/],
      [tampered('polite-2.1', withReserved(60)), /grid L1: [\d.]+ A is not the sum [\d.]+ A of its stations/],
      [tampered('polite-1.6', (station) => ({ ...station, online: false })), /polite-1\.6 is shown as offline/],
      [
        tampered('charging-2.1', (station) => ({
          ...station,
          evses: station.evses.map((evse) => ({ ...evse, transaction: null })),
        })),
        /charging-2\.1 charges in transaction .*, and none is shown/,
      ],
    ];
    const tamper = (state: SiteState) => lies.reduce((so, [lie]) => lie(so), state);
    const failure = await fuzz({ ...SHORT, tamper }).catch((error: unknown) => String(error));
    for (const [, complaint] of lies) expect(failure).toMatch(complaint);
  });
});
