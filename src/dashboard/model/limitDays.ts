import { type PerPhase, PHASES } from '../api/documents.js';
import type { LimitWindow } from '../api/limitDocuments.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';
import { perPhaseText } from './amounts.js';
import type { DaySpan } from './months.js';

/** A limit within one day. */
export interface DayWindow {
  readonly window: LimitWindow;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the day. */
  readonly fromShare: number;
  readonly toShare: number;
}

export function windowsOn({ fromMs, toMs }: DaySpan, windows: readonly LimitWindow[]): readonly DayWindow[] {
  return windows
    .map((window) => ({
      window,
      fromMs: Math.max(fromMs, Date.parse(window.from)),
      toMs: Math.min(toMs, window.until === null ? toMs : Date.parse(window.until)),
    }))
    .filter((one) => one.fromMs < one.toMs)
    .map((one) => ({
      ...one,
      fromShare: (one.fromMs - fromMs) / (toMs - fromMs),
      toShare: (one.toMs - fromMs) / (toMs - fromMs),
    }))
    .sort((a, b) => a.fromMs - b.fromMs || lowest(a.window) - lowest(b.window));
}

/** 50 A, or 20 kW: what the limit says, in its own unit. */
export function capText({ limitA, powerLimitW, chargingPowerLimitW }: Caps, { say, numbers }: ViewSpeech): string {
  const parts = [
    ...(limitA === undefined ? [] : [`${perPhaseText(limitA, numbers.short)}\u00a0A`]),
    ...(powerLimitW === undefined ? [] : [`${numbers.short(powerLimitW / 1_000)}\u00a0kW`]),
    ...(chargingPowerLimitW === undefined
      ? []
      : [say('limits.carsCap', { k: numbers.short(chargingPowerLimitW / 1_000) })]),
  ];
  return parts.length === 0 ? '§14a' : parts.join(', ');
}

type Caps = Pick<LimitWindow, 'limitA' | 'powerLimitW' | 'chargingPowerLimitW'>;

/** The one that leaves the least, for the cell of the day. Amperes come before kilowatts, which can not be compared with them. */
export function lowestOn(windows: readonly DayWindow[]): DayWindow | undefined {
  return [...windows].sort((a, b) => lowest(a.window) - lowest(b.window))[0];
}

const leastOf = (limitA: PerPhase) => Math.min(...PHASES.map((phase) => limitA[phase]));
const BEHIND_AMPERES = 1e9;

function lowest({ limitA, powerLimitW, chargingPowerLimitW }: Caps): number {
  if (limitA !== undefined) return leastOf(limitA);
  return BEHIND_AMPERES + Math.min(powerLimitW ?? BEHIND_AMPERES, chargingPowerLimitW ?? BEHIND_AMPERES);
}

/** From 17:00 to 20:00, shortly; all day where it fills it. */
export function timesText({ fromMs, toMs, fromShare, toShare }: DayWindow, { say, clock }: ViewSpeech): string {
  if (fromShare === 0 && toShare === 1) return say('limits.allDay');
  return `${clock.time(fromMs)}–${toShare === 1 ? '24:00' : clock.time(toMs)}`;
}
