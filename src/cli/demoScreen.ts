import { readSiteState, type SiteState } from './siteState.js';
import { siteTable } from './table.js';

const SNAPSHOT_INTERVAL_MS = 10_000;
const NEWS_MAX = 4;
const CLEAR_REST_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const HOME = '\x1b[H';
const CLEAR_SCREEN = '\x1b[2J\x1b[H';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** Where the demo is seen: redrawn in a terminal; plain lines with a snapshot now and then elsewhere. */
export class DemoScreen {
  readonly #output: NodeJS.WriteStream;
  readonly #title: string;
  readonly #news: string[] = [];
  #drawn = false;
  #lastSnapshotMs = Number.NEGATIVE_INFINITY;

  constructor(output: NodeJS.WriteStream, title: string) {
    this.#output = output;
    this.#title = title;
  }

  /** Something happened that the viewer should know of. */
  news(line: string): void {
    const stamped = `${new Date().toTimeString().slice(0, 8)} ${line}`;
    if (!this.#output.isTTY) {
      this.#output.write(`${stamped}\n`);
      return;
    }
    this.#news.push(stamped);
    if (this.#news.length > NEWS_MAX) this.#news.shift();
    if (!this.#drawn) this.#output.write(`${stamped}\n`);
  }

  show(document: unknown, nowMs: number): void {
    const state = readSiteState(document);
    if (this.#output.isTTY) {
      this.#redraw(state);
    } else if (nowMs - this.#lastSnapshotMs >= SNAPSHOT_INTERVAL_MS) {
      this.#lastSnapshotMs = nowMs;
      this.#output.write(`\n${this.#header(state).concat(siteTable(state)).join('\n')}\n\n`);
    }
  }

  close(): void {
    if (this.#output.isTTY && this.#drawn) this.#output.write(`${SHOW_CURSOR}\n`);
  }

  #redraw(state: SiteState): void {
    const columns = Math.max(40, this.#output.columns ?? 120);
    const rows = Math.max(10, this.#output.rows ?? 50);
    const all = [...this.#header(state), ...this.#news, ...siteTable(state)];
    const fitting =
      all.length < rows
        ? all
        : [...all.slice(0, rows - 2), `… ${all.length - rows + 2} lines more: enlarge the window`];
    const text = fitting.map((line) => `${[...line].slice(0, columns - 1).join('')}${CLEAR_REST_OF_LINE}`).join('\n');
    this.#output.write(`${this.#drawn ? HOME : `${HIDE_CURSOR}${CLEAR_SCREEN}`}${text}${CLEAR_BELOW}`);
    this.#drawn = true;
  }

  #header(state: SiteState): readonly string[] {
    const at = new Date(state.at);
    const time = Number.isNaN(at.getTime()) ? state.at : at.toTimeString().slice(0, 8);
    return [`${this.#title} · ${time}`];
  }
}
