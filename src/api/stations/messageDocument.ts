import Type, { type Static } from 'typebox';
import type { StationMessages } from '../../control/stationMessageDesk.js';
import type { LoggedMessage, MessagesWanted } from '../../site/loggedMessage.js';
import { Problem } from '../../site/problem.js';
import { writeInstant } from '../instant.js';
import { Instant, nullable, StationId } from '../schemas.js';

const LIMIT_MAX = 500;
const LIMIT_DEFAULT = 100;

export const MessagesQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({
        pattern: '^\\d{1,16}$',
        description: 'The cursor of an earlier answer: only later messages, the oldest of these first.',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT })),
  },
  { additionalProperties: false },
);

export function wantedMessages({ after, limit = LIMIT_DEFAULT }: Static<typeof MessagesQuery>): MessagesWanted {
  if (after === undefined) return { limit };
  const afterSeq = Number(after);
  if (Number.isSafeInteger(afterSeq)) return { afterSeq, limit };
  throw new Problem('INVALID_REQUEST', 'after must be the cursor of an earlier answer.', { field: 'after' });
}

const MessageDocument = Type.Object(
  {
    seq: Type.Integer({ description: 'Ascends; numbers are left out.' }),
    at: Instant,
    direction: Type.Enum(['fromStation', 'toStation']),
    kind: Type.Enum(['call', 'result', 'error', 'send', 'unreadable'], {
      description:
        'send: a message of OCPP 2.1 that nobody answers. unreadable: no message of OCPP; its text is not kept.',
    }),
    messageId: nullable(Type.String()),
    action: nullable(
      Type.String({ description: 'Of an answer, that of its call. Null: the call is not among the messages kept.' }),
    ),
    status: Type.Optional(Type.String({ description: 'Of a result, the status in it; of an error, its code.' })),
    tookMs: Type.Optional(Type.Number({ description: 'Of an answer: since its call.' })),
    sizeBytes: Type.Integer({ description: 'As on the wire.' }),
    cut: Type.Optional(Type.Literal(true, { description: 'It was longer than what is kept: its end is missing.' })),
    payload: nullable(
      Type.Object({}, { description: '[redacted] stands for tokens, passwords, keys and certificates.' }),
    ),
  },
  { title: 'StationMessage' },
);

export const MessagesDocument = Type.Object(
  {
    stationId: StationId,
    cursor: Type.String({ description: 'To ask for what came after these.' }),
    more: Type.Boolean({ description: 'There are later ones already.' }),
    complete: Type.Boolean({ description: 'False: a gateway did not answer, and its messages are missing.' }),
    messages: Type.Array(MessageDocument, { description: 'The newest last.' }),
  },
  { title: 'StationMessages' },
);

export function writeMessages(
  stationId: string,
  { messages, hasMore, isComplete }: StationMessages,
  { afterSeq = 0 }: MessagesWanted,
): Static<typeof MessagesDocument> {
  return {
    stationId,
    cursor: String(messages.at(-1)?.seq ?? afterSeq),
    more: hasMore,
    complete: isComplete,
    messages: messages.map(writeMessage),
  };
}

function writeMessage({ atMs, isCut, payload, ...message }: LoggedMessage): Static<typeof MessageDocument> {
  return { ...message, at: writeInstant(atMs), ...(isCut ? { cut: true as const } : {}), payload };
}
