import { writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSiteState } from '../../../src/cli/siteState.js';
import { siteTable } from '../../../src/cli/table.js';
import type { ExcessSpan } from '../../../src/simulator/index.js';
import { siteState } from './documents.js';
import type { ScenarioDeployment } from './scenarioDeployment.js';
import {
  CALM_MS,
  DETECTED_WITHIN_MS,
  DISCONNECTS,
  IGNORES,
  playScenario,
  REBOOTS_AND_BEGINS_ANEW,
  REBOOTS_AND_GOES_ON,
  REFUSES,
  type ScenarioOutcome,
} from './scenarioPlay.js';
import { ENERGY_SPEED, EXCESS_AT_MOST_MS, PHASES, placeOf, ROUND_TRIP_MS, ScenarioRig } from './scenarioRig.js';
import { carFor, METER_INTERVAL_S, SITE_ID, STATIONS, VERSIONS } from './scenarioSite.js';
import { idleCapacity, USED_SHARE, usedShare } from './scenarioUse.js';

/** On a machine where others are at work too. */
const PLAYED_WITHIN_MS = 180_000;
/** For each thing that dies after the first. */
const DEATH_WITHIN_MS = 60_000;

export interface ScenarioPlace {
  /** Where it is played, for the names of the tests. */
  readonly where: string;
  /** Why it can not be played here. */
  readonly missing?: string | undefined;
  readonly deathCount: number;
  readonly start: () => Promise<ScenarioDeployment>;
}

/** Plays the scenario once, wherever its service runs, and looks at all that has to be true of it. */
export function describeScenario({ where, missing, deathCount, start }: ScenarioPlace): void {
  const skipped = missing === undefined ? '' : ` (skipped: ${missing})`;
  describe.skipIf(missing !== undefined)(
    `24 stations of three versions, AC and DC, over real sockets, with faults, jumps and a SIGKILL in the middle, ${where}${skipped}`,
    () => {
      let rig: ScenarioRig;
      let outcome: ScenarioOutcome;

      beforeAll(
        async () => {
          rig = await ScenarioRig.start(await start());
          try {
            outcome = await playScenario(rig);
          } catch (error) {
            throw new Error(`the scenario could not be played to its end\n${await story(rig)}`, { cause: error });
          } finally {
            const file = process.env.EVENKEEL_SCENARIO_TIMELINE;
            if (file !== undefined) await writeFile(file, await story(rig));
          }
        },
        PLAYED_WITHIN_MS + (deathCount - 1) * DEATH_WITHIN_MS,
      );
      afterAll(() => rig?.stop(), DEATH_WITHIN_MS);

      const boundFor = (span: ExcessSpan): number => {
        const { fromMs, toMs } = outcome.ignoring;
        const byIgnoring = span.circuitId !== 'row-a' && span.endMs >= fromMs && span.startMs <= toMs;
        const heldUpMs = rig.stalledMs(span.startMs, span.endMs);
        return (byIgnoring ? DETECTED_WITHIN_MS : EXCESS_AT_MOST_MS) + heldUpMs + rig.unservedMs(span);
      };

      test('the building and the limit really push circuits over', () => {
        const pushed = new Set(rig.site.excessSpans().map(({ circuitId }) => circuitId));
        expect([...pushed].sort()).toEqual(expect.arrayContaining(['grid', 'row-b']));
      });

      test(`no phase of any circuit is above its limit for more than ${EXCESS_AT_MOST_MS} ms, or ${DETECTED_WITHIN_MS} ms where a station ignores`, () => {
        const tooLong = rig.site.excessSpans().filter((span) => span.durationMs > boundFor(span));
        expect(tooLong.map((span) => rig.explain(span)).join('\n\n')).toBe('');
      });

      test('each version is spoken at AC and at DC outlets, and by stations that fail', () => {
        const state = outcome.calmStates.at(-1);
        const spoken = STATIONS.map(({ id }) => {
          const station = state?.stations.find((one) => one.id === id);
          return `${id} ${station?.ocppVersion} ${station?.evses[0]?.kind}`;
        });
        expect(spoken).toEqual(STATIONS.map(({ id, ocppVersion, kind }) => `${id} ${ocppVersion} ${kind}`));
        const charging = STATIONS.filter(({ id }) => outcome.calmEnergyWh.has(id));
        for (const version of VERSIONS) {
          const kinds = charging.filter(({ ocppVersion }) => ocppVersion === version).map(({ kind }) => kind);
          expect(new Set(kinds), version).toEqual(new Set(['AC', 'DC']));
        }
        const failing = [REFUSES, IGNORES, DISCONNECTS, REBOOTS_AND_GOES_ON, REBOOTS_AND_BEGINS_ANEW];
        expect(new Set(failing.map((id) => placeOf(id).ocppVersion))).toEqual(new Set(VERSIONS));
      });

      test('no transaction is lost, and none is made up', () => {
        const told = [...rig.stations].flatMap(([stationId, station]) =>
          station.transactions.map(({ transactionId, idToken, end }) => ({
            stationId,
            transactionId,
            idToken,
            ended: end !== undefined,
          })),
        );
        const known = outcome.sessions.map(({ stationId, transactionId, idToken, endedAt }) => ({
          stationId,
          transactionId,
          idToken,
          ended: endedAt !== null,
        }));
        expect(sorted(known)).toEqual(sorted(told));
        expect(told.filter(({ ended }) => ended).map(({ stationId }) => stationId)).toEqual(
          expect.arrayContaining([...outcome.left, REBOOTS_AND_BEGINS_ANEW]),
        );
      });

      test('the energy of every session is what its station measured', () => {
        for (const [stationId, station] of rig.stations) {
          for (const { transactionId, meterStartWh, end } of station.transactions) {
            const session = outcome.sessions.find((one) => one.transactionId === transactionId);
            const place = placeOf(stationId);
            // An open one is as of its last meter value.
            const unseenWh =
              (place.currentMaxA *
                place.phases.length *
                230 *
                (METER_INTERVAL_S + ROUND_TRIP_MS / 1_000) *
                ENERGY_SPEED) /
              3_600;
            const measuredWh = (end?.meterStopWh ?? outcome.registerWh.get(stationId) ?? 0) - meterStartWh;
            const lackingWh = measuredWh - (session?.energyWh ?? 0);
            expect(lackingWh, `${stationId} ${transactionId}: ${measuredWh} Wh measured`).toBeGreaterThanOrEqual(-1);
            expect(lackingWh, `${stationId} ${transactionId}: ${measuredWh} Wh measured`).toBeLessThanOrEqual(
              end === undefined ? unseenWh : 1,
            );
          }
        }
      });

      test('every car charges on afterwards', () => {
        expect(outcome.calmEnergyWh.size).toBe(STATIONS.length - 1);
        for (const [stationId, [beforeWh, afterWh]] of outcome.calmEnergyWh) {
          const leastWh = (6 * 230 * placeOf(stationId).phases.length * CALM_MS * ENERGY_SPEED) / 3_600_000;
          const phases = carFor(placeOf(stationId)).phases / 3;
          expect(afterWh - beforeWh, stationId).toBeGreaterThan(leastWh * phases * 0.9);
        }
      });

      test('the site is protected, with what may be drawn within each limit, all through the calm', () => {
        expect(outcome.calmStates.length).toBeGreaterThan(5);
        for (const state of outcome.calmStates) {
          expect(state.site, siteTable(readSiteState(state)).join('\n')).toBe('protected');
          for (const { id, limitA, baseLoadA, reservedA } of state.circuits) {
            for (const phase of PHASES) {
              expect(reservedA[phase], `${id} ${phase}`).toBeLessThanOrEqual(limitA[phase] - baseLoadA[phase] + 0.001);
            }
          }
        }
      });

      test(`limits are used: above ${USED_SHARE * 100} % of the fullest phase above each car that could draw more`, () => {
        expect(idleCapacity(rig)).toEqual([]);
        for (const circuitId of ['row-a', 'row-b']) {
          expect(Math.max(...PHASES.map((phase) => usedShare(rig, circuitId, phase))), circuitId).toBeGreaterThan(
            USED_SHARE,
          );
        }
      });

      test('the service ends in good order when asked to', () => {
        expect(outcome.ends.filter(({ code }) => code !== 0)).toEqual([]);
      });

      test('whatever can be taken over was, in time', () => {
        expect(rig.outages).toHaveLength(deathCount);
        const late = rig.deployment.deaths.flatMap(({ what, servedAgainWithinMs }, k) => {
          const { fromMs = 0, servedMs = 0, toMs = 0 } = rig.outages[k] ?? {};
          const tookMs = servedMs - fromMs;
          console.info(
            `scenario ${where}: ${what} died, served again after ${tookMs} ms, all online after ${toMs - fromMs} ms`,
          );
          return servedAgainWithinMs !== 'once started' && tookMs > servedAgainWithinMs
            ? [`${what}: ${tookMs} ms`]
            : [];
        });
        expect(late).toEqual([]);
      });
    },
  );
}

/** Everything that happened, and how it stands: for whoever has to find out why. */
async function story(rig: ScenarioRig): Promise<string> {
  const state = await siteState(rig.deployment.api, SITE_ID).catch((error: unknown) => String(error));
  return [
    ...rig.site
      .excessSpans()
      .map(
        (span) =>
          `${span.circuitId} ${span.phase} ${rig.timeline.seconds(span.startMs)} ${span.durationMs} ms ${span.excessMaxA.toFixed(1)} A`,
      ),
    rig.timeline.lines(),
    ...(typeof state === 'string' ? [state] : siteTable(readSiteState(state))),
    rig.deployment.output,
  ].join('\n');
}

const sorted = <T extends { readonly stationId: string; readonly transactionId: string | number }>(
  list: readonly T[],
) => [...list].sort((a, b) => `${a.stationId} ${a.transactionId}`.localeCompare(`${b.stationId} ${b.transactionId}`));
