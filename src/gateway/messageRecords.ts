import { completeCut } from '../ocpp/cutFrame.js';
import { parseFrame } from '../ocpp/frame.js';
import { redactPayload } from '../ocpp/redact.js';
import type { LoggedMessage, MessageDirection, MessagePage, MessagesWanted } from '../site/loggedMessage.js';

/** One message as it is kept. */
export interface MessageRecord {
  readonly seq: number;
  readonly atMs: number;
  readonly direction: MessageDirection;
  readonly sizeBytes: number;
  readonly keptBytes: number;
  /** To be called in the same turn: it is read from where later messages are written. */
  text(atMostBytes?: number): string;
}

/** Of one page, as on the wire: it may have to travel from one process to another. */
const PAGE_BYTES = 512 * 1024;

interface Call {
  readonly action: string;
  readonly atMs: number;
}

/** What stands at the beginning of a frame: enough to tell which answer belongs to which call. */
const HEAD = /^\s*\[\s*(\d)\s*,\s*"([^"\\]*)"(?:\s*,\s*"([A-Za-z0-9]+)")?/;
const HEAD_BYTES = 200;

/** Of all records of one station, ascending, those wanted, in a form to show. */
export function pageOf(records: readonly MessageRecord[], { afterSeq, limit }: MessagesWanted): MessagePage {
  const later = afterSeq === undefined ? records : records.filter(({ seq }) => seq > afterSeq);
  const wanted = afterSeq === undefined ? newestThatFit(later, limit) : oldestThatFit(later, limit);
  const first = wanted[0];
  if (first === undefined) return { messages: [], hasMore: false };
  const calls = new Map<string, Call>();
  const messages: LoggedMessage[] = [];
  const shown = new Set(wanted);
  for (const record of records) {
    if (shown.has(record)) messages.push(toMessage(record, calls));
    noteCall(record, calls);
  }
  return { messages, hasMore: afterSeq !== undefined && wanted.length < later.length };
}

function oldestThatFit(records: readonly MessageRecord[], limit: number): readonly MessageRecord[] {
  let bytes = 0;
  const end = records.findIndex(({ keptBytes }, index) => {
    bytes += keptBytes;
    return index >= limit || bytes > PAGE_BYTES;
  });
  return end === -1 ? records : records.slice(0, end);
}

function newestThatFit(records: readonly MessageRecord[], limit: number): readonly MessageRecord[] {
  return [...oldestThatFit([...records].reverse(), limit)].reverse();
}

function noteCall({ direction, atMs, text }: MessageRecord, calls: Map<string, Call>): void {
  const [, type, id, action] = HEAD.exec(text(HEAD_BYTES)) ?? [];
  if (type === '2' && id !== undefined && action !== undefined) calls.set(`${direction} ${id}`, { action, atMs });
}

function toMessage(record: MessageRecord, calls: ReadonlyMap<string, Call>): LoggedMessage {
  const { seq, atMs, direction, sizeBytes, keptBytes } = record;
  const isCut = keptBytes < sizeBytes;
  const frame = parseFrame(isCut ? completeCut(record.text()) : record.text());
  const common = { seq, atMs, direction, sizeBytes, isCut };
  switch (frame.kind) {
    case 'call':
    case 'send': {
      const { kind, id, action } = frame;
      return { ...common, kind, messageId: id, action, payload: redactPayload(action, frame.payload) };
    }
    case 'result': {
      const { action, ...answer } = answerTo(record, frame.id, calls);
      const { status } = frame.payload;
      return {
        ...common,
        kind: 'result',
        messageId: frame.id,
        action,
        ...(typeof status === 'string' ? { status } : {}),
        ...answer,
        payload: redactPayload(action ?? '', frame.payload),
      };
    }
    case 'error':
    case 'resultError': {
      const { id, code, description } = frame;
      return {
        ...common,
        kind: 'error',
        messageId: id,
        ...answerTo(record, id, calls),
        status: code,
        payload: { code, description },
      };
    }
    case 'malformedCall':
      return { ...common, kind: 'unreadable', messageId: frame.id, action: null, payload: null };
    case 'malformedAnswer':
    case 'unreadable':
      return { ...common, kind: 'unreadable', messageId: null, action: null, payload: null };
  }
}

function answerTo(
  { direction, atMs }: MessageRecord,
  id: string,
  calls: ReadonlyMap<string, Call>,
): Pick<LoggedMessage, 'action' | 'tookMs'> {
  const call = calls.get(`${direction === 'toStation' ? 'fromStation' : 'toStation'} ${id}`);
  return call === undefined ? { action: null } : { action: call.action, tookMs: Math.max(0, atMs - call.atMs) };
}
