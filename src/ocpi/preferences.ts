import type { SessionNeeds } from '../site/model.js';
import { optionalNumber, optionalTime, requireObject, requireText } from './reading.js';

export type PreferencesAnswer =
  | 'ACCEPTED'
  | 'DEPARTURE_REQUIRED'
  | 'ENERGY_NEED_REQUIRED'
  | 'NOT_POSSIBLE'
  | 'PROFILE_TYPE_NOT_SUPPORTED';

/** How much its driver's wish weighs beside others'. GREEN would need to know where the energy comes from. */
const PRIORITIES: Readonly<Record<string, number>> = { FAST: 8, REGULAR: 5, CHEAP: 3 };

/** What a driver's preferences mean for the session, or why they can't be had. */
export function readPreferences(
  value: unknown,
  nowMs: number,
):
  | { readonly answer: 'ACCEPTED'; readonly needs: SessionNeeds }
  | { readonly answer: Exclude<PreferencesAnswer, 'ACCEPTED'> } {
  const document = requireObject(value, 'charging preferences');
  const priority = PRIORITIES[requireText(document, 'profile_type', 100)];
  const departureMs = optionalTime(document, 'departure_time');
  const energyKwh = optionalNumber(document, 'energy_need');
  if (priority === undefined) return { answer: 'PROFILE_TYPE_NOT_SUPPORTED' };
  if (departureMs !== undefined && departureMs <= nowMs) return { answer: 'NOT_POSSIBLE' };
  // Without both there is nothing to plan by: such a car charges at once, as fast as its share allows.
  if (document.profile_type !== 'FAST') {
    if (departureMs === undefined) return { answer: 'DEPARTURE_REQUIRED' };
    if (energyKwh === undefined) return { answer: 'ENERGY_NEED_REQUIRED' };
  }
  return {
    answer: 'ACCEPTED',
    needs: {
      priority,
      ...(departureMs === undefined ? {} : { departureMs }),
      ...(energyKwh === undefined ? {} : { energyWh: energyKwh * 1000 }),
    },
  };
}
