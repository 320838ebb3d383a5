import { cut } from './screen.js';

const BAR_CELLS = 24;
const REDRAW_MS = 100;
const CLEAR_LINE = '\r\x1b[K';

export interface ProgressState {
  readonly label: string;
  readonly done: number;
  /** Undefined: nobody knows how much there is; then the time says that it goes on. */
  readonly total: number | undefined;
  readonly elapsedMs: number;
}

/** One line: how far it is, and for how long it has been going on. */
export function progressLine({ label, done, total, elapsedMs }: ProgressState, columns: number): string {
  const seconds = `${Math.floor(elapsedMs / 1_000)} s`;
  if (total === undefined || total <= 0) return cut(`${label} … ${seconds}`, columns);
  const share = Math.max(0, Math.min(1, done / total));
  const full = Math.floor(share * BAR_CELLS);
  const bar = `${'█'.repeat(full)}${'·'.repeat(BAR_CELLS - full)}`;
  return cut(`${label} ${bar} ${Math.floor(share * 100)} %, ${seconds}`, columns);
}

/** Drawn on stderr while something takes long, and only where somebody watches; wiped when it is over. */
export async function withProgress<T>(
  label: string,
  work: (report: (done: number, total: number) => void) => Promise<T>,
  stream: NodeJS.WriteStream = process.stderr,
): Promise<T> {
  let [done, total]: [number, number | undefined] = [0, undefined];
  const report = (nowDone: number, nowTotal: number) => {
    [done, total] = [nowDone, nowTotal];
  };
  if (!stream.isTTY) return work(report);
  const startMs = performance.now();
  const draw = () => {
    const state = { label, done, total, elapsedMs: performance.now() - startMs };
    stream.write(`${CLEAR_LINE}${progressLine(state, (stream.columns ?? 80) - 1)}`);
  };
  const timer = setInterval(draw, REDRAW_MS);
  try {
    return await work(report);
  } finally {
    clearInterval(timer);
    stream.write(CLEAR_LINE);
  }
}
