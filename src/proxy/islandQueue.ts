import type { JsonObject } from '../ocpp/frame.js';
import type { DocumentChange, DocumentStore, StoredDocument } from '../store/documentStore.js';

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
  /** Of what is not there any more. */
  readonly report?: (detail: string) => void;
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
  /** It grows with every write, so that each writer finds out about the other. Absent: 0. */
  readonly revision?: number;
}

const EMPTY: Index = Object.freeze({ first: 0, last: -1, delivered: 0 });

/**
 * What one station said while its CSMS was away, in the store, in its order. One after the other: nothing counts as kept before it is on
 * disk, and of what was delivered at most one message is delivered again after we were killed. Where another process has written since,
 * nothing is written any more until it is read again.
 */
export class IslandQueue {
  readonly #options: IslandQueueOptions;
  #seen: StoredDocument | 'absent' = 'absent';
  #index: Index = EMPTY;
  #firstPage: readonly KeptMessage[] = [];
  #lastPage: readonly KeptMessage[] = [];
  /** They are about to be kept. */
  #adding = 0;
  #turn: Promise<unknown> = Promise.resolve();

  static async open(options: IslandQueueOptions): Promise<IslandQueue> {
    const queue = new IslandQueue(options);
    await queue.reload();
    return queue;
  }

  constructor(options: IslandQueueOptions) {
    this.#options = options;
  }

  /** As it is stored by then, once what is under way has ended. */
  reload(): Promise<void> {
    return this.#inTurn(() => this.#load());
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  /** Nothing is kept, and nothing is about to be. */
  get isEmpty(): boolean {
    return this.count === 0;
  }

  get count(): number {
    const { first, last, delivered } = this.#index;
    const between = Math.max(0, last - first - 1) * PAGE_MESSAGES;
    const ofLast = first < last ? this.#lastPage.length : 0;
    return this.#firstPage.length - delivered + between + ofLast + this.#adding;
  }

  /** Resolves when it is on disk: true; false where there is no room. Rejects where it could not be stored. */
  async add(message: KeptMessage): Promise<boolean> {
    if (this.count >= ISLAND_MESSAGES_MAX) return false;
    this.#adding++;
    await this.#inTurn(async () => {
      try {
        await this.#append(message);
      } finally {
        this.#adding--;
      }
    });
    return true;
  }

  /** The oldest; undefined where there is none. */
  first(): Promise<KeptMessage | undefined> {
    return this.#inTurn(async () => this.#firstPage[this.#index.delivered]);
  }

  /** The oldest has been delivered. Rejects where that could not be stored: then it is still the oldest. */
  remove(): Promise<void> {
    return this.#inTurn(() => this.#shift());
  }

  async #append(message: KeptMessage): Promise<void> {
    const { first, last, delivered } = this.#index;
    const isNew = first > last || this.#lastPage.length >= PAGE_MESSAGES;
    const page = isNew ? [message] : [...this.#lastPage, message];
    const number = isNew ? last + 1 : last;
    const index = first > last ? { first: number, last: number, delivered: 0 } : { first, last: number, delivered };
    await this.#write(index, { put: this.#document(PAGE_KIND, this.#pageId(number), { messages: page }) });
    this.#lastPage = page;
    if (index.first === number) this.#firstPage = page;
  }

  async #shift(): Promise<void> {
    const { first, last, delivered } = this.#index;
    if (first > last) return;
    if (delivered + 1 < this.#firstPage.length) {
      await this.#write({ first, last, delivered: delivered + 1 });
      return;
    }
    const next = await this.#pageFrom(first + 1, last);
    const index = { first: next.number, last, delivered: 0 };
    await this.#write(index, { delete: { kind: PAGE_KIND, id: this.#pageId(first) } });
    this.#firstPage = next.page;
    if (next.number > last) this.#lastPage = [];
  }

  async #load(): Promise<void> {
    const { documents, organisationId } = this.#options;
    const stored = await documents.get(INDEX_KIND, idOf(this.#options));
    // What is stored was written here; of another organisation's nothing is told, and its pages are written over by nobody.
    const { last, ...body } = (stored?.body as Index | undefined) ?? EMPTY;
    const isOurs = stored === undefined || stored.organisationId === organisationId;
    const { number: first, page: firstPage } = await this.#pageFrom(isOurs ? body.first : last + 1, last);
    const lastPage = first >= last ? firstPage : ((await this.#page(last)) ?? []);
    this.#seen = stored ?? 'absent';
    this.#index = { ...body, first, last, delivered: first === body.first ? body.delivered : 0 };
    this.#firstPage = firstPage;
    this.#lastPage = lastPage;
    // There is nothing of it.
    if (first > last) this.#index = { ...this.#index, delivered: 0 };
  }

  /** The first that is there. */
  async #pageFrom(
    from: number,
    last: number,
  ): Promise<{ readonly number: number; readonly page: readonly KeptMessage[] }> {
    for (let number = from; number <= last; number++) {
      const page = await this.#page(number);
      if (page !== undefined && page.length > 0) return { number, page };
      this.#options.report?.('Some of what it said while its CSMS was away is missing in the store, and is left out.');
    }
    return { number: Math.max(from, last + 1), page: [] };
  }

  async #page(number: number): Promise<readonly KeptMessage[] | undefined> {
    const stored = await this.#options.documents.get(PAGE_KIND, this.#pageId(number));
    return (stored?.body as { readonly messages: readonly KeptMessage[] } | undefined)?.messages;
  }

  /** All or nothing, and nothing where another has written since. */
  async #write(index: Index, along?: DocumentChange): Promise<void> {
    const next = { ...index, revision: (this.#index.revision ?? 0) + 1 };
    const document = this.#document(INDEX_KIND, idOf(this.#options), next);
    const { documents } = this.#options;
    if (!(await documents.replace(document, this.#seen, along === undefined ? [] : [along])))
      throw new Error('another process keeps what this station says');
    this.#seen = document;
    this.#index = next;
  }

  #document(kind: string, id: string, body: Index | { readonly messages: readonly KeptMessage[] }): StoredDocument {
    const { organisationId, nowMs } = this.#options;
    return { kind, id, organisationId, updatedMs: nowMs(), body };
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

function idOf({ upstreamId, stationId }: Pick<IslandQueueOptions, 'upstreamId' | 'stationId'>): string {
  return `${upstreamId}/${stationId}`;
}
