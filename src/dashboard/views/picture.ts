import { useMemo } from 'preact/hooks';
import type { Phase, Plan } from '../api/documents.js';
import { fullestPhase, type Picture, pictureOf } from '../model/picture.js';
import { pricesWithin } from '../model/prices.js';
import type { Speech } from '../model/speech.js';
import { useSite } from '../shell/context.js';

const HOUR_MS = 3_600_000;
/** The chart moves on this often, not with every tick. */
const STEP_MS = 300_000;
/** A plan that is older than this was not followed by another: something is wrong. */
const PLAN_OLD_MS = 1_800_000;

export interface PictureChoice {
  readonly hours: number;
  /** Undefined: the fullest phase. */
  readonly show: Phase | 'kW' | undefined;
  readonly by: 'circuit' | 'car';
  readonly picked: string | undefined;
}

/** What the chart of the plan shows now, and what is to be said beside it. */
export function usePicture({ hours, show, by, picked }: PictureChoice): {
  readonly picture: Picture | undefined;
  readonly fullest: Phase;
  readonly note: string | undefined;
} {
  const { screen, site } = useSite();
  const { feed } = screen;
  const [plan, sessions, cars, names] = [feed.plan.value, feed.sessions.value, screen.cars.value, screen.names.value];
  const allPrices = feed.prices.value;
  const speech = screen.speech.value;
  const { say, clock } = speech;
  const nowMs = Math.floor(screen.tickMs.value / STEP_MS) * STEP_MS;
  const toMs = nowMs + hours * HOUR_MS;
  const fullest = useMemo(() => fullestPhase(site, plan, nowMs, toMs), [site, plan, nowMs, toMs]);
  // Of the cars only who leaves when is drawn: their sessions say it, and what they draw, each second, is nothing to the plan.
  const plugged = cars.length;
  const picture = useMemo(() => {
    if (plan === undefined || names === undefined || plan.boundariesMs.length < 2) return undefined;
    const words = { building: say('plan.building'), other: say('plan.other'), otherCars: say('plan.otherCars') };
    const prices = pricesWithin(allPrices, nowMs, toMs);
    const shown = { show: show ?? fullest, by, picked, prices, fromMs: nowMs, toMs, nowMs };
    return pictureOf({ site, plan, sessions, cars, names, words, ...shown });
  }, [site, plan, sessions, plugged, names, allPrices, nowMs, toMs, show, fullest, by, picked, say]);
  const computedMs = plan?.computedAt == null ? undefined : Date.parse(plan.computedAt);
  // With nobody there, no new one is made.
  const isOld = computedMs !== undefined && nowMs - computedMs > PLAN_OLD_MS && (plan?.sessions.length ?? 0) > 0;
  const note = isOld ? say('live.oldPlan', { t: clock.when(computedMs, nowMs) }) : noteOnPrices(plan, toMs, speech);
  return { picture, fullest, note };
}

function noteOnPrices(plan: Plan | undefined, toMs: number, { say, clock }: Speech): string | undefined {
  const until = plan?.prices?.publishedUntil ?? null;
  if (plan === undefined || plan.prices === null || plan.prices.from === 'published' || until === null)
    return undefined;
  const untilMs = Date.parse(until);
  if (untilMs >= toMs) return undefined;
  const word = plan.prices.from === 'fallback' ? 'live.assumedPrices' : 'live.noPrices';
  return say(word, { t: clock.time(untilMs) });
}
