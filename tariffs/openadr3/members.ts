import { type Fields, isFields, kindOf, memberOf, type Place, placeIn, refuse } from '../reading/place.js';

// OpenADR declares its optional members nullable: null says no more than absence does.

/** The member's place; undefined where it is absent or null. */
export function memberAt(place: Place, name: string): Place | undefined {
  const value = isFields(place.value) ? memberOf(place.value, name) : undefined;
  return value === undefined || value === null ? undefined : placeIn(place, name, value);
}

/** Undefined, and reported, where it is none. */
export function fieldsAt(place: Place, what: string): Fields | undefined {
  if (isFields(place.value)) return place.value;
  return refuse(place, { reason: `This should be ${what}, but is ${kindOf(place.value)}.`, fix: `Give ${what}.` });
}

/** The places of a list's entries. Undefined where the member is absent or null; reported where it is no list. */
export function entriesOf(place: Place, name: string): readonly Place[] | undefined {
  const member = memberAt(place, name);
  if (member === undefined) return undefined;
  if (Array.isArray(member.value)) return member.value.map((value: unknown, index) => placeIn(member, index, value));
  return refuse(member, { reason: `This should be a list, but is ${kindOf(member.value)}.`, fix: 'Give a list.' });
}

/** Undefined where the member is absent or null; reported where it is no text. */
export function textIn(place: Place, name: string): string | undefined {
  const member = memberAt(place, name);
  if (member === undefined) return undefined;
  if (typeof member.value === 'string') return member.value;
  return refuse(member, { reason: `This should be a text, but is ${kindOf(member.value)}.`, fix: 'Give a text.' });
}
