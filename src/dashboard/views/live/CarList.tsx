import { Component } from 'preact';
import { useState } from 'preact/hooks';
import { Sparkline } from '../../charts/Sparkline.js';
import { CAR_FILTERS, type Car, type CarFilter, isIn, SPARK_UNTIL_HOUR } from '../../model/cars.js';
import type { Speech } from '../../model/speech.js';
import { useSite } from '../../shell/context.js';
import { Segments } from '../../shell/Notice.js';
import { isPrinting } from '../../shell/print.js';
import { addresses } from '../../shell/route.js';
import { EnergyBar } from '../EnergyBar.js';
import { StateWord } from '../StateWord.js';

/** So many at first: the rest is a press away, or found by its filter. */
const SHOWN_AT_FIRST = 12;
const MANY = 50;

/** Every car, why it gets what it gets, and what is planned for it. A table, or cards on a phone. */
export function CarList({
  cars,
  filter,
  onFilter,
}: {
  readonly cars: readonly Car[];
  readonly filter: CarFilter;
  readonly onFilter: (filter: CarFilter) => void;
}) {
  const { screen } = useSite();
  const [showsAll, setShowsAll] = useState(false);
  const speech = screen.speech.value;
  const { say, numbers, clock } = speech;
  const found = cars.filter((car) => isIn(filter, car));
  const shown =
    showsAll || isPrinting.value || found.length <= SHOWN_AT_FIRST + 2 ? found : found.slice(0, SHOWN_AT_FIRST);
  const nowMs = screen.tickMs.value;
  const point = (isOver: boolean) => {
    screen.isPointing.value = isOver;
  };
  return (
    <section
      class={`card cars ${shown.length > MANY ? 'many' : ''}`}
      aria-labelledby="cars-title"
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
    >
      <header>
        <h2 id="cars-title">{say('cars.title')}</h2>
        <Segments
          class="filters"
          label={say('cars.title')}
          value={filter}
          onChoose={onFilter}
          choices={CAR_FILTERS.map((value) => ({
            value,
            label: say(`cars.${value}`, { n: numbers.count(cars.filter((car) => isIn(value, car)).length) }),
          }))}
        />
      </header>
      {found.length === 0 ? (
        <p class="sub">
          {say('empty.match')}{' '}
          <button type="button" class="link" onClick={() => onFilter('all')}>
            {say('empty.clear')}
          </button>
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('cars.bay')}</th>
              <th scope="col">{say('cars.state')}</th>
              <th scope="col">{say('cars.energy')}</th>
              <th scope="col" class="right">
                {say('cars.power')}
              </th>
              <th scope="col">{say('cars.leaves')}</th>
              <th scope="col">{say('cars.planTo', { t: clock.time(clock.nextHour(SPARK_UNTIL_HOUR, nowMs)) })}</th>
              <th scope="col">{say('cars.why')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((car) => (
              <CarRow key={car.sessionId} car={car} speech={speech} siteId={screen.feed.siteId} />
            ))}
          </tbody>
        </table>
      )}
      {shown.length < found.length && (
        <button type="button" class="more" onClick={() => setShowsAll(true)}>
          {say('cars.showAll', { n: numbers.count(found.length) })}
        </button>
      )}
    </section>
  );
}

interface RowProps {
  readonly car: Car;
  readonly speech: Speech;
  readonly siteId: string;
}

/** Drawn again only when the car, or the language, changed. */
class CarRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return next.car !== this.props.car || next.speech !== this.props.speech;
  }

  override render({ car, speech, siteId }: RowProps) {
    const { say, numbers, clock } = speech;
    const leaves = car.departureMs === undefined ? say('missing') : clock.when(car.departureMs, Date.now());
    const isLate = car.state.kind === 'late';
    const from = car.departureFrom === 'learned' || car.departureFrom === 'default' ? car.departureFrom : undefined;
    return (
      <tr>
        <th scope="row" class="who">
          <a href={addresses.car(siteId, car.sessionId)}>{car.bay}</a>
          <span>{car.place}</span>
        </th>
        <td class="what">
          <StateWord state={car.state} speech={speech} />
        </td>
        <td class="energy">
          <EnergyBar car={car} speech={speech}>
            <span class="on-phone">
              {car.powerKw > 0 && ` · ${numbers.kilowatts(car.powerKw)}`}
              {car.departureMs !== undefined && ` · ${say('cars.leavesAt', { t: leaves })}`}
            </span>
          </EnergyBar>
        </td>
        <td class="right number not-on-phone">{car.powerKw > 0 ? numbers.kilowatts(car.powerKw) : say('missing')}</td>
        <td class={`number not-on-phone ${isLate ? 'late' : ''}`}>
          {leaves}
          {from !== undefined && <small class="sub">{say(`cars.${from}`)}</small>}
        </td>
        <td class="not-on-phone">
          <Sparkline shares={car.spark} />
        </td>
        <td class="why">
          <p>{car.why}</p>
        </td>
      </tr>
    );
  }
}
