import type { Condition, Notice, NoticeSite } from '../../notices/notice.js';
import { EMPTY_BOOK, look, type NoticeBook, type Raised } from '../../notices/noticeBook.js';
import type { Clock } from '../../site/clock.js';
import type { DocumentStore, StoredDocument } from '../../store/documentStore.js';
import type { Log } from '../ports.js';

export interface SiteNotices {
  readonly site: NoticeSite;
  readonly conditions: readonly Condition[];
}

export interface NoticeDeskOptions {
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Sites of this process. */
  readonly siteIds: () => readonly string[];
  /** Undefined: it is not this process's any more. */
  readonly noticesOf: (siteId: string) => SiteNotices | undefined;
  /** What is the case with the process itself. 'another': another process looks after that. */
  readonly processConditions: () => Promise<readonly Condition[] | 'another'>;
  /** On disk when it resolves; told again, the same notice is told once. */
  readonly tell: (notice: Notice) => Promise<void>;
  readonly newId: () => string;
}

/** Each site is looked at so often, one after the other. */
const LOOK_EVERY_MS = 10_000;
/** To ask a process how it is writes to its disk. */
const LOOK_AT_PROCESS_EVERY_MS = 60_000;
/** However many sites there are, so long is left between two of them. */
const REST_MIN_MS = 5;
/** Of a storm so many are written down together, and share their commits. */
const TELL_AT_ONCE = 25;
const KIND = 'notices';
/** No site's: a site's id has no colon. */
const PROCESS = ':service';

/** What is on disk of a site. */
interface Kept {
  readonly raised: readonly Raised[];
  /** Was decided to be told, and it is not known whether it was. */
  readonly untold: readonly Notice[];
}

/**
 * Looks at the sites of this process, and has told what is the case and what is so no more. What it decided to tell is on disk before
 * it is told, so that after a restart, and by whoever takes the site over, nothing is told twice and nothing is left out.
 */
export class NoticeDesk {
  private readonly options: NoticeDeskOptions;
  private readonly books = new Map<string, NoticeBook>();
  private cancel = (): void => {};
  private looking: Promise<void> = Promise.resolve();
  private rest: readonly string[] = [];
  private processSeenMs = Number.NEGATIVE_INFINITY;
  private isWell = true;
  private closed = false;

  constructor(options: NoticeDeskOptions) {
    this.options = options;
  }

  start(): void {
    this.next();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    await this.looking;
  }

  private next(): void {
    if (this.closed) return;
    const count = this.options.siteIds().length + 1;
    this.cancel = this.options.clock.after(Math.max(REST_MIN_MS, LOOK_EVERY_MS / count), () => {
      this.looking = this.lookAtOne().finally(() => this.next());
    });
  }

  private async lookAtOne(): Promise<void> {
    const [id, ...rest] = this.rest.length > 0 ? this.rest : this.round();
    this.rest = rest;
    if (id === undefined) return;
    try {
      await (id === PROCESS ? this.lookAtProcess() : this.lookAtSite(id));
      this.isWell = true;
    } catch (error) {
      // From the store it is read anew, and what was not told is told then.
      this.books.delete(id);
      if (this.isWell)
        this.options.log.error({ siteId: id, error: String(error) }, 'what there is to be told could not be told');
      this.isWell = false;
    }
  }

  /** Of a site that was another's meanwhile, what is known here is old. */
  private round(): readonly string[] {
    const ids = [...this.options.siteIds(), PROCESS];
    for (const id of this.books.keys()) if (!ids.includes(id)) this.books.delete(id);
    return ids;
  }

  private async lookAtSite(siteId: string): Promise<void> {
    const seen = this.options.noticesOf(siteId);
    if (seen === undefined) {
      this.books.delete(siteId);
      return;
    }
    const { siteId: id, name, timeZone } = seen.site;
    await this.step(siteId, seen.conditions, { siteId: id, name, timeZone });
  }

  private async lookAtProcess(): Promise<void> {
    const nowMs = this.options.clock.nowMs();
    if (nowMs - this.processSeenMs < LOOK_AT_PROCESS_EVERY_MS) return;
    this.processSeenMs = nowMs;
    const conditions = await this.options.processConditions();
    if (conditions === 'another') this.books.delete(PROCESS);
    else await this.step(PROCESS, conditions, 'none');
  }

  private async step(id: string, conditions: readonly Condition[], site: Notice['site']): Promise<void> {
    const { clock, newId } = this.options;
    const nowMs = clock.nowMs();
    const { book, raised, resolved } = look(this.books.get(id) ?? (await this.recover(id)), conditions, nowMs);
    const notice =
      (kind: Notice['kind']) =>
      ({ key, facts, sinceMs }: Raised): Notice => ({ id: newId(), kind, key, facts, sinceMs, atMs: nowMs, site });
    const notices = [...resolved.map(notice('resolved')), ...raised.map(notice('raised'))];
    if (notices.length > 0) await this.tellAll(id, book, notices);
    // Only once it is on disk: until then the same is decided again.
    this.books.set(id, book);
  }

  private async recover(id: string): Promise<NoticeBook> {
    const kept = keptOf(await this.options.documents.get(KIND, id));
    const book: NoticeBook = { ...EMPTY_BOOK, raised: kept.raised };
    if (kept.untold.length > 0) await this.tellAll(id, book, kept.untold);
    return book;
  }

  private async tellAll(id: string, { raised }: NoticeBook, notices: readonly Notice[]): Promise<void> {
    await this.keep(id, { raised, untold: notices });
    for (let from = 0; from < notices.length; from += TELL_AT_ONCE) {
      await Promise.all(notices.slice(from, from + TELL_AT_ONCE).map((notice) => this.options.tell(notice)));
    }
    await this.keep(id, { raised, untold: [] });
  }

  private async keep(id: string, kept: Kept): Promise<void> {
    const { documents, clock } = this.options;
    if (kept.raised.length + kept.untold.length === 0) await documents.delete(KIND, id);
    else await documents.put({ kind: KIND, id, organisationId: NOBODY, updatedMs: clock.nowMs(), body: kept });
  }
}

/** Whose the site is, is asked when it is told of. */
const NOBODY = 'none';

function keptOf(document: StoredDocument | undefined): Kept {
  // Written by this program, from the type that it is read as.
  return document === undefined ? { raised: [], untold: [] } : (document.body as Kept);
}
