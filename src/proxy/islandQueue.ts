import type { JsonObject } from '../ocpp/frame.js';
import type { DocumentStore } from '../store/documentStore.js';

/** What a station said while its CSMS was away. */
export interface KeptMessage {
  readonly action: string;
  readonly payload: JsonObject;
}

export interface IslandQueueOptions {
  readonly documents: DocumentStore;
  readonly upstreamId: string;
  readonly stationId: string;
  readonly organisationId: string;
  readonly nowMs: () => number;
}

const INDEX_KIND = 'proxyIsland';
const PAGE_KIND = 'proxyIslandPage';
/** Messages that are written together: so many are written anew for each that is added. */
const PAGE_MESSAGES = 32;
/** A station that says more is closed: it keeps what it says itself then. More than two days of one that measures every ten seconds. */
export const ISLAND_MESSAGES_MAX = 20_000;

interface Index {
  /** Pages, from and to; none where `first` is greater. */
  readonly first: number;
  readonly last: number;
  /** Of the first page, how many the CSMS has. */
  readonly delivered: number;
}

/**
 * What one station said while its CSMS was away, in the store, in its order. One after the other: nothing counts as kept before it is on
 * disk, and of what was delivered at most one message is delivered again after we were killed.
 */
export class IslandQueue {
  readonly #options: IslandQueueOptions;
  #index: Index;
  #firstPage: readonly KeptMessage[];
  #lastPage: readonly KeptMessage[];
  #count: number;
  #turn: Promise<unknown> = Promise.resolve();

  static async open(options: IslandQueueOptions): Promise<IslandQueue> {
    const stored = await options.documents.get(INDEX_KIND, idOf(options));
    // What is stored was written here.
    const index = (stored?.body as Index | undefined) ?? { first: 0, last: -1, delivered: 0 };
    const queue = new IslandQueue(options, index);
    if (index.first <= index.last) await queue.#load();
    return queue;
  }

  private constructor(options: IslandQueueOptions, index: Index) {
    this.#options = options;
    this.#index = index;
    this.#firstPage = [];
    this.#lastPage = [];
    this.#count = 0;
  }

  /** Nothing is kept, and nothing is about to be. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get count(): number {
    return this.#count;
  }

  /** Resolves when it is on disk: true; false where there is no room. Rejects where it could not be stored. */
  async add(message: KeptMessage): Promise<boolean> {
    if (this.#count >= ISLAND_MESSAGES_MAX) return false;
    this.#count++;
    try {
      await this.#inTurn(() => this.#append(message));
      return true;
    } catch (error) {
      this.#count--;
      throw error;
    }
  }

  /** The oldest; undefined where there is none. */
  first(): Promise<KeptMessage | undefined> {
    return this.#inTurn(async () => this.#firstPage[this.#index.delivered]);
  }

  /** The oldest has been delivered. */
  async remove(): Promise<void> {
    await this.#inTurn(() => this.#shift());
    this.#count--;
  }

  async #append(message: KeptMessage): Promise<void> {
    const { first, last, delivered } = this.#index;
    const isNew = first > last || this.#lastPage.length >= PAGE_MESSAGES;
    const page = isNew ? [message] : [...this.#lastPage, message];
    const number = isNew ? last + 1 : last;
    await this.#put(PAGE_KIND, this.#pageId(number), page);
    // A page that the index does not know is nobody's, and is written over.
    const index = first > last ? { first: number, last: number, delivered: 0 } : { first, last: number, delivered };
    if (isNew) await this.#putIndex(index);
    this.#lastPage = page;
    if (index.first === number) this.#firstPage = page;
  }

  async #shift(): Promise<void> {
    const { first, last, delivered } = this.#index;
    if (delivered + 1 < this.#firstPage.length) {
      await this.#putIndex({ first, last, delivered: delivered + 1 });
      return;
    }
    const page = first + 1 > last ? [] : await this.#page(first + 1);
    await this.#putIndex({ first: first + 1, last, delivered: 0 });
    this.#firstPage = page;
    if (first + 1 > last) this.#lastPage = [];
    await this.#options.documents.delete(PAGE_KIND, this.#pageId(first));
  }

  async #load(): Promise<void> {
    const { first, last, delivered } = this.#index;
    this.#firstPage = await this.#page(first);
    this.#lastPage = first === last ? this.#firstPage : await this.#page(last);
    const between = Math.max(0, last - first - 1) * PAGE_MESSAGES;
    this.#count = this.#firstPage.length - delivered + between + (first === last ? 0 : this.#lastPage.length);
  }

  async #page(number: number): Promise<readonly KeptMessage[]> {
    const stored = await this.#options.documents.get(PAGE_KIND, this.#pageId(number));
    return (stored?.body as { readonly messages: readonly KeptMessage[] } | undefined)?.messages ?? [];
  }

  async #putIndex(index: Index): Promise<void> {
    await this.#put(INDEX_KIND, idOf(this.#options), index);
    this.#index = index;
  }

  async #put(kind: string, id: string, body: Index | readonly KeptMessage[]): Promise<void> {
    const { documents, organisationId, nowMs } = this.#options;
    const written = Array.isArray(body) ? { messages: body } : body;
    await documents.put({ kind, id, organisationId, updatedMs: nowMs(), body: written });
  }

  #pageId(number: number): string {
    return `${idOf(this.#options)}/${number}`;
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function idOf({ upstreamId, stationId }: IslandQueueOptions): string {
  return `${upstreamId}/${stationId}`;
}
