import type { StationMessage } from '../api/messageDocuments.js';

/** What one look at a log keeps; older ones leave. */
export const MESSAGES_KEPT_MAX = 5_000;

export interface LogFilter {
  /** An action, such as Heartbeat; undefined: all of them. */
  readonly action: string | undefined;
  readonly errorsOnly: boolean;
}

/** Answers by which a station, or we, said no. */
const REFUSALS = /^(Rejected|Failed|Faulted|Invalid|Blocked|Expired|Unknown|NotSupported|NotImplemented|Unavailable)/;

/** In the order of their numbers, each once, the last 5,000. */
export function joined(kept: readonly StationMessage[], more: readonly StationMessage[]): readonly StationMessage[] {
  const last = kept.at(-1)?.seq ?? Number.NEGATIVE_INFINITY;
  const fresh = more.filter(({ seq }) => seq > last);
  return fresh.length === 0 ? kept : [...kept, ...fresh].slice(-MESSAGES_KEPT_MAX);
}

export function isRefusal({ kind, status }: StationMessage): boolean {
  return kind === 'error' || kind === 'unreadable' || (status !== undefined && REFUSALS.test(status));
}

export function filtered(messages: readonly StationMessage[], { action, errorsOnly }: LogFilter) {
  if (action === undefined && !errorsOnly) return messages;
  return messages.filter((one) => (action === undefined || one.action === action) && (!errorsOnly || isRefusal(one)));
}

export function actionsIn(messages: readonly StationMessage[]): readonly string[] {
  return [...new Set(messages.map(({ action }) => action).filter((action) => action !== null))].sort();
}

export interface Rows {
  readonly count: number;
  readonly rowPx: number;
  /** One of them is open, and that much taller. */
  readonly openAt: number | undefined;
  readonly openPx: number;
}

/** So many rows beyond each edge are drawn too, so that a quick scroll shows no gap. */
const BEYOND = 8;

export function topOf({ rowPx, openAt, openPx }: Rows, row: number): number {
  return row * rowPx + (openAt !== undefined && row > openAt ? openPx : 0);
}

export function heightOf(rows: Rows): number {
  return (
    topOf(rows, rows.count - 1) +
    (rows.count === 0 ? 0 : rows.rowPx) +
    (rows.openAt === rows.count - 1 ? rows.openPx : 0)
  );
}

/** Which rows a window of so many pixels shows: from, and up to but not including. */
export function windowOf(rows: Rows, scrollPx: number, heightPx: number): readonly [number, number] {
  const { count, rowPx, openAt, openPx } = rows;
  const rowAt = (px: number) => {
    const openTopPx = openAt === undefined ? Number.POSITIVE_INFINITY : (openAt + 1) * rowPx;
    return px < openTopPx ? Math.floor(px / rowPx) : Math.max(openAt ?? 0, Math.floor((px - openPx) / rowPx));
  };
  const from = Math.max(0, Math.min(count, rowAt(scrollPx)) - BEYOND);
  return [from, Math.max(from, Math.min(count, rowAt(scrollPx + heightPx) + 1 + BEYOND))];
}
