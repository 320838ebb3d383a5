import type { Log } from '../control/ports.js';
import type { Clock } from '../site/clock.js';
import type { DocumentStore } from '../store/documentStore.js';
import type { StoredNode } from '../store/store.js';
import { withinMs } from './withinMs.js';

export interface NodeKeysOptions {
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeId: string;
  /** Made for this start of this process, and gone with it. */
  readonly key: string;
  readonly nodes: () => readonly StoredNode[];
}

const KIND = 'nodeKey';
/** They belong to nobody's organisation. */
const NOBODY = 'installation';
const LOOK_EVERY_MS = 1_000;
const STORE_AT_MOST_MS = 2_000;
/** The key of a process that did not end well is removed by another after so long. */
const KEPT_MS = 3_600_000;

/**
 * What each process proves itself with to the one it asks directly: a key of that one's, which whoever may read the database finds
 * there. They are read while all is well, so that they are known when the database is away.
 */
export class NodeKeys {
  private readonly options: NodeKeysOptions;
  private known: ReadonlyMap<string, string>;
  private cancel = (): void => {};
  private closed = false;

  constructor(options: NodeKeysOptions) {
    this.options = options;
    this.known = new Map([[options.nodeId, options.key]]);
  }

  /** To be called before anybody hears of this process. */
  async start(): Promise<void> {
    await this.putOwn();
    this.again();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    const { documents, clock, nodeId } = this.options;
    await withinMs(clock, STORE_AT_MOST_MS, documents.delete(KIND, nodeId)).catch(() => undefined);
  }

  get own(): string {
    return this.options.key;
  }

  of(nodeId: string): string | undefined {
    return this.known.get(nodeId);
  }

  private again(): void {
    this.cancel = this.options.clock.after(LOOK_EVERY_MS, () => {
      const isComplete = this.options.nodes().every(({ nodeId }) => this.known.has(nodeId));
      void (isComplete ? Promise.resolve() : this.read()).finally(() => {
        if (!this.closed) this.again();
      });
    });
  }

  private async read(): Promise<void> {
    const { documents, clock, log, nodeId, key, nodes } = this.options;
    try {
      const stored = await withinMs(clock, STORE_AT_MOST_MS, documents.list(KIND));
      this.known = new Map([...stored.map(({ id, body }) => [id, String(Object(body).key)] as const), [nodeId, key]]);
      if (!stored.some(({ id }) => id === nodeId)) await this.putOwn();
      const running = new Set(nodes().map((node) => node.nodeId));
      const old = stored.filter(({ id, updatedMs }) => !running.has(id) && clock.nowMs() - updatedMs > KEPT_MS);
      for (const { id } of old) await documents.delete(KIND, id);
    } catch (error) {
      log.info({ error: String(error) }, 'the keys of other processes could not be read');
    }
  }

  private putOwn(): Promise<void> {
    const { documents, clock, nodeId, key } = this.options;
    return documents.put({
      kind: KIND,
      id: nodeId,
      organisationId: NOBODY,
      updatedMs: clock.nowMs(),
      body: { key },
    });
  }
}
