import type { StationCapabilities } from '../site/state.js';
import type { ReportedVariable } from '../site/stationMessages.js';

/** What tells how a station of OCPP 2.0.1 or 2.1 can be steered. */
export const CAPABILITY_KEYS = {
  available: 'SmartChargingCtrlr.Available',
  enabled: 'SmartChargingCtrlr.Enabled',
  stackLevel: 'SmartChargingCtrlr.ProfileStackLevel',
  rateUnit: 'SmartChargingCtrlr.RateUnit',
  periods: 'SmartChargingCtrlr.PeriodsPerSchedule',
} as const;

/** Its maximum is a characteristic: only a report tells it. */
export const PROFILES_KEY = 'SmartChargingCtrlr.Entries[ChargingProfiles]';

/** Only what was said: what is missing stays as it was known before, or unknown. */
export function capabilitiesOf2x(variables: readonly ReportedVariable[]): Partial<StationCapabilities> {
  const of = (key: string) => variables.find((variable) => variable.key === key);
  const maxStackLevel = wholeNumber(of(CAPABILITY_KEYS.stackLevel)?.value, 0);
  const maxPeriods = wholeNumber(of(CAPABILITY_KEYS.periods)?.value, 1);
  const maxProfilesInstalled = of(PROFILES_KEY)?.maximum;
  const rateUnits = rateUnitsOf(of(CAPABILITY_KEYS.rateUnit)?.value ?? '');
  return {
    ...(maxStackLevel === undefined ? {} : { maxStackLevel }),
    ...(maxPeriods === undefined ? {} : { maxPeriods }),
    ...(maxProfilesInstalled === undefined || !(maxProfilesInstalled >= 1) ? {} : { maxProfilesInstalled }),
    ...(rateUnits.length === 0 ? {} : { rateUnits }),
  };
}

/** "A", "W" or both; stations also say them in 1.6's words. */
function rateUnitsOf(text: string): ('A' | 'W')[] {
  const words = text.toLowerCase().split(/[\s,;]+/);
  const found: ('A' | 'W')[] = [];
  if (words.some((word) => word === 'a' || word === 'current')) found.push('A');
  if (words.some((word) => word === 'w' || word === 'power')) found.push('W');
  return found;
}

function wholeNumber(text: string | undefined, least: number): number | undefined {
  if (text === undefined || !/^\d{1,9}$/.test(text.trim())) return undefined;
  const value = Number(text);
  return value < least ? undefined : value;
}
