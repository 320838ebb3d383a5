import { type Fields, isFields, textIn } from '../peers/jsonFields.js';

// What a VEN knows of the events of its VTN.

/** An event, as it is kept over restarts. */
export interface KnownEvent {
  readonly id: string;
  readonly programId: string;
  /** modificationDateTime, or createdDateTime; empty where the VTN says neither. */
  readonly modified: string;
  /** With the payloadDescriptors of its program. What an unreadable change replaced stays, for it was in force. */
  readonly body: Fields;
  /** The body is one that can be read. */
  readonly isReadable: boolean;
  /** Of a change that can not be read. */
  readonly problem: string | null;
  /** What "now" means in it. */
  readonly firstSeenMs: number;
  /** Drawn once, for its randomizeStart. */
  readonly draw: number;
}

export interface ListedEvent {
  readonly id: string;
  readonly programId: string;
  readonly modified: string;
  readonly body: Fields;
}

/** More of one VTN are not kept: it is told in the notes. */
const EVENTS_MAX = 1_000;
const ID_MAX_CHARACTERS = 128;

/** Undefined where it has no id. */
export function listedEvent(entry: unknown): ListedEvent | undefined {
  if (!isFields(entry)) return undefined;
  const id = textIn(entry, 'id', ID_MAX_CHARACTERS);
  if (id === undefined) return undefined;
  return {
    id,
    programId: textIn(entry, 'programID', ID_MAX_CHARACTERS) ?? '',
    modified: textIn(entry, 'modificationDateTime', 64) ?? textIn(entry, 'createdDateTime', 64) ?? '',
    body: entry,
  };
}

export interface Difference {
  readonly isChanged: boolean;
  readonly events: readonly KnownEvent[];
  /** Known, and not in the listing: cancelled, where the VTN says so of each. */
  readonly absent: readonly KnownEvent[];
}

export interface Reading {
  readonly nowMs: number;
  readonly draw: () => number;
  /** The fault of an event that can not be read; undefined: it can. */
  readonly faultOf: (body: Fields) => string | undefined;
}

/** A complete listing against what is known. An event is another one when its modificationDateTime is, or its text where there is none. */
export function compared(
  known: readonly KnownEvent[],
  listed: readonly ListedEvent[],
  { nowMs, draw, faultOf }: Reading,
): Difference {
  const before = new Map(known.map((event) => [event.id, event]));
  const events = new Map<string, KnownEvent>();
  let isChanged = false;
  for (const one of listed) {
    if (events.has(one.id) || events.size >= EVENTS_MAX) continue;
    const old = before.get(one.id);
    if (old !== undefined && isSame(old, one)) {
      events.set(one.id, old);
      continue;
    }
    isChanged = true;
    const problem = faultOf(one.body) ?? null;
    const keepsOld = problem !== null && old?.isReadable === true;
    events.set(one.id, {
      ...one,
      body: keepsOld ? old.body : one.body,
      isReadable: problem === null || keepsOld,
      problem,
      firstSeenMs: old?.firstSeenMs ?? nowMs,
      draw: old?.draw ?? draw(),
    });
  }
  const absent = known.filter(({ id }) => !events.has(id));
  return { isChanged, events: [...events.values()], absent };
}

function isSame(old: KnownEvent, { modified, body }: ListedEvent): boolean {
  if (modified !== '' || old.modified !== '') return old.modified === modified;
  return JSON.stringify(old.body) === JSON.stringify(body);
}

/** In [-1, 1], the same for the same draw and place; whole draws are spread evenly. */
export function shareOf(draw: number, index: number): number {
  let mixed = (draw + Math.imul(index, 0x9e3779b1)) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 0x7fffffff - 1;
}

/** What its program says of payloads, said before what the event says, which counts more. */
export function withDescriptors(event: Fields, program: Fields | undefined): Fields {
  const ofProgram =
    program !== undefined && Array.isArray(program.payloadDescriptors) ? program.payloadDescriptors : [];
  if (ofProgram.length === 0) return event;
  const own = Array.isArray(event.payloadDescriptors) ? event.payloadDescriptors : [];
  return { ...event, payloadDescriptors: [...ofProgram, ...own] };
}
