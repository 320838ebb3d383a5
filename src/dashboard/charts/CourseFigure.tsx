import { useEffect, useRef, useState } from 'preact/hooks';
import type { Course } from '../model/course.js';
import { coloursVersion } from '../shell/display.js';
import type { ViewSpeech } from '../words/views/viewSpeech.js';

const HEIGHT = 220;
/** A shorter stretch of the ribbon has no room for its word. */
const LABEL_FROM_SHARE = 0.09;

/** What one car was told, took, and is to get; with the reasons as a ribbon below. */
export function CourseFigure({
  course,
  bay,
  speech,
}: {
  readonly course: Course;
  readonly bay: string;
  readonly speech: ViewSpeech;
}) {
  const { say, numbers, clock } = speech;
  const place = useRef<HTMLDivElement>(null);
  const [showsTable, setShowsTable] = useState(false);
  const colours = coloursVersion.value;
  useEffect(() => {
    if (showsTable) return;
    let isWanted = true;
    let destroy = () => {};
    // What can not be drawn, since the service is away, is still said.
    import('./drawCourse.js').then(
      ({ drawCourse }) => {
        if (isWanted && place.current !== null) {
          const words = { time: clock.time, hourOf: (atMs: number) => Number(clock.wall(atMs).slice(11, 13)) };
          destroy = drawCourse(course, words, { host: place.current, height: HEIGHT });
        }
      },
      () => isWanted && setShowsTable(true),
    );
    return () => {
      isWanted = false;
      destroy();
    };
  }, [course, clock, colours, showsTable]);
  const [from, to] = [course.edgesMs[0] ?? 0, course.edgesMs.at(-1) ?? 1];
  const share = (atMs: number) => `${(((atMs - from) / (to - from)) * 100).toFixed(2)}%`;
  const rows = course.reasons.map((reason) => ({
    ...reason,
    text: `${clock.when(reason.fromMs, course.nowMs)}–${clock.time(reason.toMs)}`,
    currentA: course.planA[course.edgesMs.indexOf(reason.fromMs)],
  }));
  return (
    <figure class="course-figure">
      <figcaption class="hidden">{say('car.chart', { b: bay })}</figcaption>
      {showsTable ? (
        <table>
          <thead>
            <tr>
              <th scope="col">{say('plan.time')}</th>
              <th scope="col" class="right">
                {say('car.planned')}
              </th>
              <th scope="col">{say('cars.why')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ fromMs, text, currentA, kind }) => (
              <tr key={fromMs}>
                <th scope="row">{text}</th>
                <td class="right number">
                  {currentA === undefined ? say('missing') : `${numbers.amperes(currentA)}\u00a0A`}
                </td>
                <td>{say(`car.reason.${kind}`)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        <>
          <div ref={place} style={{ height: `${HEIGHT}px` }} aria-hidden="true" />
          <div class="ribbon" aria-hidden="true">
            {rows.map(({ fromMs, toMs, kind }) => (
              <span
                key={fromMs}
                class={`because-${kind}`}
                style={{ left: share(fromMs), width: `calc(${share(from + toMs - fromMs)} - 1px)` }}
              >
                {(toMs - fromMs) / (to - from) > LABEL_FROM_SHARE && <span>{say(`car.reason.${kind}`)}</span>}
              </span>
            ))}
          </div>
        </>
      )}
      <div class="figure-foot">
        <div class="key">
          <span>
            <i class="swatch accent" />
            {say('car.planned')}
          </span>
          <span>
            <i class="line ink" />
            {say('car.measured')}
          </span>
        </div>
        <button type="button" class="link small" onClick={() => setShowsTable(!showsTable)}>
          {say(showsTable ? 'plan.showChart' : 'plan.showTable')}
        </button>
      </div>
    </figure>
  );
}
