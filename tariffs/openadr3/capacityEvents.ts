import type { ParseOptions } from '../parseOptions.js';
import { shiftDecimal } from '../published/decimals.js';
import { outside } from '../published/pricedIntervals.js';
import { checkPublishedOptions } from '../published/publishedTariff.js';
import { type Findings, noFindings, throwIssues } from '../reading/findings.js';
import { type Place, refuse } from '../reading/place.js';
import { type OpenAdrEvent, readEvents } from './events.js';
import { oncePerPlace, type Payload, readPayloads } from './payloads.js';
import { levelsOf } from './priorities.js';
import { INTERVALS_MAX, layOutAll } from './timeline.js';

/** How much power a site may take from the grid for a while, as its operator says (OpenADR 3). */
export interface CapacityLimit {
  readonly startMs: number;
  readonly endMs: number | 'open';
  readonly powerW: number;
  readonly eventName?: string;
  readonly kind: CapacityKind;
}

/**
 * LIMIT: the most that the site may take. SUBSCRIPTION: what it has contracted, in force where there is no LIMIT and after an outage.
 * RESERVATION: what it was granted on top of its subscription.
 */
export type CapacityKind = 'IMPORT_CAPACITY_LIMIT' | 'IMPORT_CAPACITY_SUBSCRIPTION' | 'IMPORT_CAPACITY_RESERVATION';

export interface CapacityEvents {
  /** Ascending by start. Those of one kind and priority may overlap: the least holds. */
  readonly limits: readonly CapacityLimit[];
  readonly warnings: readonly string[];
}

const KINDS: readonly CapacityKind[] = [
  'IMPORT_CAPACITY_LIMIT',
  'IMPORT_CAPACITY_SUBSCRIPTION',
  'IMPORT_CAPACITY_RESERVATION',
];
/** A million kilowatts: above any grid connection. */
const POWER_MAX_KW = 1_000_000;

/**
 * The capacity limits in OpenADR 3 events (3.0.0, 3.0.1, 3.1): an event, a list of events, `{ program, events }` or a notification, as
 * JSON text or parsed. Where events overlap, a lower `priority` cuts the others of the same kind. An event that is cancelled, deleted or
 * without capacity payloads gives no limit. An event that begins "now" needs options.nowMs; days are those of options.timeZone, else UTC.
 * Throws InvalidTariff.
 */
export function readCapacityEvents(input: unknown, options: ParseOptions = {}): CapacityEvents {
  const findings = noFindings();
  checkPublishedOptions(options, findings);
  throwIssues(findings);
  const claims = claimsIn(input, options, findings);
  throwIssues(findings);
  const limits = byPriority(claims);
  if (limits.length > INTERVALS_MAX) {
    refuse(
      { value: limits.length, findings },
      {
        code: 'TARIFF_NOT_EXPRESSIBLE',
        reason: `The priorities of the events cut them into more than ${INTERVALS_MAX} limits.`,
        fix: 'Give fewer events.',
      },
    );
  }
  throwIssues(findings);
  return { limits, warnings: [...findings.warnings] };
}

interface Claim extends CapacityLimit {
  readonly priority: number;
}

function claimsIn(input: unknown, { nowMs, timeZone = 'UTC' }: ParseOptions, findings: Findings): Claim[] {
  const timelineOptions = { timeZone, ...(nowMs === undefined ? {} : { nowMs }) };
  const { laidOut } = layOutAll(readEvents(input, findings), timelineOptions);
  return laidOut.flatMap(([event, { intervals, randomized }]) => {
    if (randomized !== undefined) {
      findings.warnings.add('randomizeStart is not used: the limits hold at the times that are stated.');
    }
    const capacitiesIn = oncePerPlace((interval) =>
      readPayloads(interval, KINDS, (type, place) => otherPayload(type, place, findings)).flatMap(
        (payload) => capacityOf(event, payload) ?? [],
      ),
    );
    return intervals.flatMap(({ place, startMs, endMs }) =>
      capacitiesIn(place).map((capacity) => ({ startMs, endMs, ...capacity, priority: event.priority })),
    );
  });
}

function capacityOf(
  event: OpenAdrEvent,
  { type, place, values }: Payload<CapacityKind>,
): Omit<CapacityLimit, 'startMs' | 'endMs'> | undefined {
  const [powerKw = Number.NaN] = values;
  if (values.length !== 1) {
    return refuse(place, { reason: `${type} has ${values.length} values.`, fix: 'Give one for each interval.' });
  }
  if (!(powerKw >= 0 && powerKw <= POWER_MAX_KW)) {
    return refuse(place, { reason: `${powerKw} kW is no capacity.`, fix: `Give 0 to ${POWER_MAX_KW} kW.` });
  }
  const units = event.descriptors.get(type)?.units;
  if (units !== 'KW') {
    const said = units === undefined ? 'are not stated' : `are ${units.slice(0, 80)}`;
    return refuse(event.descriptors.get(type)?.place ?? event.place, {
      reason: `The units of ${type} ${said}.`,
      fix: `Give the event or its program a payloadDescriptor of ${type} with "units": "KW".`,
    });
  }
  const { name } = event;
  return { powerW: shiftDecimal(powerKw, 3), ...(name === undefined ? {} : { eventName: name }), kind: type };
}

function otherPayload(type: string, place: Place, findings: Findings): void {
  // A limit that is spelled wrongly must not be lost.
  if (/^CAPACITY_/.test(type)) {
    refuse(place, {
      reason: `${type.slice(0, 80)} is no type of payload in OpenADR 3.`,
      fix: `Write IMPORT_${type.slice(0, 80)}.`,
    });
  } else findings.warnings.add(`Payloads of type ${type.slice(0, 80)} are no limits of import, and are not used here.`);
}

/** Of each kind: what is left of an event's limits outside of those that go before it. */
function byPriority(claims: readonly Claim[]): CapacityLimit[] {
  const limits: CapacityLimit[] = [];
  for (const kind of KINDS) {
    let taken: Stretch[] = [];
    for (const level of levelsOf(claims.filter((claim) => claim.kind === kind))) {
      const ascending = level.map(finite).sort((a, b) => a.startMs - b.startMs);
      for (const left of outside(ascending, taken, INTERVALS_MAX)) limits.push(withoutPriority(left));
      taken = covered([...taken, ...ascending]);
    }
  }
  return limits.sort((a, b) => a.startMs - b.startMs);
}

interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

function finite(claim: Claim): Omit<Claim, 'endMs'> & Stretch {
  return { ...claim, endMs: claim.endMs === 'open' ? Number.POSITIVE_INFINITY : claim.endMs };
}

function withoutPriority({ priority: _, ...limit }: Omit<Claim, 'endMs'> & Stretch): CapacityLimit {
  return { ...limit, endMs: limit.endMs === Number.POSITIVE_INFINITY ? 'open' : limit.endMs };
}

/** The union, ascending and not overlapping. */
function covered(stretches: readonly Stretch[]): Stretch[] {
  const union: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of stretches.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = union.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else union.push({ startMs, endMs });
  }
  return union;
}
