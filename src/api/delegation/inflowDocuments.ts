import Type, { type Static } from 'typebox';
import type {
  Batch,
  DelegatedMessage,
  DelegatedReading,
  DelegatedTransaction,
  DelegatedTransactionView,
} from '../../control/delegation/delegation.js';
import type { MeterSample } from '../../site/stationMessages.js';
import { parseInstant } from '../instant.js';
import { EvseId, Instant, TransactionIdOnWire } from '../schemas.js';
import { NeedsDocument, readNeeds } from '../sessions/document.js';
import { OcppPayload } from './documents.js';

// What a CSMS tells of its stations: transactions, what their meters say, or simply what they wrote.

const READINGS_MAX = 1_000;
const MESSAGES_MAX = 500;
const METER_MAX = 1_000_000_000;

const Energy = (description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum: METER_MAX * 1_000, description }));
const Positive = (maximum: number, description: string) =>
  Type.Optional(Type.Number({ minimum: 0, maximum, description }));

export const TransactionDocument = Type.Object(
  {
    evseId: EvseId,
    state: Type.Enum(['connected', 'charging', 'suspendedEV', 'suspendedEVSE', 'ended']),
    startedAt: Instant,
    endedAt: Type.Optional(Instant),
    idToken: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    meterStartWh: Energy('The register at its start.'),
    meterStopWh: Energy('The register at its end.'),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 50, description: 'Why it ended.' })),
    needs: Type.Optional(NeedsDocument),
    rev: Type.Integer({ minimum: 1, maximum: 2_147_483_647, description: 'Counts up with each change.' }),
  },
  {
    title: 'DelegatedTransaction',
    additionalProperties: false,
    examples: [
      {
        evseId: 1,
        state: 'charging',
        startedAt: '2026-01-14T14:20:00+01:00',
        idToken: 'ABC123',
        meterStartWh: 120_500,
        needs: { departure: '2026-01-14T17:30:00+01:00', energyWh: 30_000 },
        rev: 1,
      },
    ],
  },
);

export const TransactionAnswer = Type.Object(
  {
    stationId: Type.String(),
    transactionId: TransactionIdOnWire,
    sessionId: Type.String({ description: 'As GET /v1/sites/{siteId}/sessions names it.' }),
    rev: Type.Integer(),
    open: Type.Boolean(),
  },
  { title: 'DelegatedTransactionState' },
);

export function readTransaction(document: Static<typeof TransactionDocument>): DelegatedTransaction {
  const { startedAt, endedAt, idToken, meterStartWh, meterStopWh, reason, needs, ...rest } = document;
  return {
    ...rest,
    startedAtMs: parseInstant(startedAt, '/startedAt'),
    ...(endedAt === undefined ? {} : { endedAtMs: parseInstant(endedAt, '/endedAt') }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(meterStartWh === undefined ? {} : { meterStartWh }),
    ...(meterStopWh === undefined ? {} : { meterStopWh }),
    ...(reason === undefined ? {} : { reason }),
    ...(needs === undefined ? {} : { needs: readNeeds(needs) }),
  };
}

export function writeTransaction({ isOpen, ...view }: DelegatedTransactionView): Static<typeof TransactionAnswer> {
  return { ...view, open: isOpen };
}

const Epoch = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'A name of your count. Take another one where you begin to count anew.',
});
const Seq = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: 'Counts up by 1, per station.' });

const ReadingDocument = Type.Object(
  {
    seq: Seq,
    at: { ...Instant, description: 'When it was measured, by your clock.' },
    evseId: EvseId,
    currentA: Type.Optional(
      Type.Array(Type.Union([Type.Number({ minimum: 0, maximum: METER_MAX }), Type.Null()]), {
        minItems: 1,
        maxItems: 3,
        description: "By terminal of the station, L1 first; null where the station's meter says nothing.",
      }),
    ),
    powerW: Positive(METER_MAX, 'At the outlet, all phases together.'),
    energyWh: Energy('The import register.'),
    voltageV: Positive(10_000, 'At a DC outlet, what the battery has.'),
    currentOfferedA: Positive(METER_MAX, 'What the station offers the car.'),
    soCPercent: Positive(100, 'What the car says that it has.'),
  },
  { additionalProperties: false },
);

export const ReadingsDocument = Type.Object(
  { epoch: Epoch, items: Type.Array(ReadingDocument, { minItems: 1, maxItems: READINGS_MAX }) },
  {
    title: 'MeterValues',
    additionalProperties: false,
    examples: [
      {
        epoch: '2026-01-14T00:00',
        items: [
          { seq: 1, at: '2026-01-14T14:20:10+01:00', evseId: 1, currentA: [15.8, 15.9, 15.7], energyWh: 120_520 },
        ],
      },
    ],
  },
);

export const ReadingsAnswer = Type.Object(
  {
    ackedSeq: Type.Integer({ description: 'All up to here are taken.' }),
    missing: Type.Array(Type.Integer(), { description: 'Not come yet, of those before the last.' }),
  },
  { title: 'MeterValuesTaken' },
);

export function readReadings({ epoch, items }: Static<typeof ReadingsDocument>): Batch<DelegatedReading> {
  return {
    epoch,
    items: items.map(({ seq, evseId, ...reading }, index) => ({
      seq,
      evseId,
      sample: readSample(reading, `/items/${index}/at`),
    })),
  };
}

function readSample(
  { at, currentA, ...measured }: Omit<Static<typeof ReadingDocument>, 'seq' | 'evseId'>,
  field: string,
): MeterSample {
  const [only] = currentA ?? [];
  const current =
    currentA === undefined
      ? {}
      : currentA.length === 1 && typeof only === 'number'
        ? { currentA: only }
        : { terminalCurrentA: currentA.map((value) => value ?? 'unknown') };
  return { timestampMs: parseInstant(at, field), ...current, ...definedOf(measured) };
}

/** Without the members that are not there. */
function definedOf<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

const MessageDocument = Type.Object(
  {
    seq: Seq,
    at: { ...Instant, description: 'When it came to you.' },
    action: Type.String({ minLength: 1, maxLength: 64 }),
    payload: OcppPayload,
    answer: Type.Optional({
      ...OcppPayload,
      description: 'What you answered. Needed of StartTransaction (OCPP 1.6): it holds the transactionId.',
    }),
  },
  { additionalProperties: false },
);

export const MessagesDocument = Type.Object(
  { epoch: Epoch, items: Type.Array(MessageDocument, { minItems: 1, maxItems: MESSAGES_MAX }) },
  {
    title: 'MessagesHandedOn',
    additionalProperties: false,
    examples: [
      {
        epoch: '2026-01-14T00:00',
        items: [
          {
            seq: 1,
            at: '2026-01-14T14:20:10+01:00',
            action: 'StatusNotification',
            payload: { connectorId: 1, errorCode: 'NoError', status: 'Preparing' },
          },
        ],
      },
    ],
  },
);

export const MessagesAnswer = Type.Object(
  {
    ackedSeq: Type.Integer({ description: 'All up to here are taken.' }),
    expectedSeq: Type.Integer({ description: 'Where the next batch has to begin: nothing is taken beyond a gap.' }),
    refused: Type.Array(Type.Object({ seq: Type.Integer(), detail: Type.String() }), {
      description: 'Taken, and not understood: sent again it would be refused again.',
    }),
  },
  { title: 'MessagesTaken' },
);

export function readMessages({ epoch, items }: Static<typeof MessagesDocument>): Batch<DelegatedMessage> {
  return {
    epoch,
    items: items.map(({ at, answer, ...item }, index) => ({
      ...item,
      receivedMs: parseInstant(at, `/items/${index}/at`),
      ...(answer === undefined ? {} : { answer }),
    })),
  };
}
