import { useEffect } from 'preact/hooks';
import type { Car } from '../../model/cars.js';
import { priceAt } from '../../model/prices.js';
import { carPlans, spanOf } from '../../model/slots.js';
import { useSite } from '../../shell/context.js';
import { Icon } from '../../shell/icons.js';
import { viewSpeech } from '../../words/views/words.js';
import { StateWord } from '../parts/StateWord.js';

const DARK_FROM_HOUR = 20;
const DARK_UNTIL_HOUR = 7;
const SHIFT_EVERY_MS = 600_000;
const SHIFTS = [
  [0, 0],
  [2, 0],
  [2, 2],
  [0, 2],
] as const;
const LOOK_FOR_NEW_EVERY_MS = 600_000;

/** Is my bay ready? For a screen that nobody touches: no names, nothing to press. */
export function WallView() {
  const { screen, site } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers, clock } = speech;
  const { feed } = screen;
  const nowMs = screen.tickMs.value;
  useWakeLock();
  useNewVersion();
  const hour = Number(clock.wall(nowMs).slice(11, 13));
  const isDark = hour >= DARK_FROM_HOUR || hour < DARK_UNTIL_HOUR;
  useWholePage(isDark ? 'dark' : 'light');
  // Nothing stands on one spot of the screen for good.
  const [right, down] = SHIFTS[Math.floor(nowMs / SHIFT_EVERY_MS) % SHIFTS.length] ?? [0, 0];
  const price = priceAt(feed.prices.value, nowMs);
  const currency = feed.prices.value?.currency;
  const plans = carPlans(feed.plan.value);
  const cars = new Map(screen.cars.value.map((car) => [`${car.stationId} ${car.evseId}`, car]));
  const readyOf = (car: Car) => {
    const plan = plans.get(car.sessionId);
    const endMs = plan === undefined ? undefined : spanOf(plan, nowMs).endMs;
    return endMs === undefined || car.state.kind === 'done' ? undefined : clock.when(endMs, nowMs);
  };
  const bays = (feed.state.value?.stations ?? []).flatMap((station) =>
    station.evses.map((evse) => ({
      key: `${station.id} ${evse.id}`,
      name: screen.names.value?.bay(station.id, evse.id) ?? station.id,
      car: cars.get(`${station.id} ${evse.id}`),
      isOut: !station.online || evse.status === 'Faulted' || evse.status === 'Unavailable',
    })),
  );
  bays.sort((a, b) => a.name.localeCompare(b.name, speech.language, { numeric: true }));
  return (
    <section class="wall" style={{ transform: `translate(${right}px, ${down}px)` }}>
      <header>
        <h1 tabIndex={-1}>{site.name}</h1>
        {price !== undefined && currency != null && (
          <p>
            {say('live.priceNow')} <b>{numbers.price(price, currency)}</b>
          </p>
        )}
        <p class="clock">{clock.time(nowMs)}</p>
      </header>
      {bays.length === 0 && <p>{say('empty.stations')}</p>}
      <ul class="bays">
        {bays.map(({ key, name, car, isOut }) => {
          const ready = car === undefined ? undefined : readyOf(car);
          return (
            <li key={key} class={car === undefined ? (isOut ? 'out' : 'free') : car.state.kind}>
              <b>{name}</b>
              {car !== undefined ? (
                <StateWord state={car.state} speech={speech.plain} />
              ) : (
                <span class="state">
                  <Icon name={isOut ? 'off' : 'free'} />
                  {say(isOut ? 'wall.out' : 'state.free')}
                </span>
              )}
              {ready !== undefined && <span class="ready">{say('wall.ready', { t: ready })}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Colours are the whole page's: they are told apart at its root, where they are made. */
function useWholePage(theme: 'dark' | 'light'): void {
  useEffect(() => {
    const { dataset } = document.documentElement;
    const before = dataset.theme;
    dataset.theme = theme;
    return () => {
      if (before === undefined) delete dataset.theme;
      else dataset.theme = before;
    };
  }, [theme]);
}

/** The screen stays on, while it is seen. */
function useWakeLock(): void {
  useEffect(() => {
    let held: WakeLockSentinel | undefined;
    let isWanted = true;
    const hold = async () => {
      try {
        if (document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
        held = await navigator.wakeLock.request('screen');
        if (!isWanted) await held.release();
      } catch {
        // The device may refuse it, for its battery.
      }
    };
    void hold();
    document.addEventListener('visibilitychange', hold);
    return () => {
      isWanted = false;
      document.removeEventListener('visibilitychange', hold);
      void held?.release();
    };
  }, []);
}

/** Nobody is there to reload it: it does so itself when the service is another one. */
function useNewVersion(): void {
  useEffect(() => {
    let first: string | undefined;
    const look = async () => {
      try {
        const page = await (await fetch('/', { cache: 'no-store' })).text();
        const script = /assets\/index-[^"']+\.js/.exec(page)?.[0];
        if (first !== undefined && script !== undefined && script !== first) window.location.reload();
        first ??= script;
      } catch {
        // No contact: the banner says so.
      }
    };
    void look();
    const timer = setInterval(look, LOOK_FOR_NEW_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
}
