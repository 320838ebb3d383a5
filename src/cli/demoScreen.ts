import { type EvseState, readSiteState, type SiteState } from './siteState.js';
import { siteSummary, siteTable } from './table.js';

const SNAPSHOT_INTERVAL_MS = 10_000;
const NEWS_MAX = 4;
const CLEAR_REST_OF_LINE = '\x1b[K';
const CLEAR_BELOW = '\x1b[J';
const HOME = '\x1b[H';
const CLEAR_SCREEN = '\x1b[2J\x1b[H';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';

/** Where the demo is seen, by people or by programs. */
export interface DemoOutput {
  news(line: string): void;
  show(document: unknown, nowMs: number): void;
  close(): void;
}

/** For programs: what happens and how the site stands, a JSON object on each line. */
export class DemoJson implements DemoOutput {
  readonly #output: NodeJS.WritableStream;

  constructor(output: NodeJS.WritableStream) {
    this.#output = output;
  }

  news(detail: string): void {
    this.#write({ type: 'news', detail });
  }

  show(state: unknown): void {
    this.#write({ type: 'state', state });
  }

  close(): void {
    // Every line is complete by itself.
  }

  #write(document: object): void {
    this.#output.write(`${JSON.stringify({ at: new Date().toISOString(), ...document })}\n`);
  }
}

/** For people: redrawn in a terminal; plain lines with a snapshot now and then elsewhere. */
export class DemoScreen implements DemoOutput {
  readonly #output: NodeJS.WriteStream;
  readonly #title: readonly string[];
  readonly #news: string[] = [];
  #drawn = false;
  #printed = false;
  #nextSnapshotMs: number | undefined;
  /** Seen, and not printed. */
  #unprinted: SiteState | undefined;

  /** The title stands above everything, in a terminal all the time. */
  constructor(output: NodeJS.WriteStream, title: readonly string[]) {
    this.#output = output;
    this.#title = title;
    if (!output.isTTY) output.write(`${title.join('\n')}\n\n`);
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
      return;
    }
    // The first is worth seeing once the stations are there; it is not waited for longer than for any other.
    this.#nextSnapshotMs ??= nowMs + SNAPSHOT_INTERVAL_MS;
    this.#unprinted = state;
    if (nowMs < this.#nextSnapshotMs && (this.#printed || !isComplete(state))) return;
    this.#nextSnapshotMs = nowMs + SNAPSHOT_INTERVAL_MS;
    this.#print(state);
  }

  /** Leaves the cursor below what was drawn; elsewhere, the last that was seen is the last word. */
  close(): void {
    if (this.#output.isTTY) {
      if (this.#drawn) this.#output.write(`${SHOW_CURSOR}\n`);
    } else if (this.#unprinted !== undefined) {
      this.#print(this.#unprinted);
    }
  }

  #print(state: SiteState): void {
    this.#printed = true;
    this.#unprinted = undefined;
    this.#output.write(`\n${[...this.#summary(state), ...siteTable(state)].join('\n')}\n\n`);
  }

  #redraw(state: SiteState): void {
    const columns = Math.max(40, this.#output.columns ?? 120);
    const rows = Math.max(10, this.#output.rows ?? 50);
    const all = [...this.#title, '', ...this.#news, '', ...this.#summary(state), ...siteTable(state)];
    const fitting =
      all.length < rows
        ? all
        : [...all.slice(0, rows - 2), `… ${all.length - rows + 2} lines more: enlarge the window`];
    const text = fitting.map((line) => `${[...line].slice(0, columns - 1).join('')}${CLEAR_REST_OF_LINE}`).join('\n');
    this.#output.write(`${this.#drawn ? HOME : `${HIDE_CURSOR}${CLEAR_SCREEN}`}${text}${CLEAR_BELOW}`);
    this.#drawn = true;
  }

  #summary(state: SiteState): readonly string[] {
    const at = new Date(state.at);
    const time = Number.isNaN(at.getTime()) ? state.at : at.toTimeString().slice(0, 8);
    return [`${time} ${siteSummary(state)}`];
  }
}

/** Every station is there and has said how it stands. */
function isComplete(state: SiteState): boolean {
  const evses = state.stations.flatMap((station) => station.evses);
  return state.protectedNow && state.stations.every(({ online }) => online) && evses.every(isKnown);
}

const isKnown = (evse: EvseState): boolean => evse.status !== 'unknown';
