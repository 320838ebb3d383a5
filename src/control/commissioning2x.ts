import type { ReportedVariable } from '../site/stationMessages.js';
import { CAPABILITY_KEYS, capabilitiesOf2x, PROFILES_KEY } from './capabilities2x.js';
import { CALL, type CommissioningContext, isSilent, measurandsFor, took } from './commissioningCalls.js';

/** Metering while a transaction runs, and what is told at its start and its end. */
const METERING_KEYS = {
  interval: 'SampledDataCtrlr.TxUpdatedInterval',
  updated: 'SampledDataCtrlr.TxUpdatedMeasurands',
  started: 'SampledDataCtrlr.TxStartedMeasurands',
  ended: 'SampledDataCtrlr.TxEndedMeasurands',
} as const;

const REGISTER = 'Energy.Active.Import.Register';

/** What a station of OCPP 2.0.1 or 2.1 is asked once its failsafe was answered. Ends early when the connection does. */
export async function commission2x(
  stationId: string,
  connected: () => boolean,
  context: CommissioningContext,
): Promise<void> {
  const { owner, caller } = context;
  await makeRoomForFailsafe(stationId, context);
  if (!connected()) return;
  const variables = await readVariables(stationId, connected, context);
  if (!connected()) return;
  const capabilities = capabilitiesOf2x(variables);
  if (Object.keys(capabilities).length > 0) owner.dispatch({ type: 'capabilitiesRead', stationId, capabilities });
  else context.log.info({ stationId }, 'the station did not say what it can do: it is sent the most modest profiles');
  const at = { stationId, connected, of: (key: string) => variables.find((known) => known.key === key)?.value };
  await enableSmartCharging(at, context);
  await setMetering(at, context);
  // How many profiles it holds is a characteristic, which only a report tells; it comes as a message of its own.
  if (connected()) await caller.call(stationId, { type: 'requestReport', keys: [PROFILES_KEY] }, CALL);
  for (const evseId of owner.state.stations.get(stationId)?.evses.keys() ?? []) {
    if (!connected()) return;
    await caller.call(stationId, { type: 'trigger', message: 'StatusNotification', evseId }, CALL);
  }
  // Also where none is known: one may run that this service never heard of.
  if (connected()) await caller.call(stationId, { type: 'trigger', message: 'TransactionEvent' }, CALL);
}

/** As every profile is written (src/profiles/compile.ts). */
const STACK_LEVEL = 0;

/**
 * A default that an earlier central system left behind, under another id on the same level, has a station refuse ours (OCPP 2.0.1
 * K01.FR.06). Only where ours was never there: then the station is counted at its hardware already, and nothing is lost with the old one.
 */
async function makeRoomForFailsafe(stationId: string, { owner, caller, log }: CommissioningContext): Promise<void> {
  const station = owner.state.stations.get(stationId);
  if (station?.connection.status !== 'online') return;
  const { missingUntilMs, candidates, refusals, lastRefusedMs = 0 } = station.failsafe;
  const wasRefused = refusals > 0 && lastRefusedMs >= station.connection.sinceMs;
  const mayBeThere = candidates.some(({ status }) => status === 'accepted' || status === 'confirmed');
  if (!wasRefused || mayBeThere || missingUntilMs !== 'unknown') return;
  log.info({ stationId }, 'the station refused its failsafe: what else it holds as its default is cleared');
  const command = { type: 'clearChargingProfile', purpose: 'TxDefaultProfile', stackLevel: STACK_LEVEL } as const;
  await caller.call(stationId, command, CALL);
}

interface Asked {
  readonly stationId: string;
  readonly connected: () => boolean;
  /** What it said of a variable; undefined where it said nothing. */
  readonly of: (key: string) => string | undefined;
}

async function readVariables(
  stationId: string,
  connected: () => boolean,
  { caller }: CommissioningContext,
): Promise<readonly ReportedVariable[]> {
  const keys = [...Object.values(CAPABILITY_KEYS), ...Object.values(METERING_KEYS)];
  const all = await caller.call(stationId, { type: 'getConfiguration', keys }, CALL);
  if (all.outcome === 'answered') return all.response.keys;
  if (isSilent(all)) return [];
  // Some take one variable in a message, however many they say that they take.
  const found: ReportedVariable[] = [];
  for (const key of keys) {
    if (!connected()) return found;
    const one = await caller.call(stationId, { type: 'getConfiguration', keys: [key] }, CALL);
    if (one.outcome === 'answered') found.push(...one.response.keys);
    else if (isSilent(one)) return found;
  }
  return found;
}

async function enableSmartCharging(asked: Asked, { caller, log }: CommissioningContext): Promise<void> {
  const { stationId, connected, of } = asked;
  if (isFalse(of(CAPABILITY_KEYS.available)))
    log.warn({ stationId }, 'the station says that it has no smart charging: it may keep to no limit');
  if (!isFalse(of(CAPABILITY_KEYS.enabled)) || !connected()) return;
  const command = { type: 'changeConfiguration', key: CAPABILITY_KEYS.enabled, value: 'true' } as const;
  if (!took(await caller.call(stationId, command, CALL)))
    log.warn({ stationId }, 'smart charging is switched off at the station, and it does not let it be switched on');
}

function isFalse(value: string | undefined): boolean {
  return value?.trim().toLowerCase() === 'false';
}

async function setMetering(asked: Asked, context: CommissioningContext): Promise<void> {
  const { owner, log } = context;
  const { stationId, of } = asked;
  const interval = String(owner.state.site.meterIntervalS);
  if ((await set(asked, METERING_KEYS.interval, interval, context)) === 'refused')
    log.warn({ stationId }, `the station does not take ${METERING_KEYS.interval}=${interval}`);
  for (const key of [METERING_KEYS.started, METERING_KEYS.ended]) {
    const said = of(key);
    // Without a register at the start, what a session took can only be added up.
    if (said !== undefined && !said.split(',').some((word) => word.trim() === REGISTER))
      await set(asked, key, said.trim() === '' ? REGISTER : `${said},${REGISTER}`, context);
  }
  for (const measurands of measurandsFor(owner.state.index.stations.get(stationId)?.evses ?? [])) {
    const result = await set(asked, METERING_KEYS.updated, measurands.join(','), context);
    if (result === 'set') return;
    if (result === 'silent') break;
  }
  log.warn(
    { stationId },
    'the station takes none of the measurands that the site needs: its currents may stay unknown',
  );
}

async function set(
  { stationId, connected, of }: Asked,
  key: string,
  value: string,
  { caller }: CommissioningContext,
): Promise<'set' | 'refused' | 'silent'> {
  if (of(key) === value) return 'set';
  if (!connected()) return 'silent';
  const outcome = await caller.call(stationId, { type: 'changeConfiguration', key, value }, CALL);
  if (took(outcome)) return 'set';
  return isSilent(outcome) ? 'silent' : 'refused';
}
