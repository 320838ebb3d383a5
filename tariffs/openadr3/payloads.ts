import { kindOf, type Place, refuse } from '../reading/place.js';
import { entriesOf, fieldsAt, textIn } from './members.js';

/** A payload of one of the types asked for. */
export interface Payload<T extends string> {
  readonly type: T;
  readonly place: Place;
  /** Finite. */
  readonly values: readonly number[];
}

/** The payloads of an interval that are of the types asked for; `other` hears of each that is not. Each type at most once. */
export function readPayloads<T extends string>(
  interval: Place,
  types: readonly T[],
  other: (type: string, place: Place) => void,
): Payload<T>[] {
  const payloads: Payload<T>[] = [];
  for (const place of entriesOf(interval, 'payloads') ?? []) {
    if (fieldsAt(place, 'a payload') === undefined) continue;
    const type = textIn(place, 'type');
    const known = types.find((candidate) => candidate === type);
    if (known === undefined) {
      other(type ?? '', place);
      continue;
    }
    if (payloads.some((payload) => payload.type === known)) {
      refuse(place, { reason: `The interval has ${known} twice.`, fix: 'Give it once.' });
      continue;
    }
    const values = readNumbers(place);
    if (values !== undefined) payloads.push({ type: known, place, values });
  }
  return payloads;
}

function readNumbers(payload: Place): readonly number[] | undefined {
  const entries = entriesOf(payload, 'values');
  if (entries === undefined || entries.length === 0) {
    return refuse(payload, { reason: 'The payload has no value.', fix: 'Give "values": [ a number ].' });
  }
  const values: number[] = [];
  for (const entry of entries) {
    if (typeof entry.value === 'number' && Number.isFinite(entry.value)) values.push(entry.value + 0);
    else
      refuse(entry, {
        reason: `This should be a number, but is ${kindOf(entry.value)}.`,
        fix: 'Give a number that is finite.',
      });
  }
  return values.length === entries.length ? values : undefined;
}

/** What is read of an interval, once: an event that repeats itself has each of its intervals many times. */
export function oncePerPlace<T>(read: (place: Place) => T): (place: Place) => T {
  const known = new Map<Place, T>();
  return (place) => {
    const before = known.get(place);
    if (before !== undefined) return before;
    const now = read(place);
    known.set(place, now);
    return now;
  };
}
