import type { Condition, NoticeFacts } from '../../notices/notice.js';
import { type ControlObstacle, controlObstacle } from '../../site/controlObstacle.js';
import { mayDrawA } from '../../site/mayDraw.js';
import { PHASES } from '../../site/phases.js';
import { evsesOfStation } from '../../site/sites.js';
import { circuitViews } from '../circuitViews.js';
import { sessionViews, type ViewContext } from '../views.js';

/** By how much a fuse must be exceeded to be worth a word: meters are not finer. */
const OVER_BY_A = 0.5;

export interface SiteSeen {
  readonly context: ViewContext;
  /** Undefined while the journal can be written, and the site be planned. */
  readonly failures: { readonly journal: unknown; readonly planning: unknown };
}

/** What is the case at a site that somebody should know of, by what is known of it at this moment. */
export function siteConditions({ context, failures }: SiteSeen): readonly Condition[] {
  return [
    ...stationConditions(context),
    ...limitConditions(context),
    ...departureConditions(context),
    ...faults(failures),
  ];
}

/** In the order in which they are told, where the EVSEs of a station differ. The others are of a session, or of a station that was never there. */
const OBSTACLES = ['disobeys', 'refuses', 'offline', 'notAccepted'] as const;

function stationConditions({ state, nowMs }: ViewContext): readonly Condition[] {
  return state.site.stations.flatMap(({ id, name }): Condition[] => {
    const evses = [...evsesOfStation(state, id)];
    const found: ReadonlySet<ControlObstacle> = new Set(evses.map((at) => controlObstacle(at, nowMs)));
    const obstacle = OBSTACLES.find((one) => found.has(one));
    if (obstacle === undefined) return [];
    const reservedA = Math.max(0, ...evses.map((at) => mayDrawA(at, nowMs, nowMs)));
    const facts: NoticeFacts = {
      type: 'station.uncontrollable',
      stationId: id,
      stationName: name ?? null,
      obstacle,
      reservedA,
    };
    return [{ key: `station.uncontrollable/${id}`, facts }];
  });
}

/** Measured, not feared: what could be drawn is counted so as to stay within every limit, and worth a look at the dashboard. */
function limitConditions(context: ViewContext): readonly Condition[] {
  const { circuits } = context.state.index;
  return circuitViews(context)
    .filter(({ meter }) => meter === 'fresh')
    .flatMap(({ id, parentId, loadA, limitA }) =>
      PHASES.filter((phase) => loadA[phase] > limitA[phase] + OVER_BY_A).map((phase) => ({
        key: `limit.exceeded/${id}/${phase}`,
        facts: {
          type: 'limit.exceeded' as const,
          circuitId: id,
          circuitName: circuits.get(id)?.name ?? null,
          isMain: parentId === null,
          phase,
          loadA: loadA[phase],
          limitA: limitA[phase],
        },
      })),
    );
}

function departureConditions({ costOf: _notAsked, ...context }: ViewContext): readonly Condition[] {
  const { stations } = context.state.index;
  return sessionViews(context).flatMap((session): Condition[] => {
    const { sessionId, stationId, evseId, departureMs, energyWantedWh, plannedEnergyWh, onTime } = session;
    if (onTime !== false || departureMs === null || energyWantedWh === null || plannedEnergyWh === null) return [];
    const facts: NoticeFacts = {
      type: 'departure.at_risk',
      sessionId,
      stationId,
      stationName: stations.get(stationId)?.name ?? null,
      evseId,
      plannedEnergyWh,
      wantedEnergyWh: energyWantedWh,
      departureMs,
    };
    return [{ key: `departure.at_risk/${sessionId}`, facts }];
  });
}

function faults({ journal, planning }: SiteSeen['failures']): readonly Condition[] {
  const of = (part: 'journal' | 'planning', error: unknown): Condition[] =>
    error === undefined
      ? []
      : [{ key: `service.degraded/${part}`, facts: { type: 'service.degraded', part, detail: String(error) } }];
  return [...of('journal', journal), ...of('planning', planning)];
}
