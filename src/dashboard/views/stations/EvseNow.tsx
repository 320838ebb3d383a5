import { useMemo } from 'preact/hooks';
import type { EvseState, StationState } from '../../api/documents.js';
import { type CompositeSchedule, type StationProfiles, stationsApi } from '../../api/stations.js';
import { StepFigure } from '../../charts/StepFigure.js';
import { compositePicture } from '../../model/composite.js';
import { drawsA } from '../../model/stations.js';
import { useSite } from '../../shell/context.js';
import { Icon } from '../../shell/icons.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { type Asked, useDocument } from '../parts/useDocument.js';

/** One outlet: what it holds, what it may draw, and whether it says the same as we do. */
export function EvseNow({
  station,
  evse,
  profiles,
  turn,
}: {
  readonly station: StationState;
  readonly evse: EvseState;
  readonly profiles: Asked<StationProfiles>;
  /** The station is asked again only when somebody wants it: each question is a message to it. */
  readonly turn: number;
}) {
  const { screen, site } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers, clock } = speech;
  const { asked, again } = useDocument(`${station.id} ${evse.id}`, () => stationsApi.composite(station.id, evse.id));
  const nowMs = screen.tickMs.value;
  const picture = useMemo(
    () =>
      asked.kind === 'there'
        ? compositePicture(
            asked.value,
            { voltageV: site.voltageV, phaseCount: evse.phases.length },
            screen.tickMs.peek(),
            speech,
          )
        : undefined,
    [asked, site.voltageV, evse.phases.length, speech.language, turn],
  );
  const control = profiles.kind === 'there' ? profiles.value.evses.find(({ evseId }) => evseId === evse.id) : undefined;
  const car = screen.cars.value.find((one) => one.stationId === station.id && one.evseId === evse.id);
  const draws = drawsA(evse);
  const amperes = (value: number) => `${numbers.amperes(value)}\u00a0A`;
  const name = screen.names.value?.bay(station.id, evse.id) ?? String(evse.id);
  return (
    <section class="card evse" aria-labelledby={`evse-${evse.id}`}>
      <header>
        <h2 id={`evse-${evse.id}`}>{name}</h2>
        <button type="button" class="secondary" disabled={asked.kind === 'loading'} onClick={again}>
          {say('station.askAgain')}
        </button>
      </header>
      <dl class="figures">
        <Figure label={say('station.told')} value={amperes(control?.limitA ?? evse.limitA)} />
        <Figure label={say('station.draws')} value={draws === undefined ? say('missing') : amperes(draws)} />
        <Figure
          label={say('station.mayDraw')}
          value={amperes(control?.mayDrawA ?? evse.reservedA)}
          note={
            control?.mayDrawUntil == null
              ? undefined
              : say('station.until', { t: clock.when(Date.parse(control.mayDrawUntil), nowMs) })
          }
        />
        <div>
          <dt>{say('station.car')}</dt>
          <dd>
            {car === undefined ? (
              say('state.free')
            ) : (
              <a href={addresses.car(screen.feed.siteId, car.sessionId)}>{say('station.seeCar')}</a>
            )}
          </dd>
        </div>
      </dl>
      {control?.obstacle != null && <WarnLine>{control.obstacle.sentence}</WarnLine>}
      <h3>{say('station.compared')}</h3>
      {asked.kind === 'loading' && <LoadingPart speech={speech} rows={5} />}
      {asked.kind === 'failed' && <FailedPart failure={asked.failure} speech={speech} again={again} />}
      {asked.kind === 'there' && picture !== undefined && (
        <>
          <Verdict schedule={asked.value} nowMs={nowMs} speech={speech} />
          <StepFigure picture={picture} summary={say('station.chart', { b: name })} speech={speech} height={180} />
        </>
      )}
    </section>
  );
}

function Figure({
  label,
  value,
  note,
}: {
  readonly label: string;
  readonly value: string;
  readonly note?: string | undefined;
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
      {note !== undefined && <dd class="sub small">{note}</dd>}
    </div>
  );
}

/** In one sentence, before the chart. */
function Verdict({
  schedule: { reported, differences },
  nowMs,
  speech: { say, numbers, clock },
}: {
  readonly schedule: CompositeSchedule;
  readonly nowMs: number;
  readonly speech: ViewSpeech;
}) {
  const limit = (value: number | 'unlimited') =>
    value === 'unlimited' ? say('station.noLimit') : numbers.short(value);
  if ('unavailable' in reported) return <p class="sub">{say('station.saysNothing', { d: reported.unavailable })}</p>;
  const [first] = differences;
  if (first === undefined) {
    return (
      <p class="warn-line tick-line">
        <Icon name="tick" />
        <span>{say('station.same')}</span>
      </p>
    );
  }
  const t = clock.when(Date.parse(first.from), nowMs);
  return <WarnLine>{say('station.differsFrom', { t, a: limit(first.computedA), b: limit(first.reportedA) })}</WarnLine>;
}
