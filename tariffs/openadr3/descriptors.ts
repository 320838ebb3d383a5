import type { Place } from '../reading/place.js';
import { entriesOf, fieldsAt, textIn } from './members.js';

/** What the numbers of a type of payload mean. */
export interface Descriptor {
  readonly place: Place;
  /** In capitals, as they are enumerated: KWH, KW. */
  readonly units?: string;
  readonly currency?: string;
}

/** The descriptors of an event or a program. Those of reports are passed over: they say nothing about events. */
export function readDescriptors(owner: Place): ReadonlyMap<string, Descriptor> {
  const descriptors = new Map<string, Descriptor>();
  for (const place of entriesOf(owner, 'payloadDescriptors') ?? []) {
    if (fieldsAt(place, 'a payload descriptor') === undefined) continue;
    // 3.0 may leave it out, 3.1 requires it.
    const objectType = textIn(place, 'objectType') ?? 'EVENT_PAYLOAD_DESCRIPTOR';
    const payloadType = textIn(place, 'payloadType');
    if (objectType !== 'EVENT_PAYLOAD_DESCRIPTOR' || payloadType === undefined) continue;
    const units = textIn(place, 'units')?.toUpperCase();
    const currency = textIn(place, 'currency');
    descriptors.set(payloadType, {
      place,
      ...(units === undefined ? {} : { units }),
      ...(currency === undefined ? {} : { currency }),
    });
  }
  return descriptors;
}
