import type { DocumentStore } from '../store/documentStore.js';
import type { CsmsProfiles, RunningTransaction } from './csmsProfiles.js';

/** What outlasts connections and our own restarts: above all what a CSMS relies on its station to hold. */
export interface Kept {
  readonly profiles: CsmsProfiles;
  readonly transactions: readonly RunningTransaction[];
  /** The station has taken a limit of its site's: whoever counts on that must find it there. */
  readonly isManaged?: boolean;
  /** Settings that the site has made, by key in small letters; the value where the CSMS may want another. */
  readonly ours?: Readonly<Record<string, string>>;
  /** Marks of tokens that the CSMS has accepted at this station. */
  readonly tokens?: readonly string[];
  /** That the CSMS took last. */
  readonly subprotocol?: string;
  /** What the CSMS believes them to be. */
  readonly theirs?: Readonly<Record<string, string>>;
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
  #kept: Kept;
  readonly #options: ProxyMemoryOptions;
  #written: string;
  #writing: Promise<void> = Promise.resolve();

  static async open(options: ProxyMemoryOptions): Promise<ProxyMemory> {
    const document = await options.documents.get(KIND, idOf(options));
    // What is stored was written here.
    const kept = document === undefined ? NOTHING : (document.body as Kept);
    return new ProxyMemory(options, kept, document?.organisationId ?? options.organisationId);
  }

  private constructor(options: ProxyMemoryOptions, stored: Kept, organisationId: string) {
    this.#options = options;
    this.#kept = organisationId === options.organisationId ? stored : ofAnother(stored);
    this.#written = JSON.stringify(stored);
  }

  get kept(): Kept {
    return this.#kept;
  }

  /** Resolves when it is on disk. One after the other, so that the newest is what stays. */
  save(change: Partial<Kept>): Promise<void> {
    this.#kept = { ...this.#kept, ...change };
    // Transactions are kept for what profiles say of them.
    const text = JSON.stringify(this.#kept.profiles.length === 0 ? { ...this.#kept, transactions: [] } : this.#kept);
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

/** Of another organisation's CSMS: what the station may hold still counts, whom that CSMS knew does not. */
function ofAnother({ tokens: _tokens, subprotocol: _subprotocol, theirs: _theirs, ...held }: Kept): Kept {
  return held;
}

function idOf({ upstreamId, stationId }: ProxyMemoryOptions): string {
  return `${upstreamId}/${stationId}`;
}
