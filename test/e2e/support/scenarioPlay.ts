import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionDocument } from '../../../src/api/sessions/document.js';
import type { SiteState } from '../../../src/api/state/document.js';
import { readSiteState } from '../../../src/cli/siteState.js';
import { siteTable } from '../../../src/cli/table.js';
import { sessionsOf, siteState } from './documents.js';
import { ROUND_TRIP_MS, type ScenarioRig, TICK_MS } from './scenarioRig.js';
import {
  BUILDING,
  LOWERED_GRID_LIMIT_A,
  LOWERED_ROW_A_LIMIT_A,
  METER_INTERVAL_S,
  PANEL,
  REACTION_S,
  SITE_ID,
  STATIONS,
} from './scenarioSite.js';
import { idleCapacity } from './scenarioUse.js';
import type { Ended } from './serviceProcess.js';
import { until } from './until.js';

/** Whose car comes, and whose leaves, while something is dead: in the order of the deaths. */
const WHILE_DEAD = [
  { comes: 'B04', leaves: 'A09' },
  { comes: 'B07', leaves: 'A08' },
];
const COMES_LATE = 'A12';
const STAYS_FREE = 'B12';

export const REFUSES = 'A01';
export const IGNORES = 'B02';
export const DISCONNECTS = 'B08';
export const REBOOTS_AND_GOES_ON = 'A05';
export const REBOOTS_AND_BEGINS_ANEW = 'B09';

/**
 * A station that ignores what it accepted can only be found out: once its car had time to follow, two of its meter values must be
 * beyond what it may draw; then the others come down, within a message and their own reaction.
 */
export const DETECTED_WITHIN_MS =
  (REACTION_S + (2 + 1) * METER_INTERVAL_S + REACTION_S) * 1_000 + ROUND_TRIP_MS + TICK_MS;
export const CALM_MS = 8_000;

export interface ScenarioOutcome {
  /** When IGNORES began to, and when the others had made room for the last of it. */
  readonly ignoring: { readonly fromMs: number; readonly toMs: number };
  /** The stations whose cars left while something was dead. */
  readonly left: readonly string[];
  readonly calmStates: readonly SiteState[];
  /** Wh at each outlet with a car: as the calm began, and as it ended. */
  readonly calmEnergyWh: ReadonlyMap<string, readonly [number, number]>;
  readonly sessions: readonly SessionDocument[];
  /** Wh at each outlet, when the sessions were read: the cars charge on. */
  readonly registerWh: ReadonlyMap<string, number>;
  /** How each process ended, when it was asked to. */
  readonly ends: readonly Ended[];
}

/** What happens in the scenario, wherever its service runs. */
export async function playScenario(rig: ScenarioRig): Promise<ScenarioOutcome> {
  const { deaths } = rig.deployment;
  const whileDead = WHILE_DEAD.slice(0, deaths.length);
  const later = [COMES_LATE, STAYS_FREE, ...whileDead.map(({ comes }) => comes)];
  await rig.connect();
  await untilProtected(rig);
  for (const { id } of STATIONS.filter((place) => !later.includes(place.id))) {
    rig.plugIn(id);
    await sleep(100);
  }
  await untilLimitsAreUsed(rig, 'the first cars have what there is', 30_000);

  // While it draws much: one that is told little less than it draws is within what meters may be off.
  rig.station(IGNORES).setFault({ kind: 'ignore' });
  const ignoresFromMs = Date.now();
  // Before the jump, which every car has to make room for: by how much, and in which order, may differ later.
  rig.station(REFUSES).setFault({ kind: 'reject', action: 'SetChargingProfile' });
  // Both at once: else the first would make room for the second.
  await rig.load('row-b', PANEL.busyA);
  await rig.load('grid', BUILDING.busyA);
  await sleep(8_000);

  const limitEndMs = await rig.limit('grid', LOWERED_GRID_LIMIT_A, { inMs: 0, forMs: 26_000 });
  await sleep(1_000);
  rig.station(DISCONNECTS).disconnect(8_000);
  rig.station(REBOOTS_AND_GOES_ON).reboot({ downMs: 4_000, transactions: 'keep' });
  rig.station(REBOOTS_AND_BEGINS_ANEW).reboot({ downMs: 4_000, transactions: 'end' });
  await sleep(6_000);
  await rig.load('grid', BUILDING.busierA);
  await untilFoundOut(rig);

  for (const [k, { comes, leaves }] of whileDead.entries()) {
    const death = deaths[k];
    if (death === undefined) continue;
    if (k > 0) await untilUnderControl(rig);
    await rig.dies(death, async () => {
      rig.plugIn(comes);
      await sleep(500);
      rig.station(leaves).unplug(1);
      await sleep(1_500);
    });
  }

  await rig.load('grid', BUILDING.calmA);
  await rig.load('row-b', PANEL.calmA);
  await sleep(4_000);
  rig.station(IGNORES).clearFault();
  const ignoresToMs = Date.now() + REACTION_S * 1_000 + TICK_MS;
  rig.station(REFUSES).clearFault();
  // One that refused often is only asked again after a while, or on a new connection.
  rig.station(REFUSES).disconnect(500);
  await sleep(Math.max(0, limitEndMs - Date.now()));
  const left = whileDead.map(({ leaves }) => leaves);
  for (const id of [COMES_LATE, ...left]) rig.plugIn(id, `TAG-${id}-2`);
  await rig.limit('row-a', LOWERED_ROW_A_LIMIT_A, { inMs: 9_000, forMs: 6_000 });
  await sleep(15_000);

  await untilProtected(rig);
  await untilLimitsAreUsed(rig, 'the limits are used again', 45_000);
  const ignoring = { fromMs: ignoresFromMs, toMs: ignoresToMs };
  return { ignoring, left, ...(await calm(rig)), ...(await theEnd(rig)) };
}

async function calm(rig: ScenarioRig): Promise<Pick<ScenarioOutcome, 'calmStates' | 'calmEnergyWh'>> {
  rig.timeline.add('test', 'the calm begins');
  const before = energies(rig);
  const calmStates: SiteState[] = [];
  for (const endMs = Date.now() + CALM_MS; Date.now() < endMs; await sleep(500)) {
    calmStates.push(await siteState(rig.deployment.api, SITE_ID));
  }
  const after = energies(rig);
  return {
    calmStates,
    calmEnergyWh: new Map([...before].map(([id, beforeWh]) => [id, [beforeWh, after.get(id) ?? 0] as const])),
  };
}

/** The cars stay: the service must know open sessions and past ones. Its own end is as a supervisor asks for it. */
async function theEnd(rig: ScenarioRig): Promise<Pick<ScenarioOutcome, 'sessions' | 'registerWh' | 'ends'>> {
  const waiting = () =>
    [...rig.stations.values()].reduce((sum, station) => sum + station.transactionMessagesWaiting, 0);
  await until(() => waiting() === 0, 'every transaction message is answered');
  await rig.deployment.settled?.();
  const sessions = await sessionsOf(rig.deployment.api, SITE_ID);
  const registerWh = new Map([...rig.stations].map(([id, station]) => [id, station.energyRegisterWh(1)]));
  return { sessions, registerWh, ends: await rig.deployment.stop() };
}

function energies(rig: ScenarioRig): ReadonlyMap<string, number> {
  const withCar = [...rig.stations].filter(([, station]) => station.car(1) !== undefined);
  return new Map(withCar.map(([id, station]) => [id, station.energyRegisterWh(1)]));
}

async function untilProtected(rig: ScenarioRig): Promise<void> {
  await untilState(rig, 'the site is protected and every station controlled', 40_000, ({ site, stations }) => {
    return site === 'protected' && stations.every(({ control }) => control === 'controlled');
  });
}

/** But for those that fail. */
async function untilUnderControl(rig: ScenarioRig): Promise<void> {
  await untilState(rig, 'every station that does not fail is controlled', 40_000, ({ stations }) =>
    stations.every(({ id, control }) => [REFUSES, IGNORES].includes(id) || control === 'controlled'),
  );
  rig.timeline.add('service', 'has every station under control that does not fail');
}

/** The service knows who refuses and who does not do what it accepted: from then on each counts at what it may draw. */
async function untilFoundOut(rig: ScenarioRig): Promise<void> {
  const controlOf = ({ stations }: SiteState, stationId: string) =>
    stations.find(({ id }) => id === stationId)?.control;
  await untilState(
    rig,
    `${REFUSES} is known to refuse, ${IGNORES} to disobey`,
    DETECTED_WITHIN_MS,
    (state) => controlOf(state, REFUSES) === 'refuses' && controlOf(state, IGNORES) === 'disobeys',
  );
}

async function untilState(
  rig: ScenarioRig,
  what: string,
  atMostMs: number,
  holds: (state: SiteState) => boolean,
): Promise<void> {
  let table: readonly string[] = [];
  await until(
    async () => {
      const state = await siteState(rig.deployment.api, SITE_ID);
      table = siteTable(readSiteState(state));
      return holds(state);
    },
    what,
    { atMostMs, otherwise: () => table.join('\n') },
  );
}

async function untilLimitsAreUsed(rig: ScenarioRig, what: string, atMostMs: number): Promise<void> {
  await until(() => idleCapacity(rig).length === 0, what, {
    atMostMs,
    otherwise: () => idleCapacity(rig).join('; '),
  });
}
