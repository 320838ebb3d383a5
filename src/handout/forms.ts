import type { ProfileForm } from '../site/chargingProfile.js';
import { constantSteps, extremeOf, type LimitSteps, unrolled } from '../site/limitSteps.js';
import { CLOCK_OFF_MAX_MS } from '../site/mayDraw.js';
import type { Evse } from '../site/model.js';
import type { ProfileSlot, StationState } from '../site/state.js';
import { hasQuirk, type StationQuirk } from '../site/stationQuirk.js';

/** A clock that is further off is not relied upon where there is another way. */
const CLOCK_WRONG_MS = 60_000;
/**
 * How long after a transaction's start a Relative schedule tells when it ends well enough: a station that counts from when it came ends it
 * so much later.
 */
const EARLY_MS = 1_800_000;
/** Below what any pilot can offer, and not 0. */
const PAUSE_A = 1;
const DAY_MS = 86_400_000;

/**
 * The forms in which a transaction's limits may be written, the first being the one that should do by all that is known of the
 * station, the others what is tried where it is refused.
 */
export function txForms(
  station: StationState,
  evse: Evse,
  limits: LimitSteps,
  elapsedMs: number,
): readonly ProfileForm[] {
  const isEarly = elapsedMs <= EARLY_MS || station.clockIsKnown !== true || station.clockOffMs > CLOCK_OFF_MAX_MS;
  const wantsRelative = isEarly && isClockWrong(station) && !hasQuirk(station, 'takesNoRelative');
  const kind = wantsRelative || hasQuirk(station, 'takesNoAbsolute') ? 'Relative' : 'Absolute';
  const plain = plainForm(station, [evse], limits, { purpose: 'TxProfile', kind });
  const relative = { ...plain, kind: 'Relative', elapsedMs } as const;
  const base = kind === 'Relative' ? relative : plain;
  const other = kind === 'Relative' ? ({ ...plain, kind: 'Absolute' } as const) : relative;
  return [...variations(base, station, [evse], limits), other, ...otherUnit(other, station, [evse])];
}

/** The best form writes any limits as they are: nothing was refused, and neither the clock nor a quirk stands against it. */
export function writesTxAsIs(station: StationState, slot: ProfileSlot): boolean {
  return triesOf(slot) === 0 && !isClockWrong(station) && !hasQuirk(station, 'takesNoAbsolute');
}

/**
 * The same for what a whole station falls to by itself. Where it has one limit no clock plays a part in it; where it takes no default,
 * it is the station's maximum.
 */
export function stationForms(
  station: StationState,
  evses: readonly Evse[],
  limits: LimitSteps,
): readonly ProfileForm[] {
  const kind = stationKind(station, limits);
  const asDefault = plainForm(station, evses, limits, { purpose: 'TxDefaultProfile', kind });
  // A maximum can't be Relative (OCPP 2.0.1 K01.FR.38).
  const maxKind = kind === 'Relative' ? 'Absolute' : kind;
  const asMax: ProfileForm = { ...asDefault, purpose: 'ChargingStationMaxProfile', kind: maxKind };
  if (hasQuirk(station, 'takesNoDefault')) return [...variations(asMax, station, evses, limits), asDefault];
  const others = otherStationKinds(kind).map((other) => ({ ...asDefault, kind: other }));
  const inOtherUnit = others.flatMap((other) => otherUnit(other, station, evses));
  const asDefaults = [...variations(asDefault, station, evses, limits), ...others, ...inOtherUnit];
  // One that took a default takes defaults: what it holds of one would lie over its maximum.
  if (tookDefault(station)) return asDefaults;
  const [, , ...otherMax] = variations(asMax, station, evses, limits);
  return [...asDefaults, asMax, ...otherMax];
}

/** Of the forms, the one whose turn it is after so many refusals; one silence may be a message that was lost. */
export function formOf(forms: readonly ProfileForm[], slot: ProfileSlot): ProfileForm | undefined {
  return forms[triesOf(slot) % forms.length];
}

/** Each form was tried, and none was taken. */
export function isExhausted(forms: readonly ProfileForm[], slot: ProfileSlot): boolean {
  return triesOf(slot) >= forms.length;
}

function triesOf({ refusals, unanswered = 0 }: ProfileSlot): number {
  return refusals + Math.max(0, unanswered - 1);
}

/** What can be written in a form, nowhere above the limits: Relative has one limit, and what does not recur has an end to its rounds. */
export function limitsIn({ kind }: ProfileForm, limits: LimitSteps, nowMs: number): LimitSteps {
  if (kind === 'Relative') return constantSteps(extremeOf(limits, 'least'), nowMs, limits.untilMs);
  if (kind === 'Recurring' || limits.everyMs === undefined) return limits;
  // Whole days, so that it is written once a day; without us the least holds after that.
  const lastMs = Math.ceil(nowMs / DAY_MS + 1) * DAY_MS;
  const { steps } = unrolled(limits, nowMs, lastMs - 1);
  return { steps: [...steps, { fromMs: lastMs, limitA: extremeOf(limits, 'least') }], untilMs: 'forever' };
}

/** Told apart from a slip: the same was refused, or not answered, again. */
const TRIES_BEFORE_LESSON = 2;

/** What is learned of a station that took limits in one form after it had not in the first. */
export function lessonsOf(
  taken: ProfileForm,
  forms: readonly ProfileForm[],
  slot: ProfileSlot,
): readonly StationQuirk[] {
  const [base] = forms;
  if (base === undefined || triesOf(slot) < TRIES_BEFORE_LESSON) return [];
  if (taken.purpose !== base.purpose) return base.purpose === 'TxDefaultProfile' ? ['takesNoDefault'] : [];
  return [
    ...(taken.rateUnit === 'W' && base.rateUnit === 'A' ? (['takesWattsOnly'] as const) : []),
    ...(taken.wholeAmperes && !base.wholeAmperes ? (['takesWholeAmperesOnly'] as const) : []),
    ...(taken.pauseA !== undefined && base.pauseA === undefined ? (['takesNoZero'] as const) : []),
    ...(taken.kind === base.kind ? [] : [REFUSED_KIND[base.kind]]),
  ];
}

const REFUSED_KIND = {
  Absolute: 'takesNoAbsolute',
  Recurring: 'takesNoRecurring',
  Relative: 'takesNoRelative',
} as const satisfies Record<ProfileForm['kind'], StationQuirk>;

export function isClockWrong({ clockIsKnown, clockOffMs }: StationState): boolean {
  return clockIsKnown !== true || clockOffMs >= CLOCK_WRONG_MS;
}

function tookDefault({ failsafe }: StationState): boolean {
  return failsafe.candidates.some(
    ({ status, form }) =>
      (status === 'accepted' || status === 'confirmed') && form?.purpose !== 'ChargingStationMaxProfile',
  );
}

function stationKind(station: StationState, limits: LimitSteps): ProfileForm['kind'] {
  if (limits.everyMs !== undefined && !hasQuirk(station, 'takesNoRecurring')) return 'Recurring';
  const isConstant = limits.everyMs === undefined && limits.steps.length === 1 && limits.untilMs === 'forever';
  if (isConstant && !hasQuirk(station, 'takesNoRelative')) return 'Relative';
  return hasQuirk(station, 'takesNoAbsolute') ? 'Relative' : 'Absolute';
}

function otherStationKinds(kind: ProfileForm['kind']): readonly ProfileForm['kind'][] {
  if (kind === 'Recurring') return ['Absolute', 'Relative'];
  if (kind === 'Relative') return ['Absolute'];
  return ['Relative'];
}

function plainForm(
  station: StationState,
  evses: readonly Evse[],
  limits: LimitSteps,
  { purpose, kind }: Pick<ProfileForm, 'purpose' | 'kind'>,
): ProfileForm {
  return {
    purpose,
    kind,
    rateUnit: rateUnitFor(station, evses),
    ...(hasQuirk(station, 'takesWholeAmperesOnly') ? { wholeAmperes: true } : {}),
    ...(hasQuirk(station, 'takesNoZero') && pauses(limits) && !hasDc(evses) ? { pauseA: PAUSE_A } : {}),
  };
}

/** Watts for DC: amperes would be those of its outlet. Amperes for AC, unless the station says, or has shown, that it takes only watts. */
function rateUnitFor(station: StationState, evses: readonly Evse[]): 'A' | 'W' {
  const { rateUnits } = station.capabilities;
  if (hasDc(evses)) return 'W';
  if (rateUnits === 'unknown' || rateUnits.length === 0) return hasQuirk(station, 'takesWattsOnly') ? 'W' : 'A';
  return rateUnits.includes('A') ? 'A' : 'W';
}

function variations(
  base: ProfileForm,
  station: StationState,
  evses: readonly Evse[],
  limits: LimitSteps,
): readonly ProfileForm[] {
  return [
    base,
    base,
    ...(pauses(limits) && base.pauseA === undefined && !hasDc(evses) ? [{ ...base, pauseA: PAUSE_A }] : []),
    ...(base.wholeAmperes || isWhole(limits) ? [] : [{ ...base, wholeAmperes: true } as const]),
    ...otherUnit(base, station, evses),
  ];
}

function otherUnit(base: ProfileForm, { capabilities }: StationState, evses: readonly Evse[]): readonly ProfileForm[] {
  if (capabilities.rateUnits !== 'unknown' || hasDc(evses)) return [];
  return [{ ...base, rateUnit: base.rateUnit === 'A' ? 'W' : 'A' }];
}

function pauses({ steps }: LimitSteps): boolean {
  return steps.some(({ limitA }) => limitA === 0);
}

/** A DC outlet has no pilot that offers no less than 6 A: 1 A is no pause there. */
function hasDc(evses: readonly Evse[]): boolean {
  return evses.some(({ kind }) => kind === 'DC');
}

function isWhole({ steps }: LimitSteps): boolean {
  return steps.every(({ limitA }) => Number.isInteger(limitA));
}
