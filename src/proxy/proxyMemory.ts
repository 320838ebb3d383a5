import type { DocumentStore } from '../store/documentStore.js';
import type { CsmsProfiles, RunningTransaction } from './csmsProfiles.js';

/** What a CSMS relies on its station to hold, over reconnects and over our own restarts. */
interface Kept {
  readonly profiles: CsmsProfiles;
  readonly transactions: readonly RunningTransaction[];
}

const KIND = 'proxyProfiles';
const NOTHING: Kept = Object.freeze({ profiles: [], transactions: [] });

export interface ProxyMemoryOptions {
  readonly documents: DocumentStore;
  readonly upstreamId: string;
  readonly stationId: string;
  readonly organisationId: string;
  readonly nowMs: () => number;
}

export class ProxyMemory {
  readonly stored: Kept;
  readonly #options: ProxyMemoryOptions;
  #written: string;
  #writing: Promise<void> = Promise.resolve();

  static async open(options: ProxyMemoryOptions): Promise<ProxyMemory> {
    const document = await options.documents.get(KIND, idOf(options));
    // What is stored was written here.
    return new ProxyMemory(options, document === undefined ? NOTHING : (document.body as Kept));
  }

  private constructor(options: ProxyMemoryOptions, stored: Kept) {
    this.#options = options;
    this.stored = stored;
    this.#written = JSON.stringify(stored);
  }

  /** Resolves when it is on disk. One after the other, so that the newest is what stays. */
  save(kept: Kept): Promise<void> {
    // Transactions are kept for what profiles say of them.
    const text = JSON.stringify(kept.profiles.length === 0 ? NOTHING : kept);
    const { documents, organisationId, nowMs } = this.#options;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (text === this.#written) return;
        const body: unknown = JSON.parse(text);
        await documents.put({ kind: KIND, id: idOf(this.#options), organisationId, updatedMs: nowMs(), body });
        this.#written = text;
      });
    return this.#writing;
  }
}

function idOf({ upstreamId, stationId }: ProxyMemoryOptions): string {
  return `${upstreamId}/${stationId}`;
}
