/** Which segments of long messages have come. */
export interface Segments {
  readonly key: string;
  readonly count: number;
  readonly seen: readonly number[];
  readonly messageId: string;
  readonly firstMs: number;
}

export interface SegmentHeaders {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** A message whose segments have not all come after so long has lost one. */
const SEGMENTS_WITHIN_MS = 60_000;
const OPEN_MAX = 20;
const COUNT_MAX = 1_000;

/** Undefined where a message is not split; 'wrong' where the headers make no sense. */
export function readSegmentHeaders(index: unknown, count: unknown): SegmentHeaders | undefined | 'wrong' {
  if (index === undefined && count === undefined) return undefined;
  const [at, of] = [Number(index ?? 1), Number(count ?? 1)];
  if (!Number.isInteger(at) || !Number.isInteger(of) || at < 1 || at > of || of > COUNT_MAX) return 'wrong';
  return of === 1 ? undefined : { index: at, count: of };
}

/**
 * Each segment is taken as it comes, for each speaks of its own times; what they share is the message that they are of. A segment that
 * has come already begins the message anew.
 */
export function withSegment(
  open: readonly Segments[],
  { key, headers, newId, nowMs }: { key: string; headers: SegmentHeaders; newId: string; nowMs: number },
): { readonly open: readonly Segments[]; readonly messageId: string } {
  const others = open.filter((one) => one.key !== key);
  const known = open.find((one) => one.key === key && one.count === headers.count && !isLate(one, nowMs));
  const goesOn = known !== undefined && !known.seen.includes(headers.index);
  const messageId = goesOn ? known.messageId : newId;
  const seen = goesOn ? [...known.seen, headers.index] : [headers.index];
  if (seen.length === headers.count) return { open: others, messageId };
  const firstMs = goesOn ? known.firstMs : nowMs;
  return { open: [...others, { key, count: headers.count, seen, messageId, firstMs }].slice(-OPEN_MAX), messageId };
}

export function isLate({ firstMs }: Segments, nowMs: number): boolean {
  return nowMs >= firstMs + SEGMENTS_WITHIN_MS;
}

export function missingOf({ count, seen }: Segments): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1).filter((index) => !seen.includes(index));
}
