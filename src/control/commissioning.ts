import type { Clock } from '../site/clock.js';
import type { StationCapabilities } from '../site/state.js';
import type { CommandResponses } from '../site/stationMessages.js';
import { commission2x } from './commissioning2x.js';
import { CALL, type CommissioningContext, isSilent, measurandsFor, took } from './commissioningCalls.js';

/** The failsafe goes first on every connection; how long the rest waits for its answer, and how often it looks. */
const FAILSAFE_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** A station that says nothing of itself after this long is asked to. */
const BOOT_WAIT_MS = 10_000;
const KEYS = {
  stackLevel: 'ChargeProfileMaxStackLevel',
  periods: 'ChargingScheduleMaxPeriods',
  rateUnits: 'ChargingScheduleAllowedChargingRateUnit',
  profiles: 'MaxChargingProfilesInstalled',
  interval: 'MeterValueSampleInterval',
  measurands: 'MeterValuesSampledData',
} as const;

/**
 * What is asked of a station on each connection, once its failsafe was sent: what it can do, that it meters what the site needs,
 * and how it stands. Ends early when the connection does.
 */
export async function commission(
  stationId: string,
  connectionId: string,
  context: CommissioningContext,
): Promise<void> {
  const connected = () => {
    const connection = context.owner.state.stations.get(stationId)?.connection;
    return connection?.status === 'online' && connection.connectionId === connectionId;
  };
  if (!(await accepted(stationId, connected, context))) return;
  await failsafeAnswered(stationId, connectionId, connected, context);
  if (!connected()) return;
  const connection = context.owner.state.stations.get(stationId)?.connection;
  if (connection?.status === 'online' && connection.ocppVersion !== '1.6')
    return commission2x(stationId, connected, context);
  const configuration = await readConfiguration(stationId, context);
  if (!connected()) return;
  if (configuration !== undefined) {
    context.owner.dispatch({ type: 'capabilitiesRead', stationId, capabilities: capabilitiesOf(configuration) });
  }
  await setMetering(stationId, configuration, connected, context);
  if (connected()) await context.caller.call(stationId, { type: 'trigger', message: 'StatusNotification' }, CALL);
  for (const [evseId, evse] of context.owner.state.stations.get(stationId)?.evses ?? []) {
    if (evse.transaction === null || !connected()) continue;
    await context.caller.call(stationId, { type: 'trigger', message: 'MeterValues', evseId }, CALL);
  }
}

async function accepted(stationId: string, connected: () => boolean, context: CommissioningContext): Promise<boolean> {
  const isAccepted = () => context.owner.state.stations.get(stationId)?.accepted === true;
  await until(() => isAccepted() || !connected(), BOOT_WAIT_MS, context.clock);
  if (isAccepted() || !connected()) return connected();
  await context.caller.call(stationId, { type: 'trigger', message: 'BootNotification' }, CALL);
  // It will be commissioned once it booted: booting starts this again.
  return false;
}

async function failsafeAnswered(
  stationId: string,
  connectionId: string,
  connected: () => boolean,
  context: CommissioningContext,
): Promise<void> {
  const settled = () => {
    const station = context.owner.state.stations.get(stationId);
    if (station?.connection.status !== 'online') return true;
    const { failsafe, connection } = station;
    // A refusal on an earlier connection is not an answer on this one.
    const refused = failsafe.refusals > 0 && (failsafe.lastRefusedMs ?? 0) >= connection.sinceMs;
    return failsafe.assertedOn === connectionId || refused;
  };
  await until(() => settled() || !connected(), FAILSAFE_WAIT_MS, context.clock);
}

async function until(isTrue: () => boolean, atMostMs: number, clock: Clock): Promise<void> {
  const endMs = clock.nowMs() + atMostMs;
  while (!isTrue() && clock.nowMs() < endMs) await new Promise<void>((resolve) => clock.after(LOOK_EVERY_MS, resolve));
}

type Configuration = ReadonlyMap<string, string>;

async function readConfiguration(
  stationId: string,
  { caller, log }: CommissioningContext,
): Promise<Configuration | undefined> {
  const wanted = Object.values(KEYS);
  // Some refuse a list of keys, and some answer only that: the whole configuration is asked for next.
  for (const keys of [wanted, undefined]) {
    const outcome = await caller.call(
      stationId,
      { type: 'getConfiguration', ...(keys === undefined ? {} : { keys }) },
      CALL,
    );
    if (outcome.outcome === 'answered' && outcome.response.keys.length > 0) return valuesOf(outcome.response);
    // One that does not answer is not asked again: it may be slow, and what is urgent waits behind it.
    if (isSilent(outcome)) break;
  }
  log.info({ stationId }, 'the station did not say what it can do: it is sent the most modest profiles');
  return undefined;
}

function valuesOf(response: CommandResponses['getConfiguration']): Configuration {
  return new Map(response.keys.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value] as const])));
}

function capabilitiesOf(configuration: Configuration): Partial<StationCapabilities> {
  const units = configuration.get(KEYS.rateUnits)?.toLowerCase();
  const rateUnits = units === undefined ? 'unknown' : rateUnitsOf(units);
  return {
    maxStackLevel: positiveInteger(configuration.get(KEYS.stackLevel), 0),
    maxPeriods: positiveInteger(configuration.get(KEYS.periods), 1),
    maxProfilesInstalled: positiveInteger(configuration.get(KEYS.profiles), 1),
    // What it does not say may have been learned from what it took.
    ...(rateUnits === 'unknown' ? {} : { rateUnits }),
  };
}

/** The specification says "Current" and "Power"; stations also say "A" and "W". */
function rateUnitsOf(units: string): ('A' | 'W')[] | 'unknown' {
  const words = units.split(/[\s,;]+/);
  const found: ('A' | 'W')[] = [];
  if (words.some((word) => word === 'current' || word === 'a')) found.push('A');
  if (words.some((word) => word === 'power' || word === 'w')) found.push('W');
  return found.length === 0 ? 'unknown' : found;
}

function positiveInteger(text: string | undefined, least: number): number | 'unknown' {
  const value = Number(text);
  return text === undefined || !Number.isInteger(value) || value < least ? 'unknown' : value;
}

async function setMetering(
  stationId: string,
  configuration: Configuration | undefined,
  connected: () => boolean,
  context: CommissioningContext,
): Promise<void> {
  const { caller, owner, log } = context;
  const interval = String(owner.state.site.meterIntervalS);
  if (configuration?.get(KEYS.interval) !== interval && connected()) {
    const command = { type: 'changeConfiguration', key: KEYS.interval, value: interval } as const;
    const outcome = await caller.call(stationId, command, CALL);
    if (!took(outcome)) log.warn({ stationId }, `the station does not take ${KEYS.interval}=${interval}`);
  }
  for (const measurands of measurandsFor(owner.state.index.stations.get(stationId)?.evses ?? [])) {
    const value = measurands.join(',');
    if (configuration?.get(KEYS.measurands) === value || !connected()) return;
    const command = { type: 'changeConfiguration', key: KEYS.measurands, value } as const;
    const outcome = await caller.call(stationId, command, CALL);
    if (took(outcome)) return;
    if (isSilent(outcome)) break;
  }
  log.warn(
    { stationId },
    'the station takes none of the measurands that the site needs: its currents may stay unknown',
  );
}
