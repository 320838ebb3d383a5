import type { Clock } from '../site/clock.js';
import type { MessageDirection, MessagePage, MessagesWanted } from '../site/loggedMessage.js';
import { type MessageRecord, pageOf } from './messageRecords.js';

/** Kept of each station, at most. */
export const MESSAGES_PER_STATION = 500;
/** Kept of one message; the rest is cut off. */
export const MESSAGE_KEPT_BYTES = 4 * 1024;
/** All messages of all stations. Not touched, and so no memory, before there are so many. */
const LOG_BYTES = 64 * 1024 * 1024;
/** Of more, those that said something first are forgotten first. */
const STATIONS_MAX = 50_000;

// What stands before the text of a record, in numbers of 8 bytes.
const PREVIOUS = 0;
const SEQ = 1;
const AT_MS = 2;
const KEPT_BYTES = 3;
const SIZE_BYTES = 4;
const IS_TO_STATION = 5;
const HEADER_NUMBERS = 6;
const NUMBER_BYTES = 8;
const HEADER_BYTES = HEADER_NUMBERS * NUMBER_BYTES;
const NONE = -1;
/** Numbers of messages are times, in so many parts of a millisecond: they go on ascending over a restart. */
const SEQS_PER_MS = 1_000;

/**
 * The last messages of each station, in the form in which they came. What costs time (reading them, taking secrets out) is done when
 * somebody asks.
 *
 * All are written one after the other into one piece of memory, round and round, so that the newest overwrite the oldest and nothing
 * is left to be collected. Positions count on and are never used twice: one that is further back than the memory is long is gone. Each
 * record knows where the one before it of the same station is.
 */
export class MessageLog {
  readonly #clock: Clock;
  readonly #bytes: Buffer;
  readonly #numbers: Float64Array;
  /** Where the last record of each station is. */
  readonly #last = new Map<string, number>();
  /** Where the next record begins. */
  #end = 0;
  #lastSeq = 0;

  constructor({ clock, logBytes = LOG_BYTES }: { readonly clock: Clock; readonly logBytes?: number }) {
    this.#clock = clock;
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(aligned(HEADER_BYTES + MESSAGE_KEPT_BYTES), aligned(logBytes)));
    this.#numbers = new Float64Array(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length / NUMBER_BYTES);
  }

  /** `frame` as on the wire. */
  record(stationId: string, direction: MessageDirection, frame: string | Buffer): void {
    const sizeBytes = Buffer.byteLength(frame);
    const keptMaxBytes = Math.min(sizeBytes, MESSAGE_KEPT_BYTES);
    const position = this.#take(aligned(HEADER_BYTES + keptMaxBytes));
    const offset = position % this.#bytes.length;
    const textAt = offset + HEADER_BYTES;
    // Of a string no character is cut in two, and so a little less may be kept.
    const keptBytes =
      typeof frame === 'string'
        ? this.#bytes.write(frame, textAt, keptMaxBytes)
        : frame.copy(this.#bytes, textAt, 0, keptMaxBytes);
    const atMs = this.#clock.nowMs();
    this.#lastSeq = Math.max(this.#lastSeq + 1, Math.floor(atMs) * SEQS_PER_MS);
    const at = offset / NUMBER_BYTES;
    const numbers = this.#numbers;
    numbers[at + PREVIOUS] = this.#last.get(stationId) ?? NONE;
    numbers[at + SEQ] = this.#lastSeq;
    numbers[at + AT_MS] = atMs;
    numbers[at + KEPT_BYTES] = keptBytes;
    numbers[at + SIZE_BYTES] = sizeBytes;
    numbers[at + IS_TO_STATION] = direction === 'toStation' ? 1 : 0;
    this.#last.set(stationId, position);
    if (this.#last.size > STATIONS_MAX) this.#forgetOne();
  }

  read(stationId: string, wanted: MessagesWanted): MessagePage {
    return pageOf(this.#recordsOf(stationId), wanted);
  }

  /** Room that does not go over the end of the memory. */
  #take(neededBytes: number): number {
    const { length } = this.#bytes;
    const leftBytes = length - (this.#end % length);
    const position = leftBytes < neededBytes ? this.#end + leftBytes : this.#end;
    this.#end = position + neededBytes;
    return position;
  }

  /** Ascending. */
  #recordsOf(stationId: string): readonly MessageRecord[] {
    const records: MessageRecord[] = [];
    let position = this.#last.get(stationId) ?? NONE;
    while (this.#isKept(position) && records.length < MESSAGES_PER_STATION) {
      const offset = position % this.#bytes.length;
      const number = (member: number): number => this.#numbers[offset / NUMBER_BYTES + member] ?? NONE;
      const textAt = offset + HEADER_BYTES;
      const keptBytes = number(KEPT_BYTES);
      records.push({
        seq: number(SEQ),
        atMs: number(AT_MS),
        direction: number(IS_TO_STATION) === 1 ? 'toStation' : 'fromStation',
        sizeBytes: number(SIZE_BYTES),
        keptBytes,
        text: (atMostBytes = keptBytes) =>
          this.#bytes.toString('utf8', textAt, textAt + Math.min(keptBytes, atMostBytes)),
      });
      position = number(PREVIOUS);
    }
    return records.reverse();
  }

  #isKept(position: number): boolean {
    return position !== NONE && position >= this.#end - this.#bytes.length;
  }

  #forgetOne(): void {
    const [first] = this.#last.keys();
    if (first !== undefined) this.#last.delete(first);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / NUMBER_BYTES) * NUMBER_BYTES;
}
