import type { LimitWindow } from '../../api/limits.js';
import { capText, type DayWindow, timesText } from '../../model/limitDays.js';
import type { DaySpan } from '../../model/months.js';
import { useSite } from '../../shell/context.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';

const HOURS_MARKED = [0, 6, 12, 18];
const HOUR_MS = 3_600_000;

/** A lane for each circuit, and in it a bar for each limit of the day. */
export function DayLanes({
  day,
  windows,
  onEdit,
}: {
  readonly day: DaySpan;
  readonly windows: readonly DayWindow[];
  /** Undefined: nothing can be changed now. */
  readonly onEdit: ((window: LimitWindow) => void) | undefined;
}) {
  const { screen, site } = useSite();
  const speech = viewSpeech(screen.speech.value);
  const { say, numbers, clock } = speech;
  const marks = marksOf(day, clock);
  return (
    <div class="lanes">
      <div class="lane-hours" aria-hidden="true">
        {marks.map(({ share, label }) => (
          <span key={share} style={{ left: `${share * 100}%` }}>
            {label}
          </span>
        ))}
      </div>
      {site.circuits.map((circuit) => {
        const own = windows.filter(({ window }) => window.circuitId === circuit.id);
        return (
          <div key={circuit.id} class="lane">
            <div class="lane-name">
              <b>{screen.names.value?.circuit(circuit.id) ?? circuit.id}</b>
              <span class="sub small"> {`${numbers.amperes(Math.min(...Object.values(circuit.limitA)))}\u00a0A`}</span>
            </div>
            <div class="lane-rows">
              {marks.map(({ share }) => (
                <i key={share} style={{ left: `${share * 100}%` }} />
              ))}
              {own.length === 0 && <span class="hidden">{say('limits.noneHere')}</span>}
              {own.map((one) => (
                <Bar key={`${one.window.limitId} ${one.fromMs}`} one={one} onEdit={onEdit} speech={speech} />
              ))}
            </div>
          </div>
        );
      })}
      {windows.length === 0 && <p class="sub">{say('limits.noneDay')}</p>}
    </div>
  );
}

function Bar({
  one,
  onEdit,
  speech,
}: {
  readonly one: DayWindow;
  readonly onEdit: ((window: LimitWindow) => void) | undefined;
  readonly speech: ViewSpeech;
}) {
  const { say } = speech;
  const { window, fromShare, toShare } = one;
  const whose = window.reason ?? say(window.source === 'owner' ? 'limits.owner' : 'limits.gridOperator');
  const isForeign = window.eventId !== undefined;
  return (
    <div class="bar-row">
      <button
        type="button"
        class={`limit-bar ${window.source}`}
        style={{ marginLeft: `${fromShare * 100}%`, width: `${(toShare - fromShare) * 100}%` }}
        disabled={onEdit === undefined || isForeign}
        onClick={() => onEdit?.(window)}
      >
        <span class="hidden">{`${capText(window, speech)} ${timesText(one, speech)}, ${whose}. ${say('limits.edit')}`}</span>
      </button>
      <span
        class={isBefore(fromShare, toShare) ? 'bar-text before' : 'bar-text'}
        aria-hidden="true"
        style={textPlace(fromShare, toShare)}
      >
        <b>{capText(window, speech)}</b> {timesText(one, speech)} <span class="sub">{whose}</span>
      </span>
    </div>
  );
}

/** In the bar where it is wide; else on the side of it that is wider. It never goes on beyond the day. */
function textPlace(fromShare: number, toShare: number) {
  const percent = (share: number) => `${share * 100}%`;
  if (toShare - fromShare > 0.5) return { left: percent(fromShare), maxWidth: percent(1 - fromShare) };
  return isBefore(fromShare, toShare)
    ? { right: percent(1 - fromShare), maxWidth: percent(fromShare) }
    : { left: percent(toShare), maxWidth: percent(1 - toShare) };
}

function isBefore(fromShare: number, toShare: number): boolean {
  return fromShare > 1 - toShare;
}

function marksOf({ fromMs, toMs }: DaySpan, clock: ViewSpeech['clock']) {
  const marks: { share: number; label: string }[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += HOUR_MS) {
    const hour = Number(clock.wall(atMs).slice(11, 13));
    if (HOURS_MARKED.includes(hour)) {
      marks.push({ share: (atMs - fromMs) / (toMs - fromMs), label: String(hour).padStart(2, '0') });
    }
  }
  return marks;
}
