import { InvalidTariff } from '../../../../tariffs/index.js';

export const HOUR_MS = 3_600_000;
export const at = (text: string) => Date.parse(text);

export interface EventParts {
  readonly eventName?: string;
  readonly priority?: number | null;
  readonly duration?: string;
  readonly intervalPeriod?: object | null;
  readonly payloadDescriptors?: readonly object[] | null;
  readonly intervals?: readonly object[] | null;
}

/** An event of 3.1 with descriptors of prices and limits. */
export function event(parts: EventParts): object {
  return {
    objectType: 'EVENT',
    programID: 'p1',
    payloadDescriptors: [
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'PRICE', units: 'KWH', currency: 'SEK' },
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'EXPORT_PRICE', units: 'KWH', currency: 'SEK' },
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' },
      { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_SUBSCRIPTION', units: 'KW' },
    ],
    ...parts,
  };
}

/** One payload with one value, or with several. */
export function interval(type: string, values: unknown, intervalPeriod?: object): object {
  return {
    id: 0,
    ...(intervalPeriod === undefined ? {} : { intervalPeriod }),
    payloads: [{ type, values: Array.isArray(values) ? values : [values] }],
  };
}

export function refusalOf(work: () => unknown): InvalidTariff {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidTariff) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
