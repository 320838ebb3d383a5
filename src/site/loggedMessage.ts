/** One message between a station and this service, as it is shown to people. Nothing secret is left in it. */
export interface LoggedMessage {
  /** Ascending, for all stations of a gateway together; later ones of other gateways are higher too, as far as their clocks agree. */
  readonly seq: number;
  readonly atMs: number;
  readonly direction: MessageDirection;
  /** 'unreadable': no frame of OCPP. Its text is not kept. */
  readonly kind: 'call' | 'result' | 'error' | 'send' | 'unreadable';
  /** Null where none could be read. */
  readonly messageId: string | null;
  /** Of an answer, that of its call; null where that is not among the messages kept. */
  readonly action: string | null;
  /** Of a result, the status in it; of an error, its code. */
  readonly status?: string;
  /** Of an answer: since its call. */
  readonly tookMs?: number;
  /** As on the wire. */
  readonly sizeBytes: number;
  /** Only its beginning: the message was longer than is kept. */
  readonly isCut: boolean;
  readonly payload: object | null;
}

export type MessageDirection = 'fromStation' | 'toStation';

export interface MessagesWanted {
  /** Only later ones; the oldest of these first. Absent: the newest. */
  readonly afterSeq?: number;
  readonly limit: number;
}

/** Ascending. */
export interface MessagePage {
  readonly messages: readonly LoggedMessage[];
  /** There are later ones than these. */
  readonly hasMore: boolean;
}

/** Pages of several gateways as one: what comes after a page that was not the last of its gateway waits for the next question. */
export function mergePages(pages: readonly MessagePage[], { afterSeq, limit }: MessagesWanted): MessagePage {
  const all = pages.flatMap(({ messages }) => messages).sort((a, b) => a.seq - b.seq);
  if (afterSeq === undefined) return { messages: all.slice(-limit), hasMore: false };
  const endsAt = pages.flatMap(({ messages, hasMore }) => (hasMore ? [messages.at(-1)?.seq ?? afterSeq] : []));
  const endSeq = endsAt.length === 0 ? undefined : Math.min(...endsAt);
  const known = endSeq === undefined ? all : all.filter(({ seq }) => seq <= endSeq);
  return { messages: known.slice(0, limit), hasMore: endSeq !== undefined || known.length > limit };
}
