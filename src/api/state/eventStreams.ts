import type { ServerResponse } from 'node:http';
import type { SiteView, SmartChargingService } from '../../control/service.js';
import type { Clock } from '../../site/clock.js';
import { Problem } from '../../site/problem.js';
import { writeInstant } from '../instant.js';
import { writeState } from './document.js';

/** At most four states a second. */
const STATE_INTERVAL_MIN_MS = 250;
const BEAT_INTERVAL_MS = 5_000;
/** Whether its reader still may read it is asked with every so many beats. */
const BEATS_PER_LOOK = 2;
/** What a client should wait before it comes back. */
const RETRY_MS = 2_000;
/** A reader that takes nothing for this long is let go. */
const STALLED_MAX_MS = 30_000;

type Source = Pick<SmartChargingService, 'getSite' | 'getState' | 'watch'>;

interface EventStreamsOptions {
  readonly source: Source;
  readonly clock: Clock;
  readonly streamsMax: number;
  /** A stream had to be ended because of it. It comes from a timer or from the service's notifying, where nobody could catch it. */
  readonly onFailure: (error: unknown) => void;
}

/** Every live event stream of this process: bounded in number, and ended together. */
export class EventStreams {
  readonly #source: Source;
  readonly #clock: Clock;
  readonly #streamsMax: number;
  readonly #streams = new Set<EventStream>();
  /** Many readers of one site share the text of its state. */
  readonly #texts = new WeakMap<SiteView, string>();
  readonly #onFailure: (error: unknown) => void;
  #closed = false;

  constructor({ source, clock, streamsMax, onFailure }: EventStreamsOptions) {
    this.#source = source;
    this.#clock = clock;
    this.#streamsMax = streamsMax;
    this.#onFailure = onFailure;
  }

  get count(): number {
    return this.#streams.size;
  }

  /** Throws Problem before anything is written: SITE_NOT_FOUND, OVERLOADED. */
  admit(siteId: string): SiteView {
    const state = this.#source.getState(siteId);
    if (this.#closed || this.#streams.size >= this.#streamsMax) {
      throw new Problem('OVERLOADED', `There are ${this.#streams.size} event streams already.`);
    }
    return state;
  }

  /** Takes over a response that nobody has written to yet, until the reader, the site or the service goes. */
  open(
    response: ServerResponse,
    headers: Record<string, string | string[] | number | undefined>,
    { first, isStillAllowed }: { readonly first: SiteView; readonly isStillAllowed: () => Promise<boolean> },
  ): void {
    // A reader that left while its key was looked up has had its 'close' event already.
    if (response.destroyed || response.socket === null || response.socket.destroyed) {
      response.destroy();
      return;
    }
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
    });
    const stream = new EventStream({
      response,
      clock: this.#clock,
      source: this.#source,
      siteId: first.siteId,
      isStillAllowed,
      textOf: (state) => this.#textOf(state),
      onClosed: () => this.#streams.delete(stream),
      onFailure: this.#onFailure,
    });
    this.#streams.add(stream);
    stream.start(first);
  }

  closeAll(): void {
    this.#closed = true;
    for (const stream of this.#streams) stream.close();
  }

  #textOf(state: SiteView): string {
    const known = this.#texts.get(state);
    if (known !== undefined) return known;
    const text = JSON.stringify(writeState(state));
    this.#texts.set(state, text);
    return text;
  }
}

interface StreamParts {
  readonly response: ServerResponse;
  readonly clock: Clock;
  readonly source: Source;
  readonly siteId: string;
  /** Its reader's key or session is neither over nor revoked. */
  readonly isStillAllowed: () => Promise<boolean>;
  readonly textOf: (state: SiteView) => string;
  readonly onClosed: () => void;
  readonly onFailure: (error: unknown) => void;
}

/**
 * One reader. It gets the whole state first, then the newest state whenever there is a newer one and it can take it: states that
 * came too fast, or while it was still reading, are skipped. Since each event is the whole state, a reader that comes back has
 * missed nothing, whatever its Last-Event-ID.
 */
class EventStream {
  readonly #parts: StreamParts;
  #newest: SiteView | undefined;
  #sequence = 0;
  #beats = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #stalledSinceMs: number | undefined;
  #closed = false;
  #stopWatching = () => {};
  #cancelFlush: (() => void) | undefined;
  #cancelBeat = () => {};

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  start(first: SiteView): void {
    const { response, source, siteId } = this.#parts;
    // 'close' comes for a reader that left as well as for our own end; 'error' must have a listener or it ends the process.
    response.on('close', () => this.#stop());
    response.on('error', () => this.#stop());
    response.on('drain', () => {
      this.#stalledSinceMs = undefined;
      this.#flush();
    });
    this.#write(`retry: ${RETRY_MS}\n\n`);
    this.#newest = first;
    this.#flush();
    this.#stopWatching = source.watch(siteId, (state) => {
      this.#newest = state;
      this.#flush();
    });
    this.#scheduleBeat();
  }

  /** Ends the response in good order; the reader comes back by itself. */
  close(): void {
    this.#stop();
    this.#parts.response.end();
  }

  #flush(): void {
    if (this.#closed || this.#newest === undefined || this.#stalledSinceMs !== undefined) return;
    if (this.#cancelFlush !== undefined) return;
    const waitMs = this.#lastSentMs + STATE_INTERVAL_MIN_MS - this.#parts.clock.nowMs();
    if (waitMs > 0) {
      this.#cancelFlush = this.#parts.clock.after(Math.min(waitMs, STATE_INTERVAL_MIN_MS), () => {
        this.#cancelFlush = undefined;
        this.#flush();
      });
      return;
    }
    const state = this.#newest;
    this.#newest = undefined;
    this.#lastSentMs = this.#parts.clock.nowMs();
    this.#guarded(() => this.#send('state', `${state.atMs}-${++this.#sequence}`, this.#parts.textOf(state)));
  }

  #scheduleBeat(): void {
    this.#cancelBeat = this.#parts.clock.after(BEAT_INTERVAL_MS, () => this.#guarded(() => this.#beat()));
  }

  #beat(): void {
    const { clock, response } = this.#parts;
    const nowMs = clock.nowMs();
    if (this.#stalledSinceMs !== undefined) {
      if (nowMs - this.#stalledSinceMs >= STALLED_MAX_MS) response.destroy();
    } else if (!this.#siteExists()) {
      this.#send('gone', `${nowMs}-${++this.#sequence}`, '{}');
      this.close();
      return;
    } else {
      this.#send('beat', undefined, JSON.stringify({ at: writeInstant(nowMs) }));
    }
    if (this.#closed) return;
    this.#scheduleBeat();
    this.#beats++;
    if (this.#beats % BEATS_PER_LOOK === 0) this.#lookWhetherAllowed();
  }

  /** A reader that comes back is told why. Where nobody can say, it reads on until somebody can. */
  #lookWhetherAllowed(): void {
    this.#parts.isStillAllowed().then(
      (isAllowed) => {
        if (!isAllowed && !this.#closed) this.close();
      },
      (error: unknown) => this.#parts.onFailure(error),
    );
  }

  #siteExists(): boolean {
    try {
      this.#parts.source.getSite(this.#parts.siteId);
      return true;
    } catch (error) {
      if (error instanceof Problem && error.code === 'SITE_NOT_FOUND') return false;
      throw error;
    }
  }

  #guarded(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#parts.onFailure(error);
      this.close();
    }
  }

  /** Only states have ids: a beat is nothing to come back to. */
  #send(event: string, id: string | undefined, data: string): void {
    this.#write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`);
  }

  #write(text: string): void {
    const { response, clock } = this.#parts;
    if (this.#closed || response.destroyed) return;
    if (!response.write(text)) this.#stalledSinceMs ??= clock.nowMs();
  }

  #stop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#cancelFlush?.();
    this.#cancelBeat();
    this.#parts.onClosed();
  }
}
