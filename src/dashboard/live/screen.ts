import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { CircuitState, SiteState, SiteSummary } from '../api/documents.js';
import { type Car, CarRoster } from '../model/cars.js';
import { type Names, namesOf } from '../model/names.js';
import { type Speech, type Spoken, speechIn } from '../model/speech.js';
import type { SiteFeed } from './feed.js';

/** What depends on the time of day is looked at again this often. */
const TICK_MS = 10_000;
/** What is said of a car speaks of whole minutes, and there may be hundreds of them. */
const CARS_TICK_MS = 60_000;

/** Everything about the site that views show, in the words of the reader. */
export interface Screen {
  readonly feed: SiteFeed;
  readonly speech: ReadonlySignal<Speech>;
  readonly names: ReadonlySignal<Names | undefined>;
  readonly cars: ReadonlySignal<readonly Car[]>;
  /** Now, in steps. */
  readonly tickMs: ReadonlySignal<number>;
  /** While the pointer is over a list, it keeps its order. */
  readonly isPointing: { value: boolean };
}

export function screenOf(feed: SiteFeed, spoken: ReadonlySignal<Spoken>): Screen {
  const timeZone = computed(() => feed.site.value?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone);
  const speech = computed(() => speechIn(spoken.value, timeZone.value));
  const names = computed(() => (feed.site.value === undefined ? undefined : namesOf(feed.site.value, speech.value)));
  const tickMs = computed(() => Math.floor(feed.nowMs.value / TICK_MS) * TICK_MS);
  const isPointing = signal(false);
  const carsTickMs = computed(() => Math.floor(feed.nowMs.value / CARS_TICK_MS) * CARS_TICK_MS);
  const roster = new CarRoster();
  let shown: readonly Car[] = [];
  const cars = computed(() => {
    const [site, state, named] = [feed.site.value, feed.state.value, names.value];
    if (site === undefined || state === undefined || named === undefined) return [];
    const now = { site, state, plan: feed.plan.value, prices: feed.prices.value, nowMs: carsTickMs.value };
    const next = roster.cars({ ...now, sessions: feed.sessions.value }, named, speech.value);
    shown = isPointing.value ? inOrderOf(shown, next) : next;
    return shown;
  });
  return { feed, speech, names, cars, tickMs, isPointing };
}

export function rootOf(state: SiteState): CircuitState | undefined {
  return state.circuits.find(({ parentId }) => parentId === null);
}

export function ratingOf(site: SiteSummary, circuitId: string): SiteSummary['circuits'][number] | undefined {
  return site.circuits.find(({ id }) => id === circuitId);
}

/** What is new comes last. */
function inOrderOf(before: readonly Car[], after: readonly Car[]): readonly Car[] {
  const places = new Map(before.map(({ sessionId }, place) => [sessionId, place]));
  const placeOf = ({ sessionId }: Car) => places.get(sessionId) ?? before.length;
  return [...after].sort((a, b) => placeOf(a) - placeOf(b));
}
