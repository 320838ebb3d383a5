import { rootOf } from '../../live/screen.js';
import { alarms, headline, subline } from '../../model/headline.js';
import { useSite } from '../../shell/context.js';
import { query, setQuery } from '../../shell/location.js';
import { lazyView } from '../lazyView.js';
import { Alarms } from './Alarms.js';
import { CarList } from './CarList.js';
import { FuseCard } from './FuseCard.js';
import { carsByFilter } from './filter.js';
import { NextDay } from './NextDay.js';
import { PriceNow } from './PriceNow.js';

/** Below everything else, so that it may come after it. */
const LIVE_FOOT = lazyView(async () => (await import('./LiveFoot.js')).LiveFoot);

/** On time? Room on the fuse? Price? */
export function LiveView() {
  const { screen, site } = useSite();
  const { feed } = screen;
  const [state, names, speech] = [feed.state.value, screen.names.value, screen.speech.value];
  if (state === undefined || names === undefined) return null;
  const { say, clock } = speech;
  const cars = screen.cars.value;
  const nowMs = screen.tickMs.value;
  const contact = feed.contact.value;
  const sentence = headline(cars, state.stations.length > 0, speech);
  const title =
    contact.kind === 'lost' ? say('live.atTime', { t: clock.time(contact.sinceMs), s: lowered(sentence) }) : sentence;
  const filter = carsByFilter(query.value.get('cars'));
  const root = rootOf(state);
  return (
    <>
      <section class="hero">
        <div>
          <h1 tabIndex={-1} class="ages">
            {title}
          </h1>
          <p>{subline(cars, nowMs, speech)}</p>
        </div>
        <PriceNow prices={feed.prices.value} nowMs={nowMs} speech={speech} />
      </section>
      {state.stations.length === 0 && (
        <p class="banner plain">
          {say('empty.stationsHow', {
            u: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ocpp/…`,
          })}
        </p>
      )}
      <Alarms alarms={alarms(state, cars, nowMs, names, speech)} cars={cars} canEdit={contact.kind !== 'lost'} />
      <div class="grid">
        {root !== undefined && <FuseCard site={site} state={state} root={root} />}
        <NextDay />
      </div>
      {cars.length > 0 && (
        <CarList
          cars={cars}
          filter={filter}
          onFilter={(next) => setQuery({ cars: next === 'all' ? undefined : next })}
        />
      )}
      <LIVE_FOOT.View siteId={feed.siteId} speech={speech} />
    </>
  );
}

/** Within another sentence; names keep their capitals. */
function lowered(sentence: string): string {
  return /^[A-ZÅÄÖ][a-zåäö]/.test(sentence) ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}
