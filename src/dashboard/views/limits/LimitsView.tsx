import { useState } from 'preact/hooks';
import { type LimitDocument, type LimitWarning, type LimitWindow, limitsApi } from '../../api/limits.js';
import { capText, type DayWindow, lowestOn, timesText, windowsOn } from '../../model/limitDays.js';
import {
  blanksBefore,
  type DaySpan,
  dayAt,
  dayName,
  daysOf,
  isMonth,
  monthAt,
  weekdayNames,
} from '../../model/months.js';
import { me } from '../../session.js';
import { useSite } from '../../shell/context.js';
import { goTo, query, route, setQuery } from '../../shell/location.js';
import { addresses } from '../../shell/route.js';
import { type ViewSpeech, viewSpeech } from '../../words/views/words.js';
import { type Clash, ClashPart, clashWith } from '../parts/Clash.js';
import { MonthStep } from '../parts/MonthStep.js';
import { OutcomeLine, useOutcome } from '../parts/Outcome.js';
import { FailedPart, LoadingPart, WarnLine } from '../parts/States.js';
import { useDocument } from '../parts/useDocument.js';
import { DayLanes } from './DayLanes.js';
import { LimitForm } from './LimitForm.js';

type Editing = { readonly kind: 'new' } | { readonly kind: 'edit'; readonly limit: LimitDocument };

/** What grid operators ask for comes in by the API; here they see it. */
const READ_ONLY = ['provider', 'viewer'] as const;

/** Which cap, when, whose? */
export function LimitsView() {
  const { screen, site } = useSite();
  const { siteId } = screen.feed;
  const speech = viewSpeech(screen.speech.value);
  const { say, timeZone } = speech;
  const at = route.value;
  const nowMs = screen.tickMs.value;
  const wanted = 'rest' in at ? at.rest[0] : undefined;
  const month = isMonth(wanted) ? wanted : monthAt(nowMs, timeZone);
  const days = daysOf(month, timeZone);
  const span = { fromMs: days[0]?.fromMs ?? nowMs, toMs: days.at(-1)?.toMs ?? nowMs };
  const calendar = useDocument(`${siteId} ${month}`, async () => {
    const [{ windows }, limits] = await Promise.all([limitsApi.windows(siteId, span), limitsApi.list(siteId)]);
    return { windows, limits };
  });
  const [editing, setEditing] = useState<Editing | undefined>(undefined);
  const [warnings, setWarnings] = useState<readonly LimitWarning[]>([]);
  const [clash, setClash] = useState<(Clash & { readonly limit: LimitDocument }) | undefined>(undefined);
  const { outcome, run, undo } = useOutcome();
  const there = calendar.asked.kind === 'there' ? calendar.asked.value : undefined;
  const windows = there?.windows ?? [];
  const today = dayAt(nowMs, timeZone);
  const asked = query.value.get('day');
  const busy = days.find((day) => windowsOn(day, windows).length > 0);
  const day = days.find((one) => one.day === asked) ?? days.find((one) => one.day === today) ?? busy ?? days[0];

  const put = async (limitId: string, limit: LimitDocument) => {
    setWarnings((await limitsApi.put(siteId, limitId, limit)).warnings);
    calendar.again();
  };
  const remove = async (limitId: string) => {
    await limitsApi.remove(siteId, limitId);
    setWarnings([]);
    calendar.again();
  };
  const current = async (limitId: string) => (await limitsApi.list(siteId)).find((one) => one.limitId === limitId);
  const save = async (limit: LimitDocument, overwrites = false) => {
    const before = editing?.kind === 'edit' ? editing.limit : undefined;
    const limitId = before?.limitId ?? `limit-${Date.now().toString(36)}`;
    const found =
      before === undefined || overwrites
        ? undefined
        : await clashWith(
            before,
            { ...limit, limitId },
            {
              read: () => current(limitId),
              siteId,
              target: `/v1/sites/${encodeURIComponent(siteId)}/limits/${encodeURIComponent(limitId)}`,
            },
          );
    setClash(found === undefined ? undefined : { ...found, limit });
    if (found !== undefined) return;
    const back = () => (before === undefined ? remove(limitId) : put(limitId, before));
    if (await run(() => put(limitId, limit), back)) setEditing(undefined);
  };
  const drop = async (limit: LimitDocument) => {
    const limitId = limit.limitId ?? '';
    if (
      await run(
        () => remove(limitId),
        () => put(limitId, limit),
      )
    )
      setEditing(undefined);
  };
  const edit = (window: LimitWindow) => {
    const limit = there?.limits.find(({ limitId }) => limitId === window.limitId);
    if (limit !== undefined) setEditing({ kind: 'edit', limit });
  };
  const takeTheirs = () => {
    setClash(undefined);
    setEditing(undefined);
    calendar.again();
  };
  const mayEdit = !READ_ONLY.some((role) => role === me()?.role);
  const canEdit = mayEdit && screen.feed.contact.value.kind !== 'lost';

  return (
    <>
      <section class="hero view-head">
        <div>
          <h1 tabIndex={-1}>{headlineOf(windows, nowMs, screen.names.value?.circuit ?? String, speech)}</h1>
          <p>{say('limits.sub')}</p>
        </div>
        <div class="actions">
          <MonthStep
            month={month}
            onChoose={(next) => goTo(`${addresses.limits(siteId)}/${next}`, 'replace')}
            speech={speech}
          />
          {mayEdit && (
            <button type="button" class="primary" disabled={!canEdit} onClick={() => setEditing({ kind: 'new' })}>
              {say('limits.add')}
            </button>
          )}
        </div>
      </section>
      <OutcomeLine outcome={outcome} onUndo={undo} speech={speech} />
      {warnings.map((warning) => (
        <WarnLine key={`${warning.circuitId} ${'phase' in warning ? warning.phase : 'power'}`}>
          {warningText(warning, screen.names.value?.circuit(warning.circuitId) ?? warning.circuitId, speech)}
        </WarnLine>
      ))}
      {clash !== undefined && (
        <ClashPart clash={clash} onKeep={() => void save(clash.limit, true)} onTake={takeTheirs} speech={speech} />
      )}
      {editing !== undefined && day !== undefined && (
        <LimitForm
          key={editing.kind === 'edit' ? editing.limit.limitId : 'new'}
          limit={editing.kind === 'edit' ? editing.limit : undefined}
          day={day}
          site={site}
          isSaving={outcome.kind === 'saving'}
          onSave={(limit) => void save(limit)}
          onDelete={drop}
          onCancel={() => {
            setClash(undefined);
            setEditing(undefined);
          }}
        />
      )}
      {calendar.asked.kind === 'loading' && (
        <section class="card">
          <LoadingPart speech={speech} rows={8} />
        </section>
      )}
      {calendar.asked.kind === 'failed' && (
        <section class="card">
          <FailedPart failure={calendar.asked.failure} speech={speech} again={calendar.again} />
        </section>
      )}
      {there !== undefined && day !== undefined && (
        <div class="grid limits-grid">
          <section class="card" aria-label={say('limits.month')}>
            <MonthGrid {...{ month, days, windows, today, picked: day.day, speech }} />
            <Agenda {...{ days, windows, picked: day.day, speech }} />
          </section>
          <section class="card" aria-labelledby="day-title">
            <h2 id="day-title">{dayName(day.day, speech.language)}</h2>
            <DayLanes day={day} windows={windowsOn(day, windows)} onEdit={canEdit ? edit : undefined} />
          </section>
        </div>
      )}
    </>
  );
}

function headlineOf(
  windows: readonly LimitWindow[],
  nowMs: number,
  nameOf: (circuitId: string) => string,
  speech: ViewSpeech,
): string {
  const { say, clock } = speech;
  const begun = windows.filter(
    ({ from, until }) => Date.parse(from) <= nowMs && (until === null || Date.parse(until) > nowMs),
  );
  const [now] = begun;
  if (now !== undefined) return say('limits.now', { x: capText(now, speech), c: nameOf(now.circuitId) });
  const next = windows.find(({ from }) => Date.parse(from) > nowMs);
  if (next === undefined) return say('limits.none');
  return say('limits.next', { x: capText(next, speech), t: clock.when(Date.parse(next.from), nowMs) });
}

function warningText(warning: LimitWarning, circuit: string, { say, numbers }: ViewSpeech): string {
  return 'phase' in warning
    ? say('limits.warning', {
        c: circuit,
        p: warning.phase,
        a: numbers.short(warning.failsafeSumA),
        b: numbers.short(warning.limitA),
      })
    : say('limits.warningKw', {
        c: circuit,
        a: numbers.short(warning.failsafeSumW / 1_000),
        b: numbers.short(warning.limitW / 1_000),
      });
}

interface DaysProps {
  readonly days: readonly DaySpan[];
  readonly windows: readonly LimitWindow[];
  readonly picked: string;
  readonly speech: ViewSpeech;
}

function MonthGrid({ month, days, windows, today, picked, speech }: DaysProps & { month: string; today: string }) {
  const { language } = speech;
  return (
    <div class="month-grid">
      {weekdayNames(language).map((name) => (
        <span key={name} class="weekday" aria-hidden="true">
          {name}
        </span>
      ))}
      {Array.from({ length: blanksBefore(month) }, (_, place) => (
        <span key={`before ${place}`} />
      ))}
      {days.map((day) => {
        const on = windowsOn(day, windows);
        const lowest = lowestOn(on);
        return (
          <button
            key={day.day}
            type="button"
            class={`day ${lowest === undefined ? '' : 'has'} ${day.day === today ? 'today' : ''}`}
            aria-pressed={day.day === picked}
            onClick={() => setQuery({ day: day.day })}
          >
            <span class="hidden">
              {[dayName(day.day, language), ...on.map((one) => windowLabel(one, speech))].join(', ')}
            </span>
            <span class="date" aria-hidden="true">
              {Number(day.day.slice(8))}
            </span>
            {lowest !== undefined && <b aria-hidden="true">{capText(lowest.window, speech)}</b>}
            {lowest !== undefined && (
              <span class="small" aria-hidden="true">
                {on.length > 1 ? `+${on.length - 1}` : timesText(lowest, speech)}
              </span>
            )}
          </button>
        );
      })}
    </div>
  );
}

function windowLabel(one: DayWindow, speech: ViewSpeech): string {
  return `${capText(one.window, speech)} ${timesText(one, speech)}`;
}

/** On a phone: only the days that have something, and the picked one below. */
function Agenda({ days, windows, picked, speech }: DaysProps) {
  const busy = days.map((day) => ({ day, on: windowsOn(day, windows) })).filter(({ on }) => on.length > 0);
  return (
    <ul class="agenda">
      {busy.length === 0 && <li class="sub">{speech.say('limits.noneMonth')}</li>}
      {busy.map(({ day, on }) => (
        <li key={day.day}>
          <button type="button" aria-pressed={day.day === picked} onClick={() => setQuery({ day: day.day })}>
            <b>{dayName(day.day, speech.language)}</b>
            <span class="sub">{on.map((one) => windowLabel(one, speech)).join(' · ')}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
