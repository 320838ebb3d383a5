import type { Findings } from '../reading/findings.js';
import { jsonDocument } from '../reading/jsonText.js';
import { isFields, memberOf, type Place, placeIn, refuse } from '../reading/place.js';
import { type Descriptor, readDescriptors } from './descriptors.js';
import { entriesOf, fieldsAt, memberAt, textIn } from './members.js';

/** An event of OpenADR 3, not yet laid out in time. */
export interface OpenAdrEvent {
  readonly place: Place;
  readonly name?: string;
  /** The lower one wins; one that states none comes after all that do. */
  readonly priority: number;
  /** By the type of payload. What the event says goes before what its program does. */
  readonly descriptors: ReadonlyMap<string, Descriptor>;
}

const EVENTS_MAX = 2000;
const LAST_PRIORITY = Number.POSITIVE_INFINITY;

/**
 * The events of a document: an event, a list of them, `{ program, events }`, or the notification of one (webhook or MQTT), where a
 * deleted event is none any more. What is wrong is reported.
 */
export function readEvents(input: unknown, findings: Findings): readonly OpenAdrEvent[] {
  const document = jsonDocument(input, findings);
  if (document === undefined) return [];
  const { program, events } = eventsIn(document);
  const first = events[0];
  if (events.length > EVENTS_MAX && first !== undefined) {
    refuse(
      { findings, value: events.length },
      { reason: `There are more than ${EVENTS_MAX} events.`, fix: 'Upload fewer at a time.' },
    );
    return [];
  }
  const defaults = program === undefined ? new Map<string, Descriptor>() : readDescriptors(program);
  const programId = program === undefined ? undefined : textIn(program, 'id');
  return events.flatMap((place) => readEvent(place, defaults, programId) ?? []);
}

function eventsIn(document: Place): { readonly program?: Place; readonly events: readonly Place[] } {
  const { value } = document;
  if (Array.isArray(value)) {
    return { events: value.flatMap((entry: unknown, index) => notified(placeIn(document, index, entry)) ?? []) };
  }
  if (!isFields(value)) {
    refuse(document, { reason: 'This is no OpenADR 3 document.', fix: WHAT_TO_GIVE });
    return { events: [] };
  }
  if (memberOf(value, 'events') === undefined) {
    const event = notified(document);
    return { events: event === undefined ? [] : [event] };
  }
  const program = memberAt(document, 'program');
  if (program !== undefined) fieldsAt(program, 'a program');
  const events = entriesOf(document, 'events') ?? [];
  return { ...(program === undefined ? {} : { program }), events };
}

const WHAT_TO_GIVE = 'Give an event, a list of events, or { "program": …, "events": [ … ] }.';

/** The event that a notification is about; undefined if it was deleted. Anything else is the event itself. */
function notified(place: Place): Place | undefined {
  const object = memberAt(place, 'object');
  if (object === undefined || memberAt(place, 'operation') === undefined) return place;
  return textIn(place, 'operation') === 'DELETE' ? undefined : object;
}

function readEvent(
  place: Place,
  defaults: ReadonlyMap<string, Descriptor>,
  programId: string | undefined,
): OpenAdrEvent | undefined {
  const fields = fieldsAt(place, 'an event');
  if (fields === undefined) return undefined;
  const objectType = textIn(place, 'objectType');
  const isEvent = ['intervals', 'intervalPeriod', 'programID'].some((name) => memberOf(fields, name) !== undefined);
  if ((objectType !== undefined && objectType !== 'EVENT') || !isEvent) {
    return refuse(place, { reason: 'This is no event of OpenADR 3.', fix: WHAT_TO_GIVE });
  }
  const ofProgram = memberAt(place, 'programID');
  if (programId !== undefined && ofProgram !== undefined && ofProgram.value !== programId) {
    return refuse(ofProgram, {
      reason: 'The event is of another program.',
      fix: `Give events of the program ${programId} only.`,
    });
  }
  const name = textIn(place, 'eventName');
  return {
    place,
    ...(name === undefined ? {} : { name }),
    priority: readPriority(place),
    descriptors: new Map([...defaults, ...readDescriptors(place)]),
  };
}

function readPriority(event: Place): number {
  const member = memberAt(event, 'priority');
  if (member === undefined) return LAST_PRIORITY;
  const { value } = member;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  refuse(member, { reason: 'This is no priority.', fix: 'Give a whole number, 0 being the highest, or leave it out.' });
  return LAST_PRIORITY;
}
