import { PlanFigure } from '../../charts/PlanFigure.js';
import type { Car } from '../../model/cars.js';
import { highest, type Picture } from '../../model/picture.js';
import { useSite } from '../../shell/context.js';
import { query, setQuery } from '../../shell/location.js';
import { Segments } from '../../shell/Notice.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { PhaseChoice, showFrom } from '../live/NextDay.js';
import { EnergyBar } from '../parts/EnergyBar.js';
import { Sparkline } from '../parts/Sparkline.js';
import { StateWord } from '../parts/StateWord.js';
import { usePicture } from '../picture.js';

const HOURS_MOST = 48;

/** When do cars charge, and what stops more? */
export function PlanView() {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const cars = screen.cars.value;
  const asked = query.value;
  const hours = asked.get('hours') === '48' ? HOURS_MOST : 24;
  const by = asked.get('by') === 'car' ? 'car' : 'circuit';
  const picked = cars.find(({ sessionId }) => sessionId === asked.get('car'))?.sessionId;
  const { picture, fullest, note } = usePicture({ hours, show: showFrom(asked.get('phase')), by, picked });
  const show = showFrom(asked.get('phase')) ?? fullest;
  const planned = screen.feed.plan.value?.sessions.length ?? 0;
  return (
    <>
      <section class="hero">
        <div>
          <h1 tabIndex={-1} class="ages">
            {headlineOf(planned, picture, speech)}
          </h1>
          <p>{picture !== undefined && sublineOf(picture, speech)}</p>
        </div>
      </section>
      <section class="card plan" aria-label={say('plan.title')}>
        <header class="choices">
          <Segments
            label={say('plan.span')}
            value={String(hours)}
            onChoose={(next) => setQuery({ hours: next === '48' ? '48' : undefined })}
            choices={['24', '48'].map((value) => ({ value, label: say('plan.hours', { n: value }) }))}
          />
          <Segments
            label={say('plan.by')}
            value={by}
            onChoose={(next) => setQuery({ by: next === 'car' ? 'car' : undefined })}
            choices={[
              { value: 'circuit', label: say('plan.byCircuit') },
              { value: 'car', label: say('plan.byCar') },
            ]}
          />
          <PhaseChoice
            show={show}
            fullest={fullest}
            onChoose={(next) => setQuery({ phase: next === fullest ? undefined : next })}
          />
        </header>
        {note !== undefined && <p class="small sub">{note}</p>}
        <PlanFigure picture={picture} size="page" />
      </section>
      {cars.length > 0 && <PlannedCars cars={cars} picked={picked} speech={speech} siteId={screen.feed.siteId} />}
    </>
  );
}

function headlineOf(planned: number, picture: Picture | undefined, { say, clock }: ViewSpeech): string {
  if (planned === 0 || picture === undefined) return say('plan.headlineNone');
  const untilMs = Math.min(picture.plannedUntilMs, picture.edgesMs.at(-1) ?? picture.plannedUntilMs);
  const t = clock.when(untilMs, picture.nowMs);
  return planned === 1 ? say('plan.headlineOne', { t }) : say('plan.headline', { n: planned, t });
}

function sublineOf(picture: Picture, { say, numbers, clock }: ViewSpeech): string {
  const most = highest(picture);
  const t = clock.when(most.atMs, picture.nowMs);
  if (picture.phase === undefined) return say('plan.summaryKw', { x: numbers.kilo(most.value), t });
  const filling = { x: numbers.amperes(most.value), y: numbers.amperes(most.limit ?? 0), p: picture.phase };
  return say('plan.sub', { ...filling, t });
}

/** The list is the legend of one car: picking it dims the rest of the chart. */
function PlannedCars({
  cars,
  picked,
  speech,
  siteId,
}: {
  readonly cars: readonly Car[];
  readonly picked: string | undefined;
  readonly speech: ViewSpeech;
  readonly siteId: string;
}) {
  const { say } = speech;
  return (
    <section class="card cars" aria-labelledby="planned-title">
      <header>
        <h2 id="planned-title">{say('plan.carsTitle')}</h2>
        {picked === undefined ? (
          <span class="small sub">{say('plan.pick')}</span>
        ) : (
          <button type="button" class="link small" onClick={() => setQuery({ car: undefined })}>
            {say('plan.unpick')}
          </button>
        )}
      </header>
      <ul class="picks">
        {cars.map((car) => (
          <li key={car.sessionId} class={picked === undefined || picked === car.sessionId ? '' : 'dimmed'}>
            <button
              type="button"
              aria-pressed={picked === car.sessionId}
              onClick={() => setQuery({ car: picked === car.sessionId ? undefined : car.sessionId })}
            >
              <b>{car.bay}</b>
              <span class="sub small">{car.place}</span>
            </button>
            <StateWord state={car.state} speech={speech} />
            <div class="energy">
              <EnergyBar car={car} speech={speech} />
            </div>
            <span class="number sub small">{leavesOf(car, speech)}</span>
            <Sparkline shares={car.spark} />
            <a class="small" href={addresses.car(siteId, car.sessionId)}>
              {say('cars.why')}
              <span class="hidden"> {car.bay}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function leavesOf({ departureMs }: Car, { say, clock }: ViewSpeech): string {
  return departureMs === undefined
    ? say('car.noLeave')
    : say('cars.leavesAt', { t: clock.when(departureMs, Date.now()) });
}
