import { capacityInForce, InvalidTariff, readCapacityEvents } from '../../../tariffs/index.js';
import type { CapacityLimit, SiteModel } from '../../site/model.js';
import { Problem } from '../../site/problem.js';

// An OpenADR 3 event of import capacity → limits on the grid connection.

export const INTERVALS_MAX = 500;
const REASON_MAX_CHARACTERS = 200;
/** A document is looked into no deeper than OpenADR's are nested. */
const DEPTH_MAX = 8;

export interface CapacityEvent {
  /** None where the event is cancelled. */
  readonly limits: readonly CapacityLimit[];
  /** What a person should know about the document. */
  readonly notes: readonly string[];
}

export interface CapacityEventContext {
  readonly eventId: string;
  readonly site: SiteModel;
  readonly nowMs: number;
}

/** document: an event, or a list of them, as parsed JSON. Throws Problem INVALID_GRID_EVENT with `issues`, and TOO_MANY_LIMITS. */
export function readCapacityEvent(document: unknown, { eventId, site, nowMs }: CapacityEventContext): CapacityEvent {
  refuseExport(document);
  const { limits: capacities, warnings } = reading(() =>
    readCapacityEvents(document, { timeZone: site.timeZone, nowMs }),
  );
  refuseTooMany(capacities.length);
  const inForce = capacityInForce(capacities);
  refuseTooMany(inForce.length);
  if (inForce.length === 0 && warnings.length > 0) {
    throw new Problem('INVALID_GRID_EVENT', `The event holds no import capacity limit. ${warnings[0]}`, { field: '' });
  }
  const circuitId = site.circuits.find(({ parentId }) => parentId === null)?.id ?? '';
  const limits = inForce.map(
    ({ startMs, endMs, powerW, eventName }, n): CapacityLimit => ({
      limitId: `${eventId}.${n}`,
      circuitId,
      powerLimitW: powerW,
      fromMs: startMs,
      toMs: endMs,
      source: 'grid-operator',
      ...(eventName === undefined || eventName === '' ? {} : { reason: cut(eventName) }),
      eventId,
    }),
  );
  return { limits, notes: warnings };
}

function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidTariff)) throw error;
    const { issues, more } = error;
    throw new Problem('INVALID_GRID_EVENT', error.message, {
      field: issues[0]?.path ?? '',
      details: { issues, more },
      cause: error,
    });
  }
}

function refuseTooMany(found: number): void {
  if (found <= INTERVALS_MAX) return;
  throw new Problem('TOO_MANY_LIMITS', `The event has ${found} intervals; ${INTERVALS_MAX} are taken.`, {
    field: '/intervals',
    details: { limit: 'intervals', found, max: INTERVALS_MAX },
  });
}

/** A part of an event that can't be kept to must not be lost beside the parts that can. */
function refuseExport(document: unknown): void {
  const path = exportPayload(document, '', 0);
  if (path === undefined) return;
  throw new Problem(
    'INVALID_GRID_EVENT',
    'The event limits what is fed into the grid, which nothing here can keep: cars only take.',
    { field: path },
  );
}

function exportPayload(value: unknown, path: string, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return undefined;
  const members = value as Readonly<Record<string, unknown>>;
  if (typeof members.type === 'string' && members.type.startsWith('EXPORT_CAPACITY_')) return path;
  for (const [name, member] of Object.entries(members)) {
    const found = exportPayload(member, `${path}/${name.slice(0, 100)}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function cut(text: string): string {
  return [...text].slice(0, REASON_MAX_CHARACTERS).join('');
}
