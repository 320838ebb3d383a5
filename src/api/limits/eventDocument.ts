import Type, { type Static } from 'typebox';
import type { GridEvent, StoredGridEvent } from '../../control/service.js';
import type { SiteModel } from '../../site/model.js';
import { GridEventId } from '../schemas.js';
import { LimitDocument, limitWriter, WarningDocument, writeWarnings } from './document.js';

const OpenAdrEvent = Type.Object({}, { additionalProperties: true });

export const GridEventUpload = Type.Union([OpenAdrEvent, Type.Array(OpenAdrEvent, { maxItems: 1_000 })], {
  title: 'OpenAdrEvent',
  description:
    'An OpenADR 3 event, or a list of them, with payloads IMPORT_CAPACITY_LIMIT in kW: the most that the site takes from the grid. IMPORT_CAPACITY_SUBSCRIPTION holds where no limit does, raised by IMPORT_CAPACITY_RESERVATION.',
  examples: [
    {
      programID: 'capacity',
      eventName: 'Cold evening',
      intervalPeriod: { start: '2026-01-14T16:00:00Z', duration: 'PT1H' },
      payloadDescriptors: [
        { objectType: 'EVENT_PAYLOAD_DESCRIPTOR', payloadType: 'IMPORT_CAPACITY_LIMIT', units: 'KW' },
      ],
      intervals: [
        { id: 0, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [40] }] },
        { id: 1, payloads: [{ type: 'IMPORT_CAPACITY_LIMIT', values: [25] }] },
      ],
    },
  ],
});

const members = { eventId: GridEventId, limits: Type.Array(LimitDocument, { description: 'Ascending by start.' }) };

export const GridEventDocument = Type.Object(members, {
  title: 'GridEvent',
  description: 'What a grid event comes to: limits on the grid connection, which come and go with it.',
});
export type GridEventDocument = Static<typeof GridEventDocument>;

export const StoredGridEventDocument = Type.Object(
  {
    ...members,
    warnings: Type.Array(WarningDocument),
    notes: Type.Array(Type.String(), { description: 'What in the document was understood, but is not used.' }),
  },
  { title: 'StoredGridEvent' },
);
export type StoredGridEventDocument = Static<typeof StoredGridEventDocument>;

export const GridEventList = Type.Object({ events: Type.Array(GridEventDocument) }, { title: 'GridEventList' });

export function gridEventWriter(site: SiteModel): (event: GridEvent) => GridEventDocument {
  const writeLimit = limitWriter(site);
  return ({ eventId, limits }) => ({ eventId, limits: limits.map(writeLimit) });
}

export function writeStoredGridEvent(site: SiteModel, event: StoredGridEvent): StoredGridEventDocument {
  return {
    ...gridEventWriter(site)(event),
    warnings: writeWarnings(event.warnings),
    notes: [...event.notes],
  };
}
