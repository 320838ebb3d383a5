import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { EvseState, Session, SessionWhy, StationState } from '../../api/documents.js';
import { sessionsApi } from '../../api/sessions.js';
import { CourseFigure } from '../../charts/CourseFigure.js';
import type { Car } from '../../model/cars.js';
import { courseOf } from '../../model/course.js';
import { needsOf, PRIORITY_MOST } from '../../model/needs.js';
import { carPlans, spanOf } from '../../model/slots.js';
import { useSite } from '../../shell/context.js';
import { Icon } from '../../shell/icons.js';
import { route } from '../../shell/location.js';
import { Notice } from '../../shell/Notice.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { givePriority } from '../needs.js';
import { EnergyBar } from '../parts/EnergyBar.js';
import { StateWord } from '../parts/StateWord.js';
import { NeedsForm } from './NeedsForm.js';

const HOUR_MS = 3_600_000;
const PAST_SHOWN_MS = 2 * HOUR_MS;
const AHEAD_LEAST_MS = 6 * HOUR_MS;
const AHEAD_MOST_MS = 36 * HOUR_MS;
const WHY_EVERY_TICKS = 3;

/** Why this speed, when ready, what cost? */
export function CarView() {
  const { screen } = useSite();
  const at = route.value;
  const sessionId = 'rest' in at ? (at.rest[0] ?? '') : '';
  const speech = viewSpeech(screen.speech.value);
  const { say } = speech;
  const car = screen.cars.value.find((one) => one.sessionId === sessionId);
  const session = screen.feed.sessions.value.find((one) => one.sessionId === sessionId);
  const back = (
    <a class="back" href={addresses.live(screen.feed.siteId)}>
      <Icon name="back" />
      {say('car.back')}
    </a>
  );
  if (car === undefined) {
    return (
      <>
        {back}
        <Notice title={say('car.ended')} />
      </>
    );
  }
  return (
    <>
      {back}
      <CarHead car={car} session={session} speech={speech} />
      <div class="grid car-grid">
        <div class="column">
          <section class="card" aria-labelledby="why-title">
            <h2 id="why-title">{say('car.whyNow')}</h2>
            <p class="why-now">{car.why}</p>
            {session !== undefined && <Facts session={session} speech={speech} />}
          </section>
          {session !== undefined && (
            <section class="card" id="needs" aria-labelledby="needs-title">
              <h2 id="needs-title">{say('car.needs')}</h2>
              <NeedsForm session={session} canEdit={screen.feed.contact.value.kind !== 'lost'} />
            </section>
          )}
        </div>
        <div class="column">
          <CourseCard car={car} />
          <Technical car={car} session={session} />
        </div>
      </div>
    </>
  );
}

function CarHead({ car, session, speech }: { car: Car; session: Session | undefined; speech: ViewSpeech }) {
  const { screen } = useSite();
  const { say, numbers, clock } = speech;
  const [hasFailed, setFailed] = useState(false);
  const nowMs = screen.tickMs.value;
  const carPlan = carPlans(screen.feed.plan.value).get(car.sessionId);
  const readyMs = carPlan === undefined ? undefined : spanOf(carPlan, nowMs).endMs;
  const canEdit = screen.feed.contact.value.kind !== 'lost' && session !== undefined;
  const leaves = car.departureMs === undefined ? undefined : clock.when(car.departureMs, nowMs);
  const times =
    leaves === undefined
      ? say('car.noLeave')
      : readyMs === undefined || car.state.kind === 'done'
        ? say('car.leaves', { t: leaves })
        : say('car.ready', { r: clock.when(readyMs, nowMs), t: leaves });
  const hasPriority = session !== undefined && (needsOf(session).priority ?? 0) >= PRIORITY_MOST;
  return (
    <section class="hero car-head">
      <div>
        <h1 tabIndex={-1}>
          {car.bay} <span class="sub light">{car.place}</span>
        </h1>
        <p class="ages">
          <StateWord state={car.state} speech={speech} />
          {car.powerKw > 0 && ` · ${numbers.kilowatts(car.powerKw)}`} · {times}
        </p>
        <div class="energy">
          <EnergyBar car={car} speech={speech} />
        </div>
      </div>
      <div class="head-actions">
        {session !== undefined && !hasPriority && (
          <button
            type="button"
            class="secondary"
            disabled={!canEdit}
            onClick={() =>
              givePriority(screen.feed, session).then(
                () => setFailed(false),
                () => setFailed(true),
              )
            }
          >
            {say(hasFailed ? 'form.tryAgain' : 'live.givePriority')}
          </button>
        )}
        <button
          type="button"
          class="secondary"
          disabled={!canEdit}
          onClick={() => document.getElementById('needs-departure')?.focus()}
        >
          {say('car.changeLeave')}
        </button>
      </div>
    </section>
  );
}

function Facts({ session, speech: { say, numbers, clock } }: { session: Session; speech: ViewSpeech }) {
  const { screen } = useSite();
  return (
    <dl class="facts">
      <div>
        <dt>{say('car.cost')}</dt>
        <dd>
          {session.cost === null || session.currency === null
            ? say('missing')
            : numbers.money(session.cost, session.currency)}
        </dd>
      </div>
      <div>
        <dt>{say('car.priority')}</dt>
        <dd>{numbers.count(session.needsUsed?.priority ?? session.priority)}</dd>
      </div>
      <div>
        <dt>{say('car.pluggedIn')}</dt>
        <dd>{clock.when(Date.parse(session.startedAt), screen.tickMs.value)}</dd>
      </div>
    </dl>
  );
}

function CourseCard({ car }: { car: Car }) {
  const { screen } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { feed } = screen;
  const [why, setWhy] = useState<SessionWhy | undefined>(undefined);
  const ticks = useRef(0);
  const nowMs = Math.floor(screen.tickMs.value / 30_000) * 30_000;
  useEffect(() => {
    ticks.current += 1;
    if (why !== undefined && ticks.current % WHY_EVERY_TICKS !== 0) return;
    // What was is kept where there is no answer: the banner says that there is no contact.
    sessionsApi.why(feed.siteId, car.sessionId).then(setWhy, () => undefined);
  }, [feed.siteId, car.sessionId, nowMs, why]);
  const plan = feed.plan.value;
  const sampleCount = feed.samples.count.value;
  const course = useMemo(() => {
    const carPlan = carPlans(plan).get(car.sessionId);
    const endMs = carPlan === undefined ? undefined : spanOf(carPlan, nowMs).endMs;
    const lastMs = Math.max(endMs ?? 0, car.departureMs ?? 0) + HOUR_MS / 2;
    return courseOf({
      why,
      carPlan,
      samples: feed.samples.of(car.stationId, car.evseId),
      fromMs: Math.max(nowMs - PAST_SHOWN_MS, Date.parse(why?.since ?? '') || nowMs - PAST_SHOWN_MS / 4),
      toMs: Math.min(nowMs + AHEAD_MOST_MS, Math.max(nowMs + AHEAD_LEAST_MS, lastMs)),
      nowMs,
      maxA: car.maxA,
    });
  }, [why, plan, car.sessionId, car.departureMs, car.maxA, sampleCount, nowMs]);
  return (
    <section class="card" aria-labelledby="course-title">
      <h2 id="course-title">{speech.say('car.plan')}</h2>
      <CourseFigure course={course} bay={car.bay} speech={speech} />
    </section>
  );
}

/** The words of the protocol are here, and nowhere else. */
function Technical({ car, session }: { car: Car; session: Session | undefined }) {
  const { screen } = useSite();
  const { say } = viewSpeech(screen.speech.value);
  const station = screen.feed.state.value?.stations.find(({ id }) => id === car.stationId);
  const evse = station?.evses.find(({ id }) => id === car.evseId);
  return (
    <details class="card technical">
      <summary>{say('car.technical')}</summary>
      <dl>
        {technicalRows(car, session, station, evse).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function technicalRows(
  car: Car,
  session: Session | undefined,
  station: StationState | undefined,
  evse: EvseState | undefined,
): readonly (readonly [string, string])[] {
  const perPhase = evse?.currentA === undefined || evse.currentA === 'unknown' ? undefined : evse.currentA;
  const amperes = (value: number) => `${Math.round(value * 10) / 10} A`;
  return [
    ['sessionId', car.sessionId],
    ['transactionId', String(session?.transactionId ?? '–')],
    ['idToken', session?.idToken ?? '–'],
    ['station', `${car.stationId}, EVSE ${car.evseId}`],
    ['OCPP', [station?.ocppVersion, station?.vendor, station?.model].filter((text) => text != null).join(' · ') || '–'],
    ['status', evse?.status ?? '–'],
    ['control', station?.control ?? '–'],
    ['limitedBy', JSON.stringify(evse?.limitedBy ?? null)],
    ['limit', evse === undefined ? '–' : amperes(evse.limitA)],
    ['reserved', evse === undefined ? '–' : amperes(evse.reservedA)],
    [
      'measured',
      perPhase === undefined
        ? '–'
        : `L1 ${amperes(perPhase.L1)}, L2 ${amperes(perPhase.L2)}, L3 ${amperes(perPhase.L3)}`,
    ],
    ['phasesInUse', session?.phasesInUse.join(', ') || '–'],
  ];
}
