import { columns } from './columns.js';
import { instant, type Members, members, number } from './lenient.js';
import { amperes, kilowattHours, LocalTime } from './localTime.js';
import { letterOf } from './planPlot.js';
import type { PlanSession, PlanState } from './planState.js';
import type { Screen } from './screen.js';
import { heldBackBy } from './why.js';

const SPANS_SHOWN_MAX = 3;

/** Each car of the plan: what it gets when, whether it will be ready, and why it gets no more now. */
export function planTable(screen: Screen, plan: PlanState, sessions: readonly Members[]): readonly string[] {
  const time = new LocalTime(plan.timeZone);
  const startMs = plan.boundariesMs[0] ?? 0;
  const rows = plan.sessions.map((session, index) => {
    const known = sessions.find(({ sessionId }) => sessionId === session.sessionId) ?? {};
    const departureMs = instant(members(known.needsUsed).departure) ?? instant(known.departure);
    const limitedBy = session.limitedBy[0];
    return [
      letterOf(index),
      session.outlet,
      amperes(session.currentA[0] ?? 0),
      energyOf(known),
      departureMs === undefined ? '' : time.near(departureMs, startMs),
      readiness(known),
      spansOf(plan, session, time).join(', '),
      limitedBy === undefined ? '' : heldBackBy(limitedBy),
    ];
  });
  return columns(screen, {
    titles: [
      { title: '' },
      { title: 'outlet' },
      { title: 'now', align: 'right' },
      { title: 'energy', align: 'right' },
      { title: 'leaves' },
      { title: 'ready' },
      { title: 'charges' },
      { title: 'why no more now' },
    ],
    rows,
    empty: 'No car is plugged in: nothing is planned.',
  });
}

function energyOf(session: Members): string {
  const delivered = kilowattHours(number(session.energyWh));
  return typeof session.energyWantedWh === 'number'
    ? `${delivered.replace(' kWh', '')} of ${kilowattHours(session.energyWantedWh)}`
    : delivered;
}

function readiness({ onTime, shortfallWh }: Members): string {
  if (onTime === true) return 'yes';
  if (onTime !== false) return '';
  return typeof shortfallWh === 'number' ? `lacks ${kilowattHours(shortfallWh)}` : 'no';
}

/** When it gets anything, joined where it goes on. */
function spansOf({ boundariesMs }: PlanState, { currentA }: PlanSession, time: LocalTime): readonly string[] {
  const spans: { fromMs: number; toMs: number }[] = [];
  currentA.forEach((atA, t) => {
    const [fromMs, toMs] = [boundariesMs[t], boundariesMs[t + 1]];
    if (!(atA > 0) || fromMs === undefined || toMs === undefined) return;
    const last = spans.at(-1);
    if (last?.toMs === fromMs) last.toMs = toMs;
    else spans.push({ fromMs, toMs });
  });
  const shown = spans.slice(0, SPANS_SHOWN_MAX).map(({ fromMs, toMs }) => `${time.clock(fromMs)}-${time.clock(toMs)}`);
  return spans.length > shown.length ? [...shown, '…'] : shown;
}
