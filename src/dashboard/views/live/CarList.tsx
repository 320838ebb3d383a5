// biome-ignore-all lint/a11y/noRedundantRoles: a table that is laid out as a grid is one for who listens only where it says so.
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { CAR_FILTERS, type Car, type CarFilter, isIn, SPARK_UNTIL_HOUR } from '../../model/cars.js';
import { useSite } from '../../shell/context.js';
import { Segments } from '../../shell/Notice.js';
import { isPrinting } from '../../shell/print.js';
import { CarRows, type RowsAs } from './carRows.js';

/** So many at first: the rest is a press away, or found by its filter. */
const SHOWN_AT_FIRST = 12;
/** Of all the others so many with each frame, so that none of them waits for the last. */
const SHOWN_WITH_EACH_FRAME = 80;
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
  const [shownMost, setShownMost] = useState(SHOWN_AT_FIRST);
  const speech = screen.speech.value;
  const { say, numbers, clock } = speech;
  const found = cars.filter((car) => isIn(filter, car));
  const isFolded = shownMost === SHOWN_AT_FIRST && found.length > SHOWN_AT_FIRST + 2 && !isPrinting.value;
  const shown = isFolded || (shownMost > SHOWN_AT_FIRST && !isPrinting.value) ? found.slice(0, shownMost) : found;
  const isGrowing = !isFolded && shown.length < found.length;
  useEffect(() => {
    if (!isGrowing) return;
    const frame = requestAnimationFrame(() => setShownMost(shownMost + SHOWN_WITH_EACH_FRAME));
    return () => cancelAnimationFrame(frame);
  }, [isGrowing, shownMost]);
  const nowMs = screen.tickMs.value;
  const point = (isOver: boolean) => {
    screen.isPointing.value = isOver;
  };
  return (
    <section
      class={`card cars ${!isFolded && found.length > MANY ? 'many' : ''}`}
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
        <table role="table">
          <thead role="rowgroup">
            <tr role="row">
              <th role="columnheader" scope="col">
                {say('cars.bay')}
              </th>
              <th role="columnheader" scope="col">
                {say('cars.state')}
              </th>
              <th role="columnheader" scope="col">
                {say('cars.energy')}
              </th>
              <th role="columnheader" scope="col" class="right">
                {say('cars.power')}
              </th>
              <th role="columnheader" scope="col">
                {say('cars.leaves')}
              </th>
              <th role="columnheader" scope="col">
                {say('cars.planTo', { t: clock.time(clock.nextHour(SPARK_UNTIL_HOUR, nowMs)) })}
              </th>
              <th role="columnheader" scope="col">
                {say('cars.why')}
              </th>
            </tr>
          </thead>
          <Rows cars={shown} speech={speech} siteId={screen.feed.siteId} nowMs={nowMs} />
        </table>
      )}
      {isFolded && (
        <button type="button" class="more" onClick={() => setShownMost(SHOWN_WITH_EACH_FRAME)}>
          {say('cars.showAll', { n: numbers.count(found.length) })}
        </button>
      )}
    </section>
  );
}

/** Its rows are written by hand, since Preact would compare every part of all of them for each change of one. */
function Rows({ cars, ...as }: RowsAs & { readonly cars: readonly Car[] }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = useRef<CarRows | undefined>(undefined);
  useLayoutEffect(() => {
    if (body.current === null) return;
    rows.current ??= new CarRows(body.current);
    rows.current.show(cars, as);
  });
  return <tbody ref={body} role="rowgroup" />;
}
