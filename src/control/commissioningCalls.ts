import type { Clock } from '../site/clock.js';
import type { SiteEvent } from '../site/events.js';
import type { Station } from '../site/model.js';
import type { SiteState } from '../site/state.js';
import type { StationCaller } from '../site/stationMessages.js';
import type { Log } from './ports.js';

export interface CommissioningContext {
  readonly owner: { readonly state: SiteState; dispatch(...events: SiteEvent[]): void };
  readonly caller: StationCaller;
  readonly clock: Clock;
  readonly log: Log;
}

/** None of this is urgent, and while an answer is waited for nothing urgent can leave. */
export const CALL = { timeoutMs: 8_000 } as const;

type Measurands = readonly (readonly string[])[];

/** What a site needs metered, and what a station that refuses that is asked for instead. */
export function measurandsFor(evses: Station['evses']): Measurands {
  return evses.some(({ kind }) => kind === 'DC') ? DC_MEASURANDS : AC_MEASURANDS;
}

/** Of a DC outlet its power comes first: its current says nothing of the grid without its voltage. */
const DC_MEASURANDS: Measurands = [
  ['Current.Import', 'Power.Active.Import', 'Energy.Active.Import.Register', 'Voltage'],
  ['Current.Import', 'Power.Active.Import', 'Energy.Active.Import.Register'],
  ['Power.Active.Import', 'Energy.Active.Import.Register'],
  ['Current.Import', 'Voltage', 'Energy.Active.Import.Register'],
];

/** Current per phase comes first. */
const AC_MEASURANDS: Measurands = [
  ['Current.Import', 'Power.Active.Import', 'Energy.Active.Import.Register', 'Current.Offered'],
  ['Current.Import', 'Power.Active.Import', 'Energy.Active.Import.Register'],
  ['Current.Import', 'Energy.Active.Import.Register'],
  ['Power.Active.Import', 'Energy.Active.Import.Register'],
];

/** It did what it was asked to, or will after it is reset. */
export function took(outcome: { readonly outcome: string; readonly response?: { readonly status?: string } }): boolean {
  return (
    outcome.outcome === 'answered' &&
    (outcome.response?.status === 'Accepted' || outcome.response?.status === 'RebootRequired')
  );
}

/** Whether it did is not known, or it never heard of it: asking on would hold up what is urgent. */
export function isSilent({ outcome }: { readonly outcome: string }): boolean {
  return outcome === 'notSent' || outcome === 'unknown';
}
